/// Four clouds on the corners of a square, opposite ones of one class: the smallest problem that is not
/// linear.
///
/// Source: Minsky, Papert, "Perceptrons", MIT Press 1969.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Lengths are in half sides of the square.
struct XorOptions {
  double noise = 0.35;  ///< standard deviation on each coordinate
  Placement placement = {};
};

/// The family "xor": class 0 around (1, 1) and (-1, -1), class 1 around (1, -1) and (-1, 1). Throws like
/// `validate`.
TaskFamily xor_clouds(const XorOptions& options = {});

ENGRAM_PLASTICITY_END
