/// Two concentric circles, one per class: what no line separates, and no projection.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Lengths are in radii of the outer circle.
struct CirclesOptions {
  double noise = 0.1;
  double radius = 0.4;
  Placement placement = {};

  static constexpr auto members = std::tuple{
      setting("noise", &CirclesOptions::noise, "standard deviation on each coordinate", zero_or_more)
          .in("outer radii"),
      setting("radius", &CirclesOptions::radius, "of the inner circle, which is class 1",
              {.low = 0, .high = 1, .open = true})
          .in("outer radii"),
      setting("placement", &CirclesOptions::placement, "where in the plane the task lies")};

  /// In random places.
  static CirclesOptions random() { return {.placement = Placement::random()}; }
};

/// The family "circles". Throws std::invalid_argument if a setting is out of its bounds.
inline TaskFamily circles(const CirclesOptions& o = {}) {
  validate_task("circles", o);
  const auto circle = [r = o.radius](int label, double s) {
    return polar(label == 0 ? 1 : r, 2 * std::numbers::pi * s);
  };
  return planar_family("circles", 2, circle, o.noise, o.placement);
}

ENGRAM_PLASTICITY_END
