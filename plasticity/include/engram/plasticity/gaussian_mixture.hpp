/// A normal cloud for each class, fitted to labelled and unlabelled points: what the unlabelled points of
/// Gaussian classes can give to somebody who knows that they are Gaussian. From the labels alone it is a
/// Gaussian classifier, and with one sphere's covariance for all it is the nearest class mean.
///
/// Sources: Dempster, Laird, Rubin, "Maximum likelihood from incomplete data via the EM algorithm", Journal
/// of the Royal Statistical Society B 39 (1977); Nigam, McCallum, Thrun, Mitchell, "Text classification from
/// labeled and unlabeled documents using EM", Machine Learning 39 (2000), for unlabelled points that count
/// less; Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936), for
/// the classifier with a shared covariance; Hastie, Tibshirani, Friedman, "The elements of statistical
/// learning", 2nd edition (2009), section 4.3, for own covariances drawn towards the shared one.
#pragma once

#include <engram/plasticity/evaluate.hpp>

ENGRAM_PLASTICITY_BEGIN

/// What covariances may be.
/// one_sphere: a multiple of 1, the same for all classes.
/// spheres: a multiple of 1 for each class.
/// shared: any, the same for all classes.
/// own: any for each class.
enum class MixtureCovariance { one_sphere, spheres, shared, own };

/// Its values' names.
constexpr auto names_of(MixtureCovariance) {
  return std::array<std::string_view, 4>{"one_sphere", "spheres", "shared", "own"};
}

/// How a mixture is fitted.
struct MixtureSettings {
  MixtureCovariance covariance = MixtureCovariance::own;
  double pseudo_counts = 5;
  double weight = 1;
  int iterations = 50;

  static constexpr auto members = std::tuple{
      setting("covariance", &MixtureSettings::covariance, "what covariances may be"),
      setting("pseudo_counts", &MixtureSettings::pseudo_counts,
              "as many points' weight has what is assumed of covariances beforehand", above_zero),
      setting("weight", &MixtureSettings::weight,
              "of an unlabelled point; a labelled one has 1. 0: only labelled points count", zero_or_more),
      setting("iterations", &MixtureSettings::iterations, "iterations of EM at most", {0, 1'000'000})};
};

/// A fitted mixture. All classes have the same share.
///
/// EM, started from the means of the labelled points, makes its posterior density largest. The prior of each
/// covariance is an inverse Wishart distribution, whose mode the labelled points give: it is the multiple t
/// of 1, where t is the mean square of their distances from their class means along a coordinate. For own
/// covariances the mode is the shared covariance of the labelled points, which is itself drawn towards t. So
/// a covariance is (scatter + pseudo_counts · mode) / (points + pseudo_counts), and it is not singular even
/// if all points of a class are alike. A t below a millionth of the variance of all points is raised to
/// that.
class GaussianMixture {
 public:
  /// Fits points (n x dimension) with their classes (n x classes, one-hot), and unlabelled points. Throws
  /// std::invalid_argument if shapes do not fit, a setting is out of its bounds, or a class has no labelled
  /// point.
  GaussianMixture(const Array<double>& labelled, const Array<double>& targets,
                  const Array<double>& unlabelled, const MixtureSettings& settings);

  /// The logarithm of each class's share times its density at the rows of x: n x classes. Scores that
  /// are made to sum to 1 by `softmax` are the probabilities of the classes.
  Array<double> log_joint(const Array<double>& x) const;
  Array<double> means() const;  ///< classes x dimension
  /// dimension x dimension. Throws std::out_of_range if there is no such class.
  Array<double> covariance(int label) const;
  /// What EM makes large, at the start and after each iteration: the log-likelihood of all points, of which
  /// unlabelled ones are weighted, plus the logarithm of the covariances' prior, up to a constant. EM ends
  /// where an iteration gains less than a millionth for each point.
  const std::vector<double>& objectives() const { return objectives_; }

 private:
  Array<double> centre_;   // of all points
  Eigen::ArrayXXd means_;  // from the centre
  // For each class a lower triangle W; Wᵀ W is the inverse of the covariance. A 1x1 W is a multiple of 1.
  std::vector<Eigen::MatrixXd> whitenings_;
  std::vector<double> objectives_;
};

/// Fits an episode's labelled and unlabelled points. The result has one column: there are no steps.
Learned learn_gaussian_mixture(const Episode<Array<double>>& episode, const MixtureSettings& settings);

ENGRAM_PLASTICITY_END
