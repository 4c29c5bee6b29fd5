/// Two spirals, one per class, wound into each other.
///
/// Source: Lang, Witbrock, "Learning to tell two spirals apart", Proceedings of the 1988 Connectionist Models
/// Summer School; theirs have three turns and no noise.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Lengths are in radii of the spirals' ends.
struct SpiralsOptions {
  double noise = 0.05;
  double turns = 0.75;
  Placement placement = {};

  static constexpr auto members = std::tuple{
      setting("noise", &SpiralsOptions::noise, "standard deviation on each coordinate", zero_or_more)
          .in("outer radii"),
      setting("turns", &SpiralsOptions::turns, "turns of each spiral, from its inner to its outer end",
              above_zero),
      setting("placement", &SpiralsOptions::placement, "where in the plane the task lies")};

  /// In random places.
  static SpiralsOptions random() { return {.placement = Placement::random()}; }
};

/// The family "spirals": class 0 at radius r and angle 2 pi turns r, class 1 opposite; r² is uniform from
/// 0.01 to 1. Throws std::invalid_argument if a setting is out of its bounds.
inline TaskFamily spirals(const SpiralsOptions& o = {}) {
  validate_task("spirals", o);
  const auto spiral = [turns = o.turns](int label, double s) {
    const double r = std::sqrt(0.01 + 0.99 * s);
    return polar(r, 2 * std::numbers::pi * turns * r + label * std::numbers::pi);
  };
  return planar_family("spirals", 2, spiral, o.noise, o.placement);
}

ENGRAM_PLASTICITY_END
