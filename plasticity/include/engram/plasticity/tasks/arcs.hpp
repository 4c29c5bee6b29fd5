/// Two noisy arcs, one per class, of any angle, size, turn and place: two moons are among them, and so are
/// nearly straight stripes and nearly whole circles.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The distribution of the arcs. Lengths are in radii of a moon of the textbook.
/// Before they are moved, the centres are those of the textbook's moons,
/// (-0.5, -0.25) and (0.5, 0.25).
struct ArcsOptions {
  double angle_low = 0.4;
  double angle_high = 1.1;
  double turn = 0.7;
  double radius_range = 1.5;
  double displacement = 0.6;
  double noise_low = 0.1;
  double noise_high = 0.6;
  double noise_range = 1.5;
  Placement placement = {};

  static constexpr auto members = std::tuple{
      setting("angle_low", &ArcsOptions::angle_low, "each arc's angle is uniform from here",
              {.low = 0, .high = 2})
          .in("half turns"),
      setting("angle_high", &ArcsOptions::angle_high, "to here", {.low = 0, .high = 2}).in("half turns"),
      setting("turn", &ArcsOptions::turn,
              "each arc is turned about its centre by a normal angle of this standard deviation",
              zero_or_more)
          .in("radians"),
      setting("radius_range", &ArcsOptions::radius_range,
              "each arc's radius is log-uniform in [1/radius_range, radius_range]", {.low = 1})
          .in("radii of a moon"),
      setting("displacement", &ArcsOptions::displacement,
              "standard deviation of each coordinate of each centre's move", zero_or_more)
          .in("radii of a moon"),
      setting("noise_low", &ArcsOptions::noise_low,
              "standard deviation of the task's noise on each coordinate, log-uniform from here", above_zero)
          .in("radii of a moon"),
      setting("noise_high", &ArcsOptions::noise_high, "to here", above_zero).in("radii of a moon"),
      setting("noise_range", &ArcsOptions::noise_range,
              "a class's noise is the task's times a factor log-uniform in [1/noise_range, noise_range]",
              {.low = 1}),
      setting("placement", &ArcsOptions::placement, "where in the plane the task lies")};

  /// In random places, which vary more than those of other families.
  static ArcsOptions random() {
    return {.placement = {.rotate = true, .shift = 0.7, .scale_range = 1.5, .flip = true}};
  }
};

/// The family "arcs". Points lie evenly along an arc. Throws std::invalid_argument if a setting is out of its
/// bounds or a range is upside down.
TaskFamily arcs(const ArcsOptions& options = {});

ENGRAM_PLASTICITY_END
