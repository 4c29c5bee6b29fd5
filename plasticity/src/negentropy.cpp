#include <engram/plasticity/negentropy.hpp>

#include <Eigen/Cholesky>
#include <tbb/parallel_for.h>

#include <cmath>
#include <numbers>

ENGRAM_PLASTICITY_BEGIN
namespace {

/// The negentropy estimated from points with the logarithms of their densities.
double negentropy(const Array<double>& x, const Array<double>& log_density) {
  const double n = static_cast<double>(x.rows()), d = static_cast<double>(x.cols());
  const Eigen::MatrixXd centred = (x.rowwise() - x.colwise().mean()).matrix();
  const Eigen::LLT<Eigen::MatrixXd> covariance(centred.transpose() * centred / (n - 1));
  // The determinant's logarithm is too small by (E|z|⁴ - d) / 2n for points z of covariance 1.
  const Eigen::MatrixXd z = covariance.matrixL().solve(centred.transpose());
  const double bias = (z.colwise().squaredNorm().array().square().mean() - d) / (2 * n);
  const double log_determinant = 2 * covariance.matrixLLT().diagonal().array().log().sum() + bias;
  const double normal_entropy = (d * std::log(2 * std::numbers::pi * std::numbers::e) + log_determinant) / 2;
  return log_density.mean() + normal_entropy;
}

}  // namespace

double negentropy(const SemiSupervisedTask& task, Random random, Index points) {
  if (points <= 2 * task.dimension())
    autodiff::fail("negentropy", "{} points are too few for a covariance in {} dimensions: give more than {}",
                   points, task.dimension(), 2 * task.dimension());
  double sum = 0;
  for (int c = 0; c < task.classes(); ++c) {
    const Array<double> x = task.sample_points(random, std::vector<int>(static_cast<std::size_t>(points), c));
    const auto log_densities = task.log_densities(x);
    if (!log_densities)
      autodiff::fail("negentropy",
                     "the task does not know its densities: choose one with a formula, without noise 0");
    sum += negentropy(x, log_densities->col(c));
  }
  return sum / task.classes();
}

std::vector<double> negentropies(const TaskFamily& family, std::size_t tasks, Index points,
                                 const Random& random) {
  std::vector<double> all(tasks);
  tbb::parallel_for(std::size_t{0}, tasks, [&](std::size_t i) {
    const Random stream = random.split(i);
    all[i] = negentropy(*family.draw(stream.split("task")), stream.split("points"), points);
  });
  return all;
}

ENGRAM_PLASTICITY_END
