/// Axes whose numbers are round, and have as many decimals as each other.
#pragma once

#include <string>
#include <vector>

namespace engram::laboratory {

struct Axis {
  double low = 0, high = 1;
  bool logarithmic = false;
  double step = 0;  ///< between tics, unless it is logarithmic; 0: a round one

  /// Where a value lies: 0 at the low end, 1 at the high one.
  double share(double value) const;
  /// The value that lies there.
  double value(double share) const;
};

/// An axis that shows all of these values. Those that are not finite, or not positive on a logarithmic axis,
/// do not count; without any other the axis goes from 0 (or 0.1) to 1. Some `steps` lie between its tics.
Axis axis_of(const std::vector<double>& values, bool logarithmic = false, int steps = 5);

/// gnuplot's commands for the axis 'x' or 'y': range, scale and tics.
std::string axis_script(char which, const Axis& axis);
/// The same with a tic at each of these values.
std::string axis_script(char which, const Axis& axis, const std::vector<double>& tics);

}  // namespace engram::laboratory
