/// Four clouds on the corners of a square, opposite ones of one class: the smallest problem that is not
/// linear.
///
/// Source: Minsky, Papert, "Perceptrons", MIT Press 1969.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Lengths are in half sides of the square.
struct XorOptions {
  double noise = 0.35;
  Placement placement = {};

  static constexpr auto members =
      std::tuple{setting("noise", &XorOptions::noise, "standard deviation on each coordinate", zero_or_more)
                     .in("half sides"),
                 setting("placement", &XorOptions::placement, "where in the plane the task lies")};
};

/// The family "xor": class 0 around (1, 1) and (-1, -1), class 1 around (1, -1) and (-1, 1). Throws
/// std::invalid_argument if a setting is out of its bounds.
TaskFamily xor_clouds(const XorOptions& options = {});

ENGRAM_PLASTICITY_END
