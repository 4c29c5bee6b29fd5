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

  /// In random places.
  static XorOptions random() { return {.placement = Placement::random()}; }
};

/// The family "xor": class 0 around (1, 1) and (-1, -1), class 1 around (1, -1) and (-1, 1). Throws
/// std::invalid_argument if a setting is out of its bounds.
inline TaskFamily xor_clouds(const XorOptions& o = {}) {
  validate_task("xor", o);
  const auto corner = [](int label, double s) -> std::array<double, 2> {
    const double x = s < 0.5 ? 1 : -1;
    return {x, label == 0 ? x : -x};
  };
  return planar_family("xor", 2, corner, o.noise, o.placement);
}

ENGRAM_PLASTICITY_END
