/// Two normal clouds, one per class, at random places: a family whose best boundary is a straight line or a
/// conic.
#pragma once

#include <engram/plasticity/setting.hpp>
#include <engram/plasticity/task.hpp>

#include <array>

ENGRAM_PLASTICITY_BEGIN

/// The distribution of the clouds.
struct TwoGaussiansOptions {
  Index dimension = 2;
  double mean_deviation = 1.0;
  double deviation_low = 0.3;
  double deviation_high = 0.7;

  static constexpr auto members = std::tuple{
      setting("dimension", &TwoGaussiansOptions::dimension, "coordinates of a point", {1, 100'000}),
      setting("mean_deviation", &TwoGaussiansOptions::mean_deviation,
              "each coordinate of each mean is normal with this standard deviation", zero_or_more),
      setting("deviation_low", &TwoGaussiansOptions::deviation_low,
              "each class's own standard deviation is uniform from here", zero_or_more),
      setting("deviation_high", &TwoGaussiansOptions::deviation_high,
              "to here, the same along every coordinate", zero_or_more)};

  /// Clouds are always at random places.
  static TwoGaussiansOptions random() { return {}; }
};

/// One pair of clouds. The classes may overlap: the Bayes limit varies from task to task.
class TwoGaussians final : public SemiSupervisedTask {
 public:
  /// Throws std::invalid_argument if there is no dimension, a deviation is negative or low exceeds high.
  TwoGaussians(const TwoGaussiansOptions& options, Random random);

  Index dimension() const override { return means_.cols(); }
  int classes() const override { return 2; }
  Array<double> sample_points(Random& random, std::span<const int> labels) const override;
  /// Nothing if a deviation is 0.
  std::optional<Array<double>> log_densities(const Array<double>& x) const override;

 private:
  Array<double> means_;  // a row for each class
  std::array<double, 2> deviations_;
};

/// The family "two_gaussians". Throws like TwoGaussians, at once.
TaskFamily two_gaussians(const TwoGaussiansOptions& options = {});

ENGRAM_PLASTICITY_END
