/// Two concentric circles, one per class: what no line separates, and no projection.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Lengths are in radii of the outer circle.
struct CirclesOptions {
  double noise = 0.1;   ///< standard deviation on each coordinate
  double radius = 0.4;  ///< of the inner circle, which is class 1
  Placement placement = {};
};

/// The family "circles". Throws std::invalid_argument unless 0 < radius < 1, and like `validate`.
TaskFamily circles(const CirclesOptions& options = {});

ENGRAM_PLASTICITY_END
