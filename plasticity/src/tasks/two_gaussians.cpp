#include <engram/plasticity/tasks/two_gaussians.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

ENGRAM_PLASTICITY_BEGIN
namespace {

void validate(const TwoGaussiansOptions& o) {
  check_bounds("two_gaussians", o);
  if (o.deviation_low > o.deviation_high)
    throw std::invalid_argument(fmt::format(
        "[two_gaussians] deviations from {} to {} are impossible: give 0 <= deviation_low <= deviation_high",
        o.deviation_low, o.deviation_high));
}

}  // namespace

TwoGaussians::TwoGaussians(const TwoGaussiansOptions& options, Random random) {
  validate(options);
  means_ = normal(random, 2, options.dimension, options.mean_deviation);
  for (double& d : deviations_) d = random.uniform(options.deviation_low, options.deviation_high);
}

Array<double> TwoGaussians::sample_points(Random& random, std::span<const int> labels) const {
  Array<double> x = normal(random, static_cast<Index>(labels.size()), dimension());
  for (Index i = 0; i < x.rows(); ++i) {
    const int label = labels[static_cast<std::size_t>(i)];
    if (label != 0 && label != 1)
      throw std::invalid_argument(fmt::format("[two_gaussians] class {} does not exist: use 0 or 1", label));
    x.row(i) = means_.row(label) + deviations_[static_cast<std::size_t>(label)] * x.row(i);
  }
  return x;
}

std::optional<Array<double>> TwoGaussians::log_densities(const Array<double>& x) const {
  if (deviations_[0] == 0 || deviations_[1] == 0) return std::nullopt;
  Array<double> log(x.rows(), 2);
  for (Index c = 0; c < 2; ++c) {
    const double d = deviations_[static_cast<std::size_t>(c)];
    const double constant = -static_cast<double>(x.cols()) * std::log(d * std::sqrt(2 * std::numbers::pi));
    log.col(c) = (x.rowwise() - means_.row(c)).square().rowwise().sum() / (-2 * d * d) + constant;
  }
  return log;
}

TaskFamily two_gaussians(const TwoGaussiansOptions& options) {
  validate(options);
  return {"two_gaussians", options.dimension, 2,
          [options](Random random) { return std::make_unique<TwoGaussians>(options, random); }};
}

ENGRAM_PLASTICITY_END
