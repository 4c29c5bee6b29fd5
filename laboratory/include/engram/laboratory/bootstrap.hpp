/// Confidence intervals by drawing anew from what was measured.
#pragma once

#include <engram/laboratory/statistics.hpp>
#include <engram/plasticity/random.hpp>

namespace engram::laboratory {

/// The interval between two quantiles of the means of so many resamples of the values. For paired trials give
/// the differences. Quantiles at (1 ± level)/2 would lie too close together where there are few values, by as
/// much as the normal distribution is narrower than Student's t; these are expanded by that. Source:
/// Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69 (2015),
/// section 5.3.
///
/// Throws std::invalid_argument for fewer than 2 values, for one that is not finite, naming its trial, for no
/// resamples, and unless 0 < level < 1.
Interval bootstrap(std::span<const double> values, const plasticity::Random& random, double level = 0.95,
                   int resamples = 10'000);

}  // namespace engram::laboratory
