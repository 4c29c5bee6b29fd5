#include <engram/laboratory/bootstrap.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace engram::laboratory {

using namespace plasticity;
namespace {

/// Between the order statistics, linearly.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

template <class Resample>
Interval interval(double mean, double level, int resamples, const Resample& resample) {
  if (!(level > 0 && level < 1) || resamples < 1)
    throw std::invalid_argument(
        fmt::format("[bootstrap] level {} with {} resamples: give 0 < level < 1 and at least 1 resample",
                    level, resamples));
  std::vector<double> means(static_cast<std::size_t>(resamples));
  for (double& m : means) m = resample();
  std::ranges::sort(means);
  return {mean, quantile(means, (1 - level) / 2), quantile(means, (1 + level) / 2)};
}

double resampled_mean(const double* values, Index n, Random& random) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += values[random.integer(static_cast<std::uint64_t>(n))];
  return sum / static_cast<double>(n);
}

}  // namespace

Interval bootstrap(std::span<const double> values, const Random& random, double level, int resamples) {
  const auto n = static_cast<Index>(values.size());
  return hierarchical_bootstrap(Eigen::Map<const Array<double>>(values.data(), n > 0 ? 1 : 0, n), random,
                                level, resamples);
}

Interval hierarchical_bootstrap(const Array<double>& values, const Random& random, double level,
                                int resamples) {
  if (values.size() == 0) throw std::invalid_argument("[bootstrap] there are no values to draw from");
  Random r = random;
  const Index rows = values.rows(), columns = values.cols();
  return interval(values.mean(), level, resamples, [&] {
    double sum = 0;
    for (Index i = 0; i < rows; ++i) {
      const auto row = static_cast<Index>(r.integer(static_cast<std::uint64_t>(rows)));
      sum += resampled_mean(values.data() + row * columns, columns, r);
    }
    return sum / static_cast<double>(rows);
  });
}

}  // namespace engram::laboratory
