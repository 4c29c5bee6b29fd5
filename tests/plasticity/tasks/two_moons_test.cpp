#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

using namespace engram::plasticity;

BOOST_AUTO_TEST_SUITE(two_moons_tasks)

BOOST_AUTO_TEST_CASE(plain_points_without_noise_lie_on_the_two_half_circles) {
  Random random(1);
  const TwoMoons moons({.noise = 0}, Random(5));
  const Examples e = moons.sample(random, 200);
  for (Index i = 0; i < e.size(); ++i) {
    const double x = e.x(i, 0) + 0.5, y = e.x(i, 1) + 0.25;
    if (e.labels[static_cast<std::size_t>(i)] == 0) {
      BOOST_TEST(std::hypot(x, y) == 1.0, boost::test_tools::tolerance(1e-12));
      BOOST_TEST(y >= -1e-12);
    } else {
      BOOST_TEST(std::hypot(x - 1, y - 0.5) == 1.0, boost::test_tools::tolerance(1e-12));
      BOOST_TEST(y <= 0.5 + 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(plain_moons_are_centred_and_the_same_for_every_stream) {
  Random random(2);
  const Examples e = TwoMoons({}, Random(1)).sample_balanced(random, 20000);
  BOOST_TEST(std::abs(e.x.col(0).mean()) < 0.03);
  BOOST_TEST(std::abs(e.x.col(1).mean()) < 0.03);
  Random a(3), b(3);
  const Array<double> x = TwoMoons({}, Random(1)).sample(a, 20).x,
                      y = TwoMoons({}, Random(2)).sample(b, 20).x;
  BOOST_TEST((x == y).all());
}

// Scale, turn and shift keep shapes similar: distances all change by one factor, orientation stays.
BOOST_AUTO_TEST_CASE(random_moons_are_the_plain_ones_turned_scaled_and_shifted) {
  TwoMoonsOptions options = TwoMoonsOptions::random();
  options.placement.flip = false;
  const std::vector<int> labels{0, 1, 0, 1, 1, 0};
  Random a(4), b(4);
  const Array<double> plain = TwoMoons({}, Random(9)).sample_points(a, labels);
  const Array<double> random = TwoMoons(options, Random(9)).sample_points(b, labels);
  const auto side = [](const Array<double>& x, Index i, Index j) {
    return std::hypot(x(i, 0) - x(j, 0), x(i, 1) - x(j, 1));
  };
  const double factor = side(random, 0, 1) / side(plain, 0, 1);
  BOOST_TEST(factor >= 1 / options.placement.scale_range);
  BOOST_TEST(factor <= options.placement.scale_range);
  for (Index i = 0; i < 6; ++i)
    for (Index j = 0; j < i; ++j)
      BOOST_TEST(side(random, i, j) == factor * side(plain, i, j), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(!(random == plain).any());
}

BOOST_AUTO_TEST_CASE(about_half_of_the_tasks_exchange_the_classes) {
  int flipped = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    Random random(i);
    const TwoMoons moons({.noise = 0, .placement = {.flip = true}}, Random(i));
    const Array<double> x = moons.sample_points(random, std::vector{0});
    flipped += std::abs(std::hypot(x(0, 0) + 0.5, x(0, 1) + 0.25) - 1) > 1e-9;
  }
  BOOST_TEST(flipped > 150);
  BOOST_TEST(flipped < 250);
}

BOOST_AUTO_TEST_CASE(a_family_repeats_a_task_for_the_same_stream) {
  const TaskFamily family = two_moons(TwoMoonsOptions::random());
  BOOST_TEST(family.name == "two_moons");
  Random a(1), b(1), c(1);
  const Array<double> x = family.draw(Random(7))->sample(a, 5).x;
  BOOST_TEST((x == family.draw(Random(7))->sample(b, 5).x).all());
  BOOST_TEST(!(x == family.draw(Random(8))->sample(c, 5).x).any());
}

// Without noise the class means differ by the textbook's (1, -0.77...) plus the displacement, which varies as
// told.
BOOST_AUTO_TEST_CASE(displaced_moons_keep_their_middle_and_move_against_each_other) {
  double squares = 0;
  constexpr int tasks = 300;
  for (std::uint64_t i = 0; i < tasks; ++i) {
    const std::vector<int> labels{0, 1};
    Random a(i), b(i);
    const Array<double> plain = TwoMoons({.noise = 0}, Random(i)).sample_points(a, labels);
    const Array<double> moved =
        TwoMoons({.noise = 0, .displacement = 0.5}, Random(i)).sample_points(b, labels);
    BOOST_TEST((moved.colwise().sum() - plain.colwise().sum()).abs().maxCoeff() < 1e-12);
    squares += ((moved.row(1) - moved.row(0)) - (plain.row(1) - plain.row(0))).square().sum() / 2;
  }
  BOOST_TEST(std::sqrt(squares / tasks) == 0.5, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(noise_varies_within_its_range) {
  double low = 1e9, high = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    Random a(i), b(i);
    const std::vector<int> labels(400, 0);
    const Array<double> clean = TwoMoons({.noise = 0}, Random(i)).sample_points(a, labels);
    const Array<double> noisy =
        TwoMoons({.noise = 0.2, .noise_range = 2}, Random(i)).sample_points(b, labels);
    const double deviation = std::sqrt((noisy - clean).square().mean());
    low = std::min(low, deviation);
    high = std::max(high, deviation);
  }
  BOOST_TEST(low > 0.09);
  BOOST_TEST(low < 0.13);
  BOOST_TEST(high > 0.32);
  BOOST_TEST(high < 0.44);
}

BOOST_AUTO_TEST_CASE(impossible_options_are_refused) {
  BOOST_CHECK_THROW(two_moons({.noise_range = 0.5}), std::invalid_argument);
  BOOST_CHECK_THROW(two_moons({.displacement = -1}), std::invalid_argument);
  BOOST_CHECK_THROW(two_moons({.noise = -0.1}), std::invalid_argument);
  BOOST_CHECK_THROW(two_moons({.noise = std::nan("")}), std::invalid_argument);
  BOOST_CHECK_THROW(two_moons({.placement = {.shift = -1}}), std::invalid_argument);
  BOOST_CHECK_THROW(two_moons({.placement = {.scale_range = 0.5}}), std::invalid_argument);
  Random random(1);
  BOOST_CHECK_THROW(TwoMoons({}, Random(1)).sample_points(random, std::vector{2}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
