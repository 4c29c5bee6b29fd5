/// A learning loop of one layer: H = tanh(X W), W += e X'H / 10 + l W, for 50 steps, on batches of 10; the
/// loss is the mean square of the last W. Wanted: its gradient with respect to the first W, e and l. In
/// double.
#pragma once

#include "../../support/numbers.hpp"

namespace engram::bench::loop {

constexpr int steps = 50, units = 32, batch = 10;
constexpr double e = 0.05, l = -0.02;

/// All batches below each other, row by row.
inline std::vector<double> inputs() { return numbers(steps * batch * units, 1.7, 1); }
inline std::vector<double> first_weights() { return numbers(units * units, 0.3, 2); }

}  // namespace engram::bench::loop
