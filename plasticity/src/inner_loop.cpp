#include <engram/plasticity/inner_loop.hpp>

#include <cmath>

ENGRAM_PLASTICITY_BEGIN

double feedback_divisor(UpdateScale scale, Index rows, Index columns, std::size_t depth) {
  const auto r = static_cast<double>(rows), c = static_cast<double>(columns);
  if (scale == UpdateScale::none) return 1;
  return static_cast<double>(depth) * std::sqrt(scale == UpdateScale::symmetric ? r * c : r);
}

double forward_divisor(UpdateScale scale, Index rows, Index columns, std::size_t depth) {
  const auto r = static_cast<double>(rows), c = static_cast<double>(columns);
  if (scale == UpdateScale::published) return static_cast<double>(depth) * r * std::sqrt(c);
  return feedback_divisor(scale, rows, columns, depth);
}

ENGRAM_PLASTICITY_END
