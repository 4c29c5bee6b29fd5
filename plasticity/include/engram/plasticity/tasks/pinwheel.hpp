/// Arms of a pinwheel, one per class: clouds stretched outwards and bent.
///
/// After Johnson, Duvenaud, Wiltschko, Datta, Adams, "Composing graphical models with neural networks for
/// structured representations and fast inference", NeurIPS 2016; the noise across an arm is ours, the same in
/// all directions.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Lengths are in mean radii of the arms.
struct PinwheelOptions {
  int arms = 3;
  double noise = 0.1;
  double deviation = 0.3;
  double bend = 0.25;
  Placement placement = {};

  static constexpr auto members = std::tuple{
      setting("arms", &PinwheelOptions::arms, "arms, which are classes", {2, 1000}),
      setting("noise", &PinwheelOptions::noise, "standard deviation on each coordinate", zero_or_more)
          .in("mean radii"),
      setting("deviation", &PinwheelOptions::deviation,
              "standard deviation of the radius, which is normal with mean 1", zero_or_more)
          .in("mean radii"),
      setting("bend", &PinwheelOptions::bend, "a point of radius r is turned by bend exp(r)").in("radians"),
      setting("placement", &PinwheelOptions::placement, "where in the plane the task lies")};

  /// In random places.
  static PinwheelOptions random() { return {.placement = Placement::random()}; }
};

/// The family "pinwheel". Throws std::invalid_argument if a setting is out of its bounds.
inline TaskFamily pinwheel(const PinwheelOptions& o = {}) {
  validate_task("pinwheel", o);
  const auto arm = [o](int label, double s) {
    const double r = 1 + o.deviation * normal_quantile(s);
    return polar(r, 2 * std::numbers::pi * label / o.arms + o.bend * std::exp(r));
  };
  return planar_family("pinwheel", o.arms, arm, o.noise, o.placement);
}

ENGRAM_PLASTICITY_END
