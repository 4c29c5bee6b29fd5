/// Confidence intervals by drawing anew from what was measured.
///
/// Sources: Efron, Tibshirani, "An introduction to the bootstrap" (1993), percentile intervals; Davison,
/// Hinkley, "Bootstrap methods and their application" (1997), section 3.8, data of two levels.
#pragma once

#include <engram/plasticity/random.hpp>

#include <span>

namespace engram::laboratory {

using namespace plasticity;

/// A mean and an interval around it.
struct Interval {
  double mean = 0;
  double low = 0, high = 0;
};

/// The mean and its percentile interval, over so many resamples of the values. For paired trials give the
/// differences. Throws std::invalid_argument if there are no values or resamples, or unless 0 < level < 1.
Interval bootstrap(std::span<const double> values, const Random& random, double level = 0.95,
                   int resamples = 10'000);

/// The same for trials in groups: a row for each meta-training seed, its own independent trials in the
/// columns. A resample draws rows, and then trials within each row drawn, so the interval is for the mean
/// over all seeds and trials there could be. Trials of different rows must not be the same tasks: they would
/// count as independent.
Interval hierarchical_bootstrap(const Array<double>& values, const Random& random, double level = 0.95,
                                int resamples = 10'000);

}  // namespace engram::laboratory
