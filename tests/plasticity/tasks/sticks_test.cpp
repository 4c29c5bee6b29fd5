#include <engram/plasticity/tasks/sticks.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <stdexcept>

using namespace engram::plasticity;
using std::numbers::pi;

namespace {

double normal_distribution(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

}  // namespace

BOOST_AUTO_TEST_SUITE(sticks_tasks)

// Along a stick of length 1 the density is a difference of two normal distribution functions, across it it is
// normal. Where the stick lies is seen from points without noise, of the same stream.
BOOST_AUTO_TEST_CASE(the_density_is_that_of_the_closed_form) {
  for (const double noise : {0.1, 0.5}) {
    SticksOptions thin{.length_low = 1, .length_high = 1, .noise_low = 1e-12, .noise_high = 1e-12};
    SticksOptions thick = thin;
    thick.noise_low = thick.noise_high = noise;
    const auto line = sticks(thin).draw(Random(3)), task = sticks(thick).draw(Random(3));
    Random random(4);
    const Array<double> on = line->sample_points(random, std::vector<int>(20000, 0));
    Index first = 0, last = 0;
    on.col(0).minCoeff(&first), on.col(0).maxCoeff(&last);
    const Eigen::RowVector2d from = on.row(first).matrix(), to = on.row(last).matrix();
    const Eigen::RowVector2d along = (to - from).normalized(), middle = (from + to) / 2;
    BOOST_TEST((to - from).norm() == 1.0, boost::test_tools::tolerance(1e-3));
    const Array<double> x = normal(random, 50, 2, 1.5);
    const Array<double> log = *task->log_densities(x);
    for (Index i = 0; i < x.rows(); ++i) {
      const Eigen::RowVector2d p = x.row(i).matrix() - middle;
      const double t = p.dot(along), across = (p - t * along).norm() / noise;
      const double density = (normal_distribution((0.5 - std::abs(t)) / noise) -
                              normal_distribution((-0.5 - std::abs(t)) / noise)) *
                             std::exp(-across * across / 2) / (noise * std::sqrt(2 * pi));
      if (density > 1e-12) BOOST_TEST(std::abs(log(i, 0) - std::log(density)) < 0.02 * (1 + across));
    }
  }
}

BOOST_AUTO_TEST_CASE(each_class_has_one_stick_up_to_the_number_given_each_number_equally_often) {
  std::multiset<std::size_t> met;
  for (std::uint64_t i = 0; i < 200; ++i) {
    // Sticks of no length are points.
    const auto task =
        sticks({.sticks = 3, .length_low = 0, .length_high = 0, .noise_low = 1e-12, .noise_high = 1e-12})
            .draw(Random(i));
    Random random(1);
    const Array<double> x = task->sample_points(random, std::vector<int>(40, 1));
    std::set<long> places;
    for (Index j = 0; j < x.rows(); ++j) places.insert(std::lround(1e6 * x(j, 0)));
    met.insert(places.size());
  }
  for (const std::size_t n : {1, 2, 3}) BOOST_TEST((met.count(n) > 45 && met.count(n) < 90));
}

BOOST_AUTO_TEST_CASE(impossible_options_are_refused) {
  BOOST_CHECK_THROW(sticks({.sticks = 0}), std::invalid_argument);
  BOOST_CHECK_THROW(sticks({.sticks = 9}), std::invalid_argument);
  BOOST_CHECK_THROW(sticks({.length_low = 2}), std::invalid_argument);
  BOOST_CHECK_THROW(sticks({.noise_low = 0}), std::invalid_argument);
  BOOST_CHECK_THROW(sticks({.spread = NAN}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
