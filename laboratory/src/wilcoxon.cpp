#include <engram/autodiff/array.hpp>
#include <engram/laboratory/statistics.hpp>
#include <engram/laboratory/wilcoxon.hpp>

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace engram::laboratory {
namespace {

constexpr double same = 1e-12;  // relative: accuracies are fractions, their differences are rounded
constexpr std::size_t largest_exact = 50;

/// The share of the 2ⁿ sign patterns whose statistic is at least as far from the mean as `statistic`. Ranks
/// are counted in halves, so that tied ones are whole.
double exact_probability(const std::vector<double>& ranks, double statistic) {
  std::vector<double> patterns{1};  // by their sum of positive ranks, in halves
  for (const double rank : ranks) {
    const auto halves = static_cast<std::size_t>(std::lround(2 * rank));
    std::vector<double> next(patterns.size() + halves, 0);
    for (std::size_t s = 0; s < patterns.size(); ++s) next[s] += patterns[s], next[s + halves] += patterns[s];
    patterns = std::move(next);
  }
  const double mean = static_cast<double>(patterns.size() - 1) / 2;
  double far = 0;
  for (std::size_t s = 0; s < patterns.size(); ++s)
    if (std::abs(static_cast<double>(s) - mean) >= std::abs(2 * statistic - mean)) far += patterns[s];
  return far * std::exp2(-static_cast<double>(ranks.size()));
}

double normal_probability(const std::vector<double>& ranks, double statistic) {
  double mean = 0, variance = 0;
  for (const double rank : ranks)
    mean += rank / 2, variance += rank * rank / 4;  // tied ranks make it smaller
  const double z = std::max(0.0, std::abs(statistic - mean) - 0.5) / std::sqrt(variance);
  return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), z));
}

}  // namespace

SignedRank wilcoxon_signed_rank(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size() || a.empty())
    autodiff::fail("wilcoxon_signed_rank", "{} and {} values: give the same number, at least 1", a.size(),
                   b.size());
  for (const auto side : {a, b}) require_finite("wilcoxon_signed_rank", "value", side);
  std::vector<double> d;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::abs(a[i] - b[i]) > same * std::max(std::abs(a[i]), std::abs(b[i]))) d.push_back(a[i] - b[i]);
  if (d.empty()) return {};
  std::ranges::sort(d, {}, [](double x) { return std::abs(x); });
  std::vector<double> ranks(d.size());
  for (std::size_t first = 0, last; first < d.size(); first = last) {
    for (last = first + 1;
         last < d.size() && std::abs(d[last]) - std::abs(d[first]) <= same * std::abs(d[last]); ++last) {
    }
    std::fill(ranks.begin() + static_cast<std::ptrdiff_t>(first),
              ranks.begin() + static_cast<std::ptrdiff_t>(last), static_cast<double>(first + 1 + last) / 2);
  }
  SignedRank result{.statistic = 0, .n = d.size(), .probability = 1, .exact = d.size() <= largest_exact};
  for (std::size_t i = 0; i < d.size(); ++i)
    if (d[i] > 0) result.statistic += ranks[i];
  result.probability =
      result.exact ? exact_probability(ranks, result.statistic) : normal_probability(ranks, result.statistic);
  return result;
}

}  // namespace engram::laboratory
