/// Means of independent values and how sure one may be of them.
#pragma once

#include <span>
#include <string>

namespace engram::laboratory {

/// Standard errors come from the sample variance, with n - 1 in its denominator.
struct MeanAndError {
  double mean = 0;
  double error = 0;  ///< standard error of the mean; NaN for a single value
};

/// Throws std::invalid_argument if there is nothing to average.
MeanAndError mean_and_error(std::span<const double> values);

/// A mean, its standard error, and an interval around it that covers the true mean with a given probability.
struct Interval {
  double mean = 0, error = 0;
  double low = 0, high = 0;
};

/// The interval by Student's t with n - 1 degrees of freedom. For paired trials give the differences. Throws
/// std::invalid_argument for fewer than 2 values, for one that is not finite, naming it, and unless 0 < level
/// < 1.
Interval student_interval(std::span<const double> values, double level = 0.95);

/// The t that a Student-distributed variable stays within, |T| <= t, with the given probability. Throws
/// std::invalid_argument unless 0 < probability < 1 and degrees >= 1.
double student_t_bound(double probability, int degrees);

/// Throws std::invalid_argument, in the name of the function `where`, if one of the values is not finite:
/// "trial 3 is nan". `one` says what each of them is.
void require_finite(const char* where, const std::string& one, std::span<const double> values);

}  // namespace engram::laboratory
