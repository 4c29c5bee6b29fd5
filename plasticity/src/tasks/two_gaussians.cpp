#include <engram/plasticity/tasks/two_gaussians.hpp>

#include <Eigen/LU>
#include <Eigen/QR>
#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

ENGRAM_PLASTICITY_BEGIN
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

void validate(const TwoGaussiansOptions& o) {
  check_bounds("two_gaussians", o);
  const auto refuse = [](const std::string& what) { throw std::invalid_argument("[two_gaussians] " + what); };
  if (o.covariance != Covariance::isotropic && o.dimension > 1000)
    refuse(
        fmt::format("clouds with a covariance of {0} x {0} numbers are too large: give at most 1000 "
                    "dimensions, or isotropic clouds",
                    o.dimension));
  if (o.covariance == Covariance::axes && o.deviation_low == 0)
    refuse(
        "deviation_low is 0, and the logarithm of an axis's deviation is uniform from there: give more than "
        "0");
  if (o.covariance == Covariance::wishart && o.freedom < o.dimension)
    refuse(
        fmt::format("freedom is {}, and the clouds would be flat: give at least {}, one for each dimension",
                    o.freedom, o.dimension));
}

/// Means at a given distance around a random centre. What would have been the second mean points from one to
/// the other.
void separate(Array<double>& means, double separation, double mean_deviation) {
  const Array<double> centre = mean_deviation * means.row(0);
  const Array<double> half = means.row(1) * (separation / 2 / means.row(1).matrix().norm());
  means.row(0) = centre - half, means.row(1) = centre + half;
}

/// An orthogonal matrix, uniform but for the signs of its columns, which a cloud does not show.
Matrix random_axes(Index dimension, Random& random) {
  return normal(random, dimension, dimension).matrix().householderQr().householderQ();
}

/// Factors F of covariances F Fᵀ.
Matrix axes_factor(const TwoGaussiansOptions& o, Random& random) {
  Vector deviations(o.dimension);
  for (double& d : deviations) d = random.log_uniform(o.deviation_low, o.deviation_high);
  return random_axes(o.dimension, random) * deviations.asDiagonal();
}

Matrix stretched_factor(const TwoGaussiansOptions& o, Random& random) {
  Vector deviations = Vector::Constant(
      o.dimension, o.deviation * std::pow(o.anisotropy, -1.0 / static_cast<double>(o.dimension)));
  deviations(0) *= o.anisotropy;
  return random_axes(o.dimension, random) * deviations.asDiagonal();
}

Matrix wishart_factor(const TwoGaussiansOptions& o, Random& random) {
  const double deviation = o.deviation / std::sqrt(static_cast<double>(o.freedom));
  const Matrix points = normal(random, o.freedom, o.dimension, deviation).matrix();
  // pointsᵀ points = Rᵀ R, without squaring.
  const Matrix qr = points.householderQr().matrixQR();
  const Matrix r = qr.topRows(o.dimension).triangularView<Eigen::Upper>();
  return r.transpose();
}

}  // namespace

TwoGaussians::Cloud TwoGaussians::draw_cloud(const TwoGaussiansOptions& o, Random& random) {
  if (o.covariance == Covariance::isotropic)
    return {.deviation = random.uniform(o.deviation_low, o.deviation_high)};
  const Matrix factor = o.covariance == Covariance::axes      ? axes_factor(o, random)
                        : o.covariance == Covariance::wishart ? wishart_factor(o, random)
                                                              : stretched_factor(o, random);
  const Eigen::PartialPivLU<Matrix> lu(factor);
  return {.factor = factor.array(),
          .inverse = lu.inverse().array(),
          .log_determinant = lu.matrixLU().diagonal().array().abs().log().sum()};
}

TwoGaussians::TwoGaussians(const TwoGaussiansOptions& options, Random random) {
  validate(options);
  const bool apart = options.separation > 0;
  means_ = normal(random, 2, options.dimension, apart ? 1 : options.mean_deviation);
  if (apart) separate(means_, options.separation, options.mean_deviation);
  for (Cloud& cloud : clouds_) cloud = draw_cloud(options, random);
  if (options.shared) clouds_[1] = clouds_[0];
}

Array<double> TwoGaussians::sample_points(Random& random, std::span<const int> labels) const {
  Array<double> x = normal(random, static_cast<Index>(labels.size()), dimension());
  for (Index i = 0; i < x.rows(); ++i) {
    const int label = labels[static_cast<std::size_t>(i)];
    if (label != 0 && label != 1)
      throw std::invalid_argument(fmt::format("[two_gaussians] class {} does not exist: use 0 or 1", label));
    const Cloud& cloud = clouds_[static_cast<std::size_t>(label)];
    if (cloud.factor.size() > 0)
      x.row(i) = means_.row(label) + (x.row(i).matrix() * cloud.factor.matrix().transpose()).eval().array();
    else
      x.row(i) = means_.row(label) + cloud.deviation * x.row(i);
  }
  return x;
}

std::optional<Array<double>> TwoGaussians::log_densities(const Array<double>& x) const {
  if (clouds_[0].deviation == 0 || clouds_[1].deviation == 0) return std::nullopt;
  Array<double> log(x.rows(), 2);
  for (Index c = 0; c < 2; ++c) {
    const Cloud& cloud = clouds_[static_cast<std::size_t>(c)];
    const double d = cloud.deviation;
    const double constant = -static_cast<double>(x.cols()) * std::log(d * std::sqrt(2 * std::numbers::pi));
    Array<double> z = x.rowwise() - means_.row(c);
    if (cloud.factor.size() > 0) z = (z.matrix() * cloud.inverse.matrix().transpose()).array().eval();
    log.col(c) = z.square().rowwise().sum() / (-2 * d * d) + (constant - cloud.log_determinant);
  }
  return log;
}

TaskFamily two_gaussians(const TwoGaussiansOptions& options) {
  validate(options);
  return {"two_gaussians", options.dimension, 2,
          [options](Random random) { return std::make_unique<TwoGaussians>(options, random); }};
}

ENGRAM_PLASTICITY_END
