#include <engram/plasticity/adam.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace engram::plasticity;
namespace ad = engram::autodiff;
using P = ad::Value<double>;
using V = ad::Variable<double>;

BOOST_AUTO_TEST_SUITE(adam)

BOOST_AUTO_TEST_CASE(steps_are_those_of_the_paper) {
  const double rate = 0.1, b1 = 0.9, b2 = 0.999, eps = 1e-8;
  std::vector<P> x{P(1.5)};
  auto state = adam_start(x);
  double m = 0, v = 0, expected = 1.5;
  for (int t = 1; t <= 5; ++t) {
    const double g = std::cos(t);
    x = adam_step<P>({P(rate), P(b1), P(b2), P(eps)}, state, x, {P(g)});
    m = b1 * m + (1 - b1) * g;
    v = b2 * v + (1 - b2) * g * g;
    expected -= rate * (m / (1 - std::pow(b1, t))) / (std::sqrt(v / (1 - std::pow(b2, t))) + eps);
    BOOST_TEST(x[0].item() == expected, boost::test_tools::tolerance(1e-13));
  }
}

BOOST_AUTO_TEST_CASE(
    a_gradient_that_was_always_zero_moves_nothing_and_has_finite_derivatives_to_second_order) {
  ad::Tape<double> tape;
  const V rate = tape.variable(0.1), b1 = tape.variable(0.9), b2 = tape.variable(0.999),
          eps = tape.constant(1e-8);
  const V x = tape.variable(Eigen::Array2d(2.0, 3.0)), zero = tape.constant(Eigen::Array2d(0.0, 1.0));
  std::vector<V> moved{x};
  auto state = adam_start(moved);
  for (int t = 0; t < 3; ++t) moved = adam_step<V>({rate, b1, b2, eps}, state, moved, {x * zero});
  BOOST_TEST(moved[0].value()(0, 0) == 2.0);
  BOOST_TEST(moved[0].value()(1, 0) < 3.0);
  const auto first = ad::gradient(sum(square(moved[0])), {rate, b1, b2, x});
  for (const V& g : first) {
    BOOST_TEST(g.value().isFinite().all());
    for (const V& h : ad::gradient(sum(g), {rate, b1, b2, x})) BOOST_TEST(h.value().isFinite().all());
  }
}

BOOST_AUTO_TEST_CASE(derivatives_through_several_steps_match_finite_differences) {
  const auto report = ad::gradcheck(
      [](const std::vector<V>& in) {
        const V& target = in[3];
        std::vector<V> x{in[4]};
        auto state = adam_start(x);
        const V eps = in[0].tape().constant(1e-8);
        for (int t = 0; t < 4; ++t)
          x = adam_step<V>({in[0], in[1], in[2], eps}, state, x, {2.0 * (x[0] - target)});
        return x;
      },
      {P(0.1), P(0.8), P(0.95), P(Eigen::Array3d(1.0, -2.0, 0.5)), P(Eigen::Array3d(0.0, 0.3, -0.7))},
      {.tolerance = 1e-6});
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_SUITE_END()
