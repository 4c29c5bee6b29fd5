#include <engram/plasticity/tasks/arcs.hpp>
#include <engram/plasticity/tasks/circles.hpp>
#include <engram/plasticity/tasks/pinwheel.hpp>
#include <engram/plasticity/tasks/spirals.hpp>
#include <engram/plasticity/tasks/sticks.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>
#include <engram/plasticity/tasks/xor.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <stdexcept>

using namespace engram::plasticity;
using std::numbers::pi;

namespace {

const auto near = boost::test_tools::tolerance(1e-12);

Examples points(const TaskFamily& family, Index n, std::uint64_t seed = 1) {
  Random random(seed);
  return family.draw(Random(seed).split("task"))->sample_balanced(random, n);
}

double bayes(const TaskFamily& family) { return bayes_accuracy(*family.draw(Random(3)), Random(4), 4000); }

std::vector<TaskFamily> families(const Placement& placement) {
  return {circles({.placement = placement}), xor_clouds({.placement = placement}),
          spirals({.placement = placement}), pinwheel({.placement = placement})};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(planar_tasks)

BOOST_AUTO_TEST_CASE(circles_without_noise_are_circles) {
  const Examples e = points(circles({.noise = 0, .radius = 0.3}), 100);
  for (Index i = 0; i < e.size(); ++i)
    BOOST_TEST(std::hypot(e.x(i, 0), e.x(i, 1)) == (e.labels[static_cast<std::size_t>(i)] ? 0.3 : 1.0), near);
}

BOOST_AUTO_TEST_CASE(xor_is_the_sign_of_the_product) {
  const Examples e = points(xor_clouds({.noise = 0}), 100);
  for (Index i = 0; i < e.size(); ++i)
    BOOST_TEST(e.x(i, 0) * e.x(i, 1) == (e.labels[static_cast<std::size_t>(i)] ? -1.0 : 1.0));
  BOOST_TEST(std::abs(e.x.col(0).mean()) < 0.4);
}

BOOST_AUTO_TEST_CASE(spirals_turn_with_their_radius_and_lie_opposite_each_other) {
  const Examples e = points(spirals({.noise = 0, .turns = 0.8}), 100);
  for (Index i = 0; i < e.size(); ++i) {
    const double r = std::hypot(e.x(i, 0), e.x(i, 1)),
                 angle = 2 * pi * 0.8 * r + pi * e.labels[static_cast<std::size_t>(i)];
    BOOST_TEST(std::abs(e.x(i, 0) - r * std::cos(angle)) < 1e-12);
    BOOST_TEST(std::abs(e.x(i, 1) - r * std::sin(angle)) < 1e-12);
    BOOST_TEST((r > 0.1 && r < 1));
  }
}

BOOST_AUTO_TEST_CASE(a_pinwheel_turned_by_one_arm_is_itself_with_the_classes_counted_on) {
  const auto task = pinwheel({.arms = 5, .noise = 0}).draw(Random(1));
  Random a(2), b(2);
  const Array<double> x = task->sample_points(a, std::vector<int>(50, 1)),
                      y = task->sample_points(b, std::vector<int>(50, 2));
  const double c = std::cos(2 * pi / 5), s = std::sin(2 * pi / 5);
  BOOST_TEST((y.col(0) - (c * x.col(0) - s * x.col(1))).abs().maxCoeff() < 1e-12);
  BOOST_TEST((y.col(1) - (s * x.col(0) + c * x.col(1))).abs().maxCoeff() < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_random_place_keeps_the_form) {
  const auto plain = families({}), placed = families({.rotate = true, .shift = 0.5, .scale_range = 2});
  for (std::size_t f = 0; f < plain.size(); ++f) {
    const Array<double> a = points(plain[f], 6).x, b = points(placed[f], 6).x;
    const auto side = [](const Array<double>& x, Index i) {
      return std::hypot(x(i, 0) - x(0, 0), x(i, 1) - x(0, 1));
    };
    for (Index i = 2; i < 6; ++i)
      BOOST_TEST(side(b, i) / side(b, 1) == side(a, i) / side(a, 1), boost::test_tools::tolerance(1e-9));
    BOOST_TEST(!(a == b).any());
    BOOST_TEST((points(placed[f], 6).x == b).all());
  }
}

BOOST_AUTO_TEST_CASE(classes_are_counted_on_from_each_one_equally_often) {
  const TaskFamily family = pinwheel({.arms = 3, .noise = 0, .deviation = 0, .placement = {.flip = true}});
  int first[3] = {};
  for (std::uint64_t i = 0; i < 300; ++i) {
    Random random(i);
    const Array<double> x = family.draw(Random(i))->sample_points(random, std::vector{0});
    const double arm = (std::atan2(x(0, 1), x(0, 0)) - 0.25 * std::exp(1.0)) / (2 * pi / 3);
    ++first[(static_cast<int>(std::lround(arm)) + 3) % 3];
  }
  for (const int n : first) BOOST_TEST((n > 70 && n < 130));
}

// The mean over points of a class of p(x) / q(x), q the mean of the classes' densities, is 1 for each p: so
// the densities are normalised, and belong to the points.
BOOST_AUTO_TEST_CASE(densities_are_those_of_the_points) {
  std::vector<TaskFamily> all = families(Placement::random());
  all.push_back(two_moons(TwoMoonsOptions::diverse()));
  all.push_back(arcs(ArcsOptions::random()));
  for (const int most : {1, 8}) all.push_back(sticks({.sticks = most}));
  for (const Covariance covariance :
       {Covariance::isotropic, Covariance::axes, Covariance::wishart, Covariance::stretched})
    for (const Index dimension : {1, 3})
      all.push_back(two_gaussians({.dimension = dimension,
                                   .separation = 1,
                                   .covariance = covariance,
                                   .shared = dimension == 1,
                                   .freedom = dimension}));
  for (const auto& family : all) {
    const auto task = family.draw(Random(5));
    Random random(6);
    const Examples e = task->sample_balanced(random, 3000 * family.classes);
    const Array<double> p = task->log_densities(e.x)->exp();
    BOOST_TEST_CONTEXT(family.name) {
      for (Index c = 0; c < p.cols(); ++c)
        BOOST_TEST((p.col(c) / p.rowwise().mean()).mean() == 1.0, boost::test_tools::tolerance(0.05));
      double own = 0, other = 0;
      for (Index i = 0; i < e.size(); ++i) {
        const Index label = e.labels[static_cast<std::size_t>(i)];
        own += p(i, label), other += p(i, (label + 1) % p.cols());
      }
      BOOST_TEST(own > other);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_bayes_accuracy_agrees_with_what_is_known) {
  BOOST_TEST(bayes(two_moons({.noise = 0.1})) > 0.998);  // 0.999
  // Four clouds: right where both coordinates are on their side, or neither is.
  const double side = 0.5 * std::erfc(-1 / 0.7 / std::sqrt(2.0));
  BOOST_TEST(bayes(xor_clouds({.noise = 0.7})) == side * side + (1 - side) * (1 - side),
             boost::test_tools::tolerance(0.02));
  BOOST_TEST(bayes(circles({.noise = 5})) < 0.54);
  BOOST_CHECK_THROW(bayes(circles({.noise = 0})), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(impossible_options_are_refused) {
  BOOST_CHECK_THROW(circles({.radius = 1}), std::invalid_argument);
  BOOST_CHECK_THROW(circles({.noise = -1}), std::invalid_argument);
  BOOST_CHECK_THROW(xor_clouds({.placement = {.shift = -1}}), std::invalid_argument);
  BOOST_CHECK_THROW(spirals({.turns = 0}), std::invalid_argument);
  BOOST_CHECK_THROW(spirals({.placement = {.scale_range = 0.9}}), std::invalid_argument);
  BOOST_CHECK_THROW(pinwheel({.arms = 1}), std::invalid_argument);
  BOOST_CHECK_THROW(pinwheel({.deviation = -1}), std::invalid_argument);
  BOOST_CHECK_THROW(pinwheel({.bend = INFINITY}), std::invalid_argument);
  Random random(1);
  BOOST_CHECK_EXCEPTION(
      pinwheel().draw(Random(1))->sample_points(random, std::vector{3}), std::invalid_argument,
      [](const auto& e) { return e.what() == std::string("[pinwheel] class 3 does not exist: use 0 to 2"); });
}

BOOST_AUTO_TEST_SUITE_END()
