/// Two normal clouds, one per class, at random places: a family whose best boundary is a straight line or a
/// conic.
#pragma once

#include <engram/plasticity/names.hpp>
#include <engram/plasticity/setting.hpp>
#include <engram/plasticity/task.hpp>

#include <array>

ENGRAM_PLASTICITY_BEGIN

/// The form of a cloud.
/// isotropic: the same deviation along every coordinate, uniform from deviation_low to deviation_high.
/// axes: axes of a random rotation, whose deviations are log-uniform from deviation_low to deviation_high.
/// wishart: the covariance of `freedom` normal points of standard deviation `deviation`.
/// stretched: one axis, of a random direction, is `anisotropy` times as long as all others, which are equal;
/// the geometric mean of the axes' deviations is `deviation`.
enum class Covariance { isotropic, axes, wishart, stretched };

/// Its values' names.
constexpr auto names_of(Covariance) {
  return std::array<std::string_view, 4>{"isotropic", "axes", "wishart", "stretched"};
}

/// The distribution of the clouds.
struct TwoGaussiansOptions {
  Index dimension = 2;
  double mean_deviation = 1.0;
  double separation = 0.0;
  Covariance covariance = Covariance::isotropic;
  bool shared = false;
  double deviation_low = 0.3;
  double deviation_high = 0.7;
  double deviation = 0.5;
  double anisotropy = 4.0;
  Index freedom = 2;

  static constexpr auto members = std::tuple{
      setting("dimension", &TwoGaussiansOptions::dimension, "coordinates of a point", {1, 100'000}),
      setting("mean_deviation", &TwoGaussiansOptions::mean_deviation,
              "each coordinate of each mean is normal with this standard deviation", zero_or_more),
      setting("separation", &TwoGaussiansOptions::separation,
              "distance of the means, in a random direction, if above 0; then mean_deviation is that of the "
              "point between them",
              zero_or_more),
      setting("covariance", &TwoGaussiansOptions::covariance, "the form of the clouds"),
      setting("shared", &TwoGaussiansOptions::shared,
              "whether both classes have the covariance of class 0; else each has its own"),
      setting("deviation_low", &TwoGaussiansOptions::deviation_low,
              "standard deviations of isotropic clouds and of axes are random from here", zero_or_more),
      setting("deviation_high", &TwoGaussiansOptions::deviation_high, "to here", zero_or_more),
      setting(
          "deviation", &TwoGaussiansOptions::deviation,
          "standard deviation of Wishart clouds, as a root mean square over tasks, and of stretched ones, "
          "as a geometric mean over axes",
          above_zero),
      setting("anisotropy", &TwoGaussiansOptions::anisotropy,
              "of stretched clouds, the long axis in other axes' lengths", {.low = 1}),
      setting("freedom", &TwoGaussiansOptions::freedom,
              "degrees of freedom of Wishart clouds, at least as many as dimensions", {1, 100'000})};

  /// Clouds are always at random places.
  static TwoGaussiansOptions random() { return {}; }
};

/// One pair of clouds. The classes may overlap: the Bayes limit varies from task to task.
class TwoGaussians final : public SemiSupervisedTask {
 public:
  /// Throws std::invalid_argument if a setting is out of its bounds or deviation_low exceeds deviation_high;
  /// if a deviation of axes could be 0; if a Wishart covariance has fewer degrees of freedom than dimensions;
  /// and if clouds that are not isotropic have more than 1000 dimensions.
  TwoGaussians(const TwoGaussiansOptions& options, Random random);

  Index dimension() const override { return means_.cols(); }
  int classes() const override { return 2; }
  Array<double> sample_points(Random& random, std::span<const int> labels) const override;
  /// Nothing if a deviation is 0.
  std::optional<Array<double>> log_densities(const Array<double>& x) const override;

 private:
  /// How a standard normal z becomes a point around the origin: deviation · z, or, if there is a factor,
  /// factor · z.
  struct Cloud {
    double deviation = 1;
    Array<double> factor = {}, inverse = {};
    double log_determinant = 0;  ///< of the factor
  };
  static Cloud draw_cloud(const TwoGaussiansOptions& options, Random& random);

  Array<double> means_;  // a row for each class
  std::array<Cloud, 2> clouds_;
};

/// The family "two_gaussians". Throws like TwoGaussians, at once.
TaskFamily two_gaussians(const TwoGaussiansOptions& options = {});

ENGRAM_PLASTICITY_END
