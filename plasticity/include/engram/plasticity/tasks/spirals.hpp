/// Two spirals, one per class, wound into each other.
///
/// Source: Lang, Witbrock, "Learning to tell two spirals apart", Proceedings of the 1988 Connectionist Models
/// Summer School; theirs have three turns and no noise.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Lengths are in radii of the spirals' ends.
struct SpiralsOptions {
  double noise = 0.05;  ///< standard deviation on each coordinate
  double turns = 0.75;  ///< of each spiral, from its inner to its outer end
  Placement placement = {};
};

/// The family "spirals": class 0 at radius r and angle 2 pi turns r, class 1 opposite; r² is uniform from
/// 0.01 to 1. Throws std::invalid_argument if turns is not positive, and like `validate`.
TaskFamily spirals(const SpiralsOptions& options = {});

ENGRAM_PLASTICITY_END
