/// Means over trials and how sure one may be of them.
#pragma once

#include <span>

namespace engram::laboratory {

/// Means and standard errors are of independent trials, from the sample variance with n - 1 in its
/// denominator.
struct MeanAndError {
  double mean = 0;
  double error = 0;  ///< standard error of the mean; NaN for a single trial
};

/// Throws std::invalid_argument if there is nothing to average.
MeanAndError mean_and_error(std::span<const double> values);

/// How much better a is than b, trial by trial: both saw the same task, labels and initial weights.
struct PairedDifference {
  double mean = 0;   ///< of a - b
  double error = 0;  ///< standard error of that mean
  double low = 0;    ///< the 95 % confidence interval,
  double high = 0;   ///< by Student's t with n - 1 degrees of freedom
};

/// Throws std::invalid_argument unless both have the same number of trials, at least 2.
PairedDifference paired_difference(std::span<const double> a, std::span<const double> b);

/// The t that a Student-distributed variable stays within, |T| <= t, with the given probability. Throws
/// std::invalid_argument unless 0 < probability < 1 and degrees >= 1.
double student_t_bound(double probability, int degrees);

}  // namespace engram::laboratory
