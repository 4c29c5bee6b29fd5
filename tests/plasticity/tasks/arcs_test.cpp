#include <engram/plasticity/tasks/arcs.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace engram::plasticity;
using std::numbers::pi;

namespace {

ArcsOptions in_place() {
  return {.displacement = 0, .noise_low = 1e-9, .noise_high = 1e-9, .noise_range = 1};
}

/// A class's points from its centre.
Array<double> from_centre(const SemiSupervisedTask& task, int label) {
  Random random(2);
  Array<double> x = task.sample_points(random, std::vector<int>(500, label));
  const double side = label == 0 ? 1 : -1;
  x.col(0) += side * 0.5, x.col(1) += side * 0.25;
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(arcs_tasks)

BOOST_AUTO_TEST_CASE(two_moons_are_among_them) {
  ArcsOptions o = in_place();
  o.angle_low = o.angle_high = 1, o.turn = 0, o.radius_range = 1;
  const auto task = arcs(o).draw(Random(1));
  for (const int label : {0, 1}) {
    const Array<double> x = from_centre(*task, label);
    BOOST_TEST((x.matrix().rowwise().norm().array() - 1).abs().maxCoeff() < 1e-7);
    BOOST_TEST((label == 0 ? x.col(1).minCoeff() : -x.col(1).maxCoeff()) > -1e-7);
    BOOST_TEST(std::abs(x.col(0).mean()) < 0.1);
  }
}

BOOST_AUTO_TEST_CASE(every_arc_has_a_radius_and_an_angle_in_their_ranges) {
  double shortest = 9, longest = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const auto task = arcs(in_place()).draw(Random(i));
    for (const int label : {0, 1}) {
      const Array<double> x = from_centre(*task, label);
      const auto radii = x.matrix().rowwise().norm().array().eval();
      BOOST_TEST(radii.maxCoeff() - radii.minCoeff() < 1e-7);
      BOOST_TEST((radii(0) > 1 / 1.5 - 1e-7 && radii(0) < 1.5 + 1e-7));
      const double middle = std::atan2(x.col(1).mean(), x.col(0).mean());
      double angle = 0;  // to the point farthest from the middle, twice
      for (Index j = 0; j < x.rows(); ++j)
        angle = std::max(angle, 2 * std::abs(std::remainder(std::atan2(x(j, 1), x(j, 0)) - middle, 2 * pi)));
      BOOST_TEST((angle > 0.38 * pi && angle < 1.2 * pi));
      shortest = std::min(shortest, angle), longest = std::max(longest, angle);
    }
  }
  BOOST_TEST((shortest < 0.5 * pi && longest > pi));
}

BOOST_AUTO_TEST_CASE(each_class_has_noise_of_its_own) {
  ArcsOptions o = in_place();
  o.noise_low = o.noise_high = 0.01, o.noise_range = 4, o.radius_range = 1;
  double ratio = 1;
  for (std::uint64_t i = 0; i < 20; ++i) {
    const auto task = arcs(o).draw(Random(i));
    double noise[2];
    for (const int label : {0, 1})
      noise[label] =
          std::sqrt((from_centre(*task, label).matrix().rowwise().norm().array() - 1).square().mean());
    for (const double n : noise) BOOST_TEST((n > 0.01 / 4.5 && n < 0.01 * 4.5));
    ratio = std::max(ratio, noise[0] / noise[1]);
  }
  BOOST_TEST(ratio > 2);
}

BOOST_AUTO_TEST_CASE(a_family_repeats_a_task_for_the_same_stream) {
  const TaskFamily family = arcs(ArcsOptions::random());
  Random a(1), b(1);
  const Array<double> x = family.draw(Random(7))->sample(a, 9).x, y = family.draw(Random(7))->sample(b, 9).x;
  BOOST_TEST((x == y).all());
  BOOST_TEST((x != family.draw(Random(8))->sample(b, 9).x).all());
}

BOOST_AUTO_TEST_CASE(impossible_options_are_refused) {
  BOOST_CHECK_THROW(arcs({.angle_low = 1.2}), std::invalid_argument);
  BOOST_CHECK_THROW(arcs({.angle_high = 2.1}), std::invalid_argument);
  BOOST_CHECK_THROW(arcs({.radius_range = 0.5}), std::invalid_argument);
  BOOST_CHECK_THROW(arcs({.noise_low = 0}), std::invalid_argument);
  BOOST_CHECK_THROW(arcs({.placement = {.shift = -1}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
