#include <engram/plasticity/tasks/two_gaussians.hpp>

#include <Eigen/Eigenvalues>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <stdexcept>

using namespace engram::plasticity;

namespace {

const auto near = boost::test_tools::tolerance(1e-9);

/// The eigenvalues of a class's sample covariance, in rising order.
Eigen::ArrayXd spectrum(const TwoGaussians& task, int label) {
  Random random(2);
  const Array<double> x = task.sample_points(random, std::vector<int>(20000, label));
  const Eigen::MatrixXd centred = (x.rowwise() - x.colwise().mean()).matrix();
  const Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(x.rows());
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(covariance).eigenvalues().array();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(two_gaussians_tasks)

BOOST_AUTO_TEST_CASE(each_class_is_a_round_cloud_with_a_deviation_in_the_range) {
  const TwoGaussians task({}, Random(1));
  Random random(2);
  for (const int label : {0, 1}) {
    const Array<double> x = task.sample_points(random, std::vector<int>(20000, label));
    for (Index j = 0; j < 2; ++j) {
      const double deviation = std::sqrt((x.col(j) - x.col(j).mean()).square().mean());
      BOOST_TEST(deviation > 0.29);
      BOOST_TEST(deviation < 0.71);
    }
    const auto d = (x.rowwise() - x.colwise().mean()).square().colwise().mean().sqrt().eval();
    BOOST_TEST(d(0) == d(1), boost::test_tools::tolerance(0.03));
  }
}

BOOST_AUTO_TEST_CASE(means_are_standard_normal_over_tasks) {
  double sum = 0, squares = 0;
  const int n = 2000;
  for (std::uint64_t i = 0; i < n; ++i) {
    Random random(i);
    const TwoGaussians task({.deviation_low = 0, .deviation_high = 0}, Random(i).split("task"));
    const Array<double> x = task.sample_points(random, std::vector{0, 1});
    sum += x.sum() / (4 * n), squares += x.square().sum() / (4 * n);
  }
  BOOST_TEST(std::abs(sum) < 0.06);
  BOOST_TEST(std::abs(squares - 1) < 0.08);
}

BOOST_AUTO_TEST_CASE(a_family_repeats_a_task_for_the_same_stream_in_any_dimension) {
  const TaskFamily family = two_gaussians({.dimension = 5});
  BOOST_TEST(family.name == "two_gaussians");
  BOOST_TEST(family.dimension == 5);
  Random a(1), b(1);
  const Examples e = family.draw(Random(7))->sample_balanced(a, 4);
  BOOST_TEST(e.x.cols() == 5);
  BOOST_TEST((e.x == family.draw(Random(7))->sample_balanced(b, 4).x).all());
}

BOOST_AUTO_TEST_CASE(the_usual_clouds_stay_as_they_were) {
  const TwoGaussians task({.dimension = 3}, Random(11));
  Random random(12);
  const Array<double> x = task.sample_points(random, std::vector{0, 1}), log = *task.log_densities(x);
  const double points[]{1.7759569919992284,  -1.1975757350676128, 0.7971864184048378,
                        0.09437350271002984, -1.7160072626688556, 0.709169699274913};
  const double densities[]{-2.2116721736966527, -8.863689981926306, -7.0224246380125726, -1.0203783729240947};
  for (Index i = 0; i < x.size(); ++i) BOOST_TEST(x.data()[i] == points[i], near);
  for (Index i = 0; i < log.size(); ++i) BOOST_TEST(log.data()[i] == densities[i], near);
}

BOOST_AUTO_TEST_CASE(means_lie_as_far_apart_as_the_separation_says_around_a_random_point) {
  double squares = 0;
  for (const Index dimension : {1, 2, 4})
    for (std::uint64_t i = 0; i < 200; ++i) {
      const TwoGaussians task({.dimension = dimension,
                               .mean_deviation = 0.7,
                               .separation = 3,
                               .deviation_low = 0,
                               .deviation_high = 0},
                              Random(i));
      Random random(1);
      const Array<double> x = task.sample_points(random, std::vector{0, 1});
      BOOST_TEST((x.row(0) - x.row(1)).matrix().norm() == 3.0, near);
      squares += ((x.row(0) + x.row(1)) / 2).square().mean() / 600;
    }
  BOOST_TEST(squares == 0.49, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(stretched_clouds_have_one_long_axis_and_their_geometric_mean) {
  for (const Index dimension : {2, 3}) {
    const TwoGaussians task({.dimension = dimension, .covariance = Covariance::stretched}, Random(3));
    const Eigen::ArrayXd variances = spectrum(task, 1);
    BOOST_TEST(variances(dimension - 1) / variances(0) == 16.0, boost::test_tools::tolerance(0.06));
    BOOST_TEST(variances(dimension - 2) / variances(0) == 1.0, boost::test_tools::tolerance(0.06));
    BOOST_TEST(std::exp(variances.log().mean()) == 0.25, boost::test_tools::tolerance(0.06));
  }
}

BOOST_AUTO_TEST_CASE(axes_have_deviations_in_the_range_and_wishart_clouds_the_mean_that_is_told) {
  double wishart = 0, smallest = 1, largest = 0;
  for (std::uint64_t i = 0; i < 40; ++i) {
    const Eigen::ArrayXd axes = spectrum(TwoGaussians({.covariance = Covariance::axes}, Random(i)), 0).sqrt();
    BOOST_TEST((axes(0) > 0.29 && axes(1) < 0.71));
    smallest = std::min(smallest, axes(0)), largest = std::max(largest, axes(1));
    wishart +=
        spectrum(TwoGaussians({.dimension = 3, .covariance = Covariance::wishart, .freedom = 20}, Random(i)),
                 0)
            .mean() /
        40;
  }
  BOOST_TEST((smallest < 0.35 && largest > 0.6));
  BOOST_TEST(wishart == 0.25, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(a_shared_covariance_is_the_same_for_both_classes_and_an_own_one_is_not) {
  for (const Covariance covariance :
       {Covariance::isotropic, Covariance::axes, Covariance::wishart, Covariance::stretched})
    for (const bool shared : {false, true}) {
      const TwoGaussians task({.covariance = covariance, .shared = shared}, Random(4));
      Random a(5), b(5);
      const Array<double> x = task.sample_points(a, std::vector{0, 0}),
                          y = task.sample_points(b, std::vector{1, 1});
      const double difference = ((x.row(1) - x.row(0)) - (y.row(1) - y.row(0))).abs().maxCoeff();
      BOOST_TEST((difference < 1e-12) == shared);
    }
}

BOOST_AUTO_TEST_CASE(the_bayes_limit_of_a_shared_covariance_is_that_of_the_textbook) {
  const TwoGaussians task(
      {.separation = 1.5, .covariance = Covariance::stretched, .shared = true, .anisotropy = 1}, Random(6));
  BOOST_TEST(bayes_accuracy(task, Random(7), 20000) == 0.5 * std::erfc(-1.5 / std::sqrt(2.0)),
             boost::test_tools::tolerance(0.005));
}

BOOST_AUTO_TEST_CASE(impossible_options_are_refused) {
  BOOST_CHECK_THROW(two_gaussians({.separation = -1}), std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.covariance = Covariance::axes, .deviation_low = 0}),
                    std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.dimension = 3, .covariance = Covariance::wishart}),
                    std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.dimension = 1001, .covariance = Covariance::stretched}),
                    std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.anisotropy = 0.5}), std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.dimension = 0}), std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.mean_deviation = -1}), std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.deviation_low = 0.8}), std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.deviation_high = INFINITY}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
