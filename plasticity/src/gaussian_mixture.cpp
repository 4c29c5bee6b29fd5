#include <engram/plasticity/gaussian_mixture.hpp>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <numbers>

ENGRAM_PLASTICITY_BEGIN
namespace {

using Matrix = Eigen::MatrixXd;
using Columns = Eigen::ArrayXXd;

/// The log_joint of clouds at points, both from the centre. A whitening of size 1x1 is that of a sphere.
Columns log_joint_of(const Columns& x, const Columns& means, const std::vector<Matrix>& whitenings) {
  const double constant = -0.5 * static_cast<double>(x.cols()) * std::log(2 * std::numbers::pi) -
                          std::log(static_cast<double>(means.rows()));
  Columns log(x.rows(), means.rows()), z(x.rows(), x.cols());
  for (Index k = 0; k < means.rows(); ++k) {
    const Matrix& w = whitenings[static_cast<std::size_t>(k)];
    const double repeats = static_cast<double>(x.cols() / w.cols());
    z = x.rowwise() - means.row(k);
    if (w.size() == 1)
      z *= w(0);
    else
      z = (z.matrix() * w.transpose()).array().eval();
    log.col(k) = -0.5 * z.square().rowwise().sum() + (constant + repeats * w.diagonal().array().log().sum());
  }
  return log;
}

/// EM with points from the centre, of which the labelled ones come first. Covariances are dimension x
/// dimension, or 1x1 for spheres.
class Fit {
 public:
  Columns means;
  std::vector<Matrix> whitenings;
  std::vector<double> objectives;

  Fit(const Columns& x, const Columns& targets, const MixtureSettings& settings)
      : settings_(settings),
        x_(x),
        squares_(x.square().rowwise().sum()),
        targets_(targets),
        parts_(Columns::Zero(x.rows(), targets.cols())) {
    parts_.topRows(targets.rows()) = targets;
    estimate_means();
    assume();
    estimate_covariances();
    objectives.push_back(expect());
    if (x.rows() == targets.rows()) return;
    for (int i = 0; i < settings.iterations; ++i) {
      estimate_means();
      estimate_covariances();
      objectives.push_back(expect());
      if (objectives.back() - *(objectives.end() - 2) < 1e-6 * counts_.sum()) return;
    }
  }

 private:
  bool are_spheres() const {
    return settings_.covariance == MixtureCovariance::one_sphere ||
           settings_.covariance == MixtureCovariance::spheres;
  }

  void estimate_means() {
    counts_ = parts_.colwise().sum().transpose();
    means = (parts_.matrix().transpose() * x_.matrix()).array().colwise() / counts_;
  }

  /// Second moments of weighted points; of spheres their mean over coordinates.
  Matrix moment(const Eigen::ArrayXd& weights) const {
    if (are_spheres())
      return Matrix::Constant(1, 1, (weights * squares_).sum() / static_cast<double>(x_.cols()));
    return x_.matrix().transpose() * weights.matrix().asDiagonal() * x_.matrix();
  }
  /// The same, if all points of a class were at its mean.
  Matrix mean_moment(Index k) const {
    const Eigen::RowVectorXd mean = means.row(k).matrix();
    if (are_spheres())
      return Matrix::Constant(1, 1, counts_(k) * mean.squaredNorm() / static_cast<double>(x_.cols()));
    return counts_(k) * mean.transpose() * mean;
  }
  Matrix scatter_of(Index k) const { return moment(parts_.col(k)) - mean_moment(k); }
  Matrix shared_scatter() const {
    Matrix s = moment(parts_.rowwise().sum());
    for (Index k = 0; k < counts_.size(); ++k) s -= mean_moment(k);
    return s;
  }

  /// The mode of the covariances' prior, from labelled points.
  void assume() {
    const Matrix s = shared_scatter();
    const double n = counts_.sum(), nu = settings_.pseudo_counts;
    const double within = s.trace() / (n * static_cast<double>(s.cols()));
    const double overall = squares_.mean() / static_cast<double>(x_.cols());
    mode_ = std::max({within, 1e-6 * overall, 1e-100}) * Matrix::Identity(s.rows(), s.cols());
    if (settings_.covariance == MixtureCovariance::own) mode_ = ((s + nu * mode_) / (n + nu)).eval();
  }

  void estimate_covariances() {
    whitenings.clear();
    log_prior_ = 0;
    if (settings_.covariance == MixtureCovariance::one_sphere ||
        settings_.covariance == MixtureCovariance::shared)
      whitenings.assign(static_cast<std::size_t>(counts_.size()), whitening(shared_scatter(), counts_.sum()));
    else
      for (Index k = 0; k < counts_.size(); ++k) whitenings.push_back(whitening(scatter_of(k), counts_(k)));
  }

  /// The whitening by one covariance. Adds the logarithm of its prior to log_prior_.
  Matrix whitening(const Matrix& scatter, double count) {
    const double nu = settings_.pseudo_counts;
    const Matrix covariance = (scatter + nu * mode_) / (count + nu);
    const Matrix w = covariance.llt().matrixL().solve(Matrix::Identity(scatter.rows(), scatter.cols()));
    log_prior_ += nu / 2 * static_cast<double>(x_.cols() / w.cols()) *
                  (2 * w.diagonal().array().log().sum() - (w * mode_ * w.transpose()).trace());
    return w;
  }

  /// Divides every unlabelled point among the classes; returns the objective.
  double expect() {
    const Columns log = log_joint_of(x_, means, whitenings);
    const Index labelled = targets_.rows(), rest = x_.rows() - labelled;
    const double known = (log.topRows(labelled) * targets_).sum();
    const auto unlabelled = log.bottomRows(rest);
    const Eigen::ArrayXd largest = unlabelled.rowwise().maxCoeff();
    auto parts = parts_.bottomRows(rest);
    parts = (unlabelled.colwise() - largest).exp();
    const Eigen::ArrayXd sums = parts.rowwise().sum();
    parts.colwise() *= settings_.weight / sums;
    return log_prior_ + known + settings_.weight * (largest + sums.log()).sum();
  }

  const MixtureSettings& settings_;
  const Columns& x_;
  Eigen::ArrayXd squares_;
  const Columns& targets_;
  Columns parts_;  // of each class in each point, times the point's weight
  Eigen::ArrayXd counts_;
  Matrix mode_;
  double log_prior_ = 0;
};

}  // namespace

GaussianMixture::GaussianMixture(const Array<double>& labelled, const Array<double>& targets,
                                 const Array<double>& unlabelled, const MixtureSettings& settings) {
  check_bounds("gaussian_mixture", settings);
  if (labelled.rows() != targets.rows() || labelled.cols() != unlabelled.cols())
    autodiff::fail("gaussian_mixture",
                   "{} labelled points of {} coordinates, {} rows of targets and unlabelled points of {} "
                   "coordinates do not fit: give as many rows, and as many coordinates",
                   labelled.rows(), labelled.cols(), targets.rows(), unlabelled.cols());
  for (Index k = 0; k < targets.cols(); ++k)
    if (!(targets.col(k) == 1).any())
      autodiff::fail("gaussian_mixture", "class {} has no labelled point: give at least one of each", k);
  Columns x(labelled.rows() + (settings.weight > 0 ? unlabelled.rows() : 0), labelled.cols());
  x.topRows(labelled.rows()) = labelled;
  if (settings.weight > 0) x.bottomRows(unlabelled.rows()) = unlabelled;
  centre_ = x.colwise().mean();
  x.rowwise() -= centre_.row(0);
  Fit fit(x, targets, settings);
  means_ = fit.means;
  whitenings_.assign(fit.whitenings.begin(), fit.whitenings.end());
  objectives_ = std::move(fit.objectives);
}

Array<double> GaussianMixture::log_joint(const Array<double>& x) const {
  return log_joint_of(x.rowwise() - centre_.row(0), means_, whitenings_);
}

Array<double> GaussianMixture::means() const { return means_.rowwise() + centre_.row(0); }

Array<double> GaussianMixture::covariance(int label) const {
  const Matrix w = whitenings_.at(static_cast<std::size_t>(label));
  const Matrix factor = w.inverse();
  const Matrix covariance = factor * factor.transpose();
  if (covariance.size() == 1) return covariance(0) * Matrix::Identity(means_.cols(), means_.cols()).array();
  return covariance.array();
}

Learned learn_gaussian_mixture(const Episode<Array<double>>& e, const MixtureSettings& settings) {
  const GaussianMixture mixture(e.labelled_x, e.labelled_targets, unlabelled_points(e), settings);
  const Value<double> answers(mixture.log_joint(e.query_x)), labelled(mixture.log_joint(e.labelled_x));
  return {accuracy(answers, Value<double>(e.query_targets)).array(),
          mean(cross_entropy(labelled, Value<double>(e.labelled_targets))).array(),
          {}};
}

ENGRAM_PLASTICITY_END
