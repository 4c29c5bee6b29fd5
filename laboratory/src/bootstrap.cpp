#include <engram/laboratory/bootstrap.hpp>

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace engram::laboratory {
namespace {

/// The quantile, interpolated linearly between order statistics.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// The share of resamples to leave out at either end.
double expanded_tail(double level, std::size_t n) {
  const auto size = static_cast<double>(n);
  const double reach = std::sqrt(size / (size - 1)) * student_t_bound(level, static_cast<int>(n) - 1);
  return boost::math::cdf(boost::math::normal(), -reach);
}

}  // namespace

Interval bootstrap(std::span<const double> values, const plasticity::Random& random, double level,
                   int resamples) {
  if (!(level > 0 && level < 1) || resamples < 1)
    autodiff::fail("bootstrap", "level {} with {} resamples: give 0 < level < 1 and at least 1 resample",
                   level, resamples);
  if (values.size() < 2)
    autodiff::fail("bootstrap", "{} values to draw from: give at least 2", values.size());
  require_finite("bootstrap", "trial", values);
  plasticity::Random r = random;
  std::vector<double> means(static_cast<std::size_t>(resamples));
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[r.integer(values.size())];
    mean = sum / static_cast<double>(values.size());
  }
  std::ranges::sort(means);
  const double tail = expanded_tail(level, values.size());
  const auto [mean, error] = mean_and_error(values);
  return {mean, error, quantile(means, tail), quantile(means, 1 - tail)};
}

}  // namespace engram::laboratory
