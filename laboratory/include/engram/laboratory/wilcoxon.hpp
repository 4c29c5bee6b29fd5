/// A test that asks whether one method is better than another without believing in normal distributions.
///
/// Source: Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945).
#pragma once

#include <cstddef>
#include <span>

namespace engram::laboratory {

/// What the signed-rank test says.
struct SignedRank {
  double statistic = 0;  ///< the sum of the ranks of the positive differences
  std::size_t n = 0;     ///< pairs that differ; the others are left out
  double probability =
      1;  ///< two-sided: that the statistic is so far from its mean or farther, if there is no difference
  bool exact = true;  ///< counted over all 2ⁿ signs, which is done up to n = 50
};

/// Tests a against b, pair by pair. Pairs that do not differ are left out, and differences of the same size
/// share their mean rank; values, and sizes of differences, count as the same if they agree to 12 digits.
/// Beyond 50 pairs it is the normal approximation, with corrections for ties and for continuity. Throws
/// std::invalid_argument unless both have the same number of values, at least one, and if one of them is not
/// finite: such a difference has no rank.
SignedRank wilcoxon_signed_rank(std::span<const double> a, std::span<const double> b);

}  // namespace engram::laboratory
