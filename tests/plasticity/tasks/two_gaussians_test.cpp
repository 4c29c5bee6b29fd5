#include <engram/plasticity/tasks/two_gaussians.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <stdexcept>

using namespace engram::plasticity;

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

BOOST_AUTO_TEST_CASE(impossible_options_are_refused) {
  BOOST_CHECK_THROW(two_gaussians({.dimension = 0}), std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.mean_deviation = -1}), std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.deviation_low = 0.8}), std::invalid_argument);
  BOOST_CHECK_THROW(two_gaussians({.deviation_high = INFINITY}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
