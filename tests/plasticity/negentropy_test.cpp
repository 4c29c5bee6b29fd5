#include <engram/plasticity/negentropy.hpp>
#include <engram/plasticity/tasks/sticks.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/xor.hpp>

#include <boost/test/unit_test.hpp>
#include <tbb/global_control.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

using namespace engram::plasticity;
using std::numbers::pi;

namespace {

/// Of a density on the line, by the midpoint rule from -9 to 9.
template <class Density>
double by_quadrature(const Density& density) {
  constexpr int nodes = 100'000;
  double entropy = 0, variance = 0;  // the mean is 0
  for (int k = 0; k < nodes; ++k) {
    const double x = 18 * ((k + 0.5) / nodes - 0.5), p = density(x) * 18 / nodes;
    if (p > 0) entropy -= p * std::log(density(x)), variance += p * x * x;
  }
  return 0.5 * std::log(2 * pi * std::numbers::e * variance) - entropy;
}

double mean_over_tasks(const TaskFamily& family, std::size_t tasks, Index points) {
  const auto all = negentropies(family, tasks, points, Random(1));
  return std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(tasks);
}

/// Evenly in a cube.
struct Cube final : SemiSupervisedTask {
  explicit Cube(Index dimensions) : d(dimensions) {}
  Index dimension() const override { return d; }
  int classes() const override { return 2; }
  Array<double> sample_points(Random& random, std::span<const int> labels) const override {
    Array<double> x(static_cast<Index>(labels.size()), d);
    for (Index i = 0; i < x.size(); ++i) x.data()[i] = random.uniform();
    return x;
  }
  std::optional<Array<double>> log_densities(const Array<double>& x) const override {
    return Array<double>::Zero(x.rows(), 2);
  }
  Index d;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(negentropy_of_classes)

BOOST_AUTO_TEST_CASE(normal_clouds_have_none_in_any_dimension_and_of_any_form) {
  for (const Index dimension : {1, 2, 5, 20})
    for (const Covariance covariance : {Covariance::isotropic, Covariance::axes, Covariance::wishart})
      BOOST_TEST(std::abs(mean_over_tasks(
                     two_gaussians({.dimension = dimension, .covariance = covariance, .freedom = dimension}),
                     40, 2000)) < 1e-3 + 2e-4 * static_cast<double>(dimension));
}

BOOST_AUTO_TEST_CASE(a_cube_has_as_often_that_of_an_interval_as_it_has_dimensions) {
  const double interval = 0.5 * std::log(2 * pi * std::numbers::e / 12);
  for (const Index dimension : {1, 2, 6})
    BOOST_TEST(negentropy(Cube(dimension), Random(2), 20'000) == static_cast<double>(dimension) * interval,
               boost::test_tools::tolerance(0.03));
}

// Across a stick its density is normal: only along it there is something to integrate.
BOOST_AUTO_TEST_CASE(a_stick_has_that_of_its_density_along_itself) {
  for (const double noise : {0.02, 0.1, 0.3}) {
    const SticksOptions o{.length_low = 1, .length_high = 1, .noise_low = noise, .noise_high = noise};
    const double wanted = by_quadrature([&](double x) {
      const auto beyond = [&](double y) { return 0.5 * std::erfc(y / noise / std::numbers::sqrt2); };
      return beyond(std::abs(x) - 0.5) - beyond(std::abs(x) + 0.5);
    });
    BOOST_TEST(std::abs(mean_over_tasks(sticks(o), 10, 10'000) - wanted) < 0.003);
  }
}

BOOST_AUTO_TEST_CASE(two_clouds_of_one_class_have_that_of_their_density_along_the_line_between_them) {
  const double noise = 0.6;
  const double wanted = by_quadrature([&](double x) {
    const auto cloud = [&](double y) {
      return std::exp(-y * y / (2 * noise * noise)) / (noise * std::sqrt(2 * pi));
    };
    return (cloud(x - std::numbers::sqrt2) + cloud(x + std::numbers::sqrt2)) / 2;
  });
  BOOST_TEST(wanted > 0.2);
  BOOST_TEST(std::abs(mean_over_tasks(xor_clouds({.noise = noise}), 10, 10'000) - wanted) < 0.006);
}

BOOST_AUTO_TEST_CASE(it_is_the_same_for_any_number_of_threads) {
  const auto on = [](std::size_t threads) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    return negentropies(sticks(), 6, 100, Random(3));
  };
  BOOST_TEST(on(1) == on(2), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_estimated_is_refused) {
  BOOST_CHECK_THROW(negentropy(*xor_clouds({.noise = 0}).draw(Random(1)), Random(1), 100),
                    std::invalid_argument);
  BOOST_CHECK_THROW(negentropy(Cube(5), Random(1), 10), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
