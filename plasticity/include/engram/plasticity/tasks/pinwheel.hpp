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
  int arms = 3;            ///< classes
  double noise = 0.1;      ///< standard deviation on each coordinate
  double deviation = 0.3;  ///< of the radius, which is normal with mean 1
  double bend = 0.25;      ///< a point of radius r is turned by bend exp(r) radians
  Placement placement = {};
};

/// The family "pinwheel". Throws std::invalid_argument for fewer than 2 arms, a deviation that is negative,
/// a bend that is not finite, and like `validate`.
TaskFamily pinwheel(const PinwheelOptions& options = {});

ENGRAM_PLASTICITY_END
