/// Two interleaved half circles, one per class: what a linear boundary cannot separate.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The geometry of two-moons tasks. The default is plain: always the same two moons. Lengths are in radii of
/// a moon.
struct TwoMoonsOptions {
  double noise = 0.1;
  double noise_range = 1.0;
  double displacement = 0.0;
  Placement placement = {};

  static constexpr auto members = std::tuple{
      setting("noise", &TwoMoonsOptions::noise, "standard deviation of the normal noise on each coordinate",
              zero_or_more)
          .in("radii of a moon"),
      setting("noise_range", &TwoMoonsOptions::noise_range,
              "noise is that times a factor log-uniform in [1/noise_range, noise_range]", {.low = 1}),
      setting("displacement", &TwoMoonsOptions::displacement,
              "standard deviation of each coordinate of one moon's move against the other", zero_or_more)
          .in("radii of a moon"),
      setting("placement", &TwoMoonsOptions::placement, "where in the plane the task lies")};

  /// Every task has moons of its own, all of the textbook's form.
  static TwoMoonsOptions random(double noise = 0.1) {
    return {.noise = noise, .placement = Placement::random()};
  }
  /// Moons that also differ in noise (0.07 to 0.88), size, place and in where one lies against the other:
  /// from far apart to wholly mixed.
  static TwoMoonsOptions diverse() {
    return {.noise = 0.25,
            .noise_range = 3.5,
            .displacement = 1.0,
            .placement = {.rotate = true, .shift = 1.0, .scale_range = 2.0, .flip = true}};
  }
};

/// One pair of moons: with t uniform in [0, pi], (cos t, sin t) - (0.5, 0.25) for one class and
/// (1 - cos t, 0.5 - sin t) - (0.5, 0.25) for the other; these are moved apart, noise is added, and all is
/// scaled, turned and shifted.
class TwoMoons final : public PlanarTask {
 public:
  /// Throws std::invalid_argument if the noise or the shift is negative or a range is below 1.
  TwoMoons(const TwoMoonsOptions& options, Random random);
};

/// The family "two_moons". Throws like TwoMoons, at once.
TaskFamily two_moons(const TwoMoonsOptions& options = {});

ENGRAM_PLASTICITY_END
