#include <engram/plasticity/rules/learned.hpp>

#include <cmath>

ENGRAM_PLASTICITY_BEGIN

Theta<Array<double>> initial_theta(const RuleSettings& settings, std::size_t depth, Random random) {
  const Theta<Shape> shapes = theta_shapes(settings);
  const auto drawn = [&](Shape shape, double scale) {
    return normal(random, shape.rows, shape.columns, scale / std::sqrt(static_cast<double>(shape.rows)));
  };
  const auto zeros = [](Shape shape) -> Array<double> {
    return Array<double>::Zero(shape.rows, shape.columns);
  };
  return {.A = drawn(shapes.A, 1.0),
          .a = zeros(shapes.a),
          .B = drawn(shapes.B, 1.0),
          .b = zeros(shapes.b),
          .C = drawn(shapes.C, 0.3),
          .c = zeros(shapes.c),
          .s = Array<double>::Constant(1, 3, std::log(static_cast<double>(depth)))};
}

ENGRAM_PLASTICITY_END
