#include <engram/autodiff/autodiff.hpp>

#include "../support/layered.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace ad = engram::autodiff;
using V = ad::Variable<double>;
using P = ad::Value<double>;
using Vs = std::vector<V>;
using engram::test::Layered;

namespace {

constexpr auto f = [](const Vs& x) { return ad::sum(exp(x[0]) * square(x[1])); };

struct Point {
  ad::Tape<double> tape;
  Vs x{tape.variable(Eigen::Array2d(0.3, -0.4)), tape.variable(Eigen::Array2d(1.5, 0.7))};
};

bool near(double a, double b) { return std::abs(a - b) < 1e-12 * (1 + std::abs(b)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(transform)

BOOST_AUTO_TEST_CASE(value_and_gradient_are_those_of_the_textbook) {
  Point p;
  const auto [y, g] = ad::value_and_gradient_of(f)(p.x);
  BOOST_TEST(near(y.item(), std::exp(0.3) * 2.25 + std::exp(-0.4) * 0.49));
  BOOST_TEST(near(g[0].value()(0, 0), std::exp(0.3) * 2.25));
  BOOST_TEST(near(g[1].value()(1, 0), std::exp(-0.4) * 1.4));
  const Vs same = ad::gradient_of(f)(p.x);
  BOOST_TEST((same[0].value() == g[0].value()).all());
}

BOOST_AUTO_TEST_CASE(the_hessian_is_symmetric_and_its_blocks_are_second_derivatives) {
  Point p;
  const auto h = ad::hessian_of(f)(p.x);
  for (Eigen::Index i = 0; i < 2; ++i)
    for (Eigen::Index j = 0; j < 2; ++j) {
      const double a = i == 0 ? 0.3 : -0.4, b = i == 0 ? 1.5 : 0.7;
      BOOST_TEST(near(h[0][0].value()(i, j), i == j ? std::exp(a) * b * b : 0));
      BOOST_TEST(near(h[1][1].value()(i, j), i == j ? 2 * std::exp(a) : 0));
      BOOST_TEST(near(h[0][1].value()(i, j), i == j ? 2 * std::exp(a) * b : 0));
      BOOST_TEST(h[0][1].value()(i, j) == h[1][0].value()(j, i));
    }
}

BOOST_AUTO_TEST_CASE(a_hessian_vector_product_is_the_hessian_times_the_vector) {
  Point p;
  const Vs v{p.tape.constant(Eigen::Array2d(1.0, 2.0)), p.tape.constant(Eigen::Array2d(-0.5, 3.0))};
  const Vs product = ad::hvp_of(f)(p.x, v);
  const auto h = ad::hessian_of(f)(p.x);
  for (std::size_t i = 0; i < 2; ++i) {
    const V expected = matmul(h[i][0], v[0]) + matmul(h[i][1], v[1]);
    BOOST_TEST((product[i].value() - expected.value()).abs().maxCoeff() < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(products_with_the_jacobian_and_its_transpose) {
  Point p;
  const auto both = [](const Vs& x) { return Vs{x[0] * x[1], sin(x[0])}; };
  const Vs ones{p.tape.constant(Eigen::Array2d(1.0, -1.0)), p.tape.constant(Eigen::Array2d(2.0, 0.5))};
  const Vs x_bar = ad::vjp_of(both)(p.x, ones), y_dot = ad::jvp_of(both)(p.x, ones);
  BOOST_TEST(near(x_bar[0].value()(0, 0), 1.5 + 2 * std::cos(0.3)));
  BOOST_TEST(near(x_bar[0].value()(1, 0), -0.7 + 0.5 * std::cos(-0.4)));
  BOOST_TEST(near(x_bar[1].value()(1, 0), 0.4));
  BOOST_TEST(near(y_dot[0].value()(0, 0), 1.5 + 0.3 * 2));
  BOOST_TEST(near(y_dot[1].value()(1, 0), -std::cos(-0.4)));
}

BOOST_AUTO_TEST_CASE(derivatives_with_respect_to_a_tree_have_its_form) {
  ad::Tape<double> tape;
  const auto leaf = [&](double x) { return tape.variable(x); };
  const Layered<V> model{{{leaf(2), leaf(3)}, {leaf(5), leaf(7)}}, leaf(11)};
  const auto loss = [](const Layered<V>& m) {
    V y = m.scale;
    for (const auto& layer : m.layers) y = y * layer.weight + layer.bias;
    return y;
  };
  const auto [y, g] = ad::value_and_gradient_of(loss)(model);  // (11 * 2 + 3) * 5 + 7
  BOOST_TEST(y.item() == 132);
  BOOST_TEST(g.layers[0].weight.item() == 55);
  BOOST_TEST(g.layers[0].bias.item() == 5);
  BOOST_TEST(g.layers[1].weight.item() == 25);
  BOOST_TEST(g.scale.item() == 10);
  const Layered<V> second = ad::gradient(g.scale, model);  // of weight times weight
  BOOST_TEST(second.layers[1].weight.item() == 2);
  BOOST_TEST(second.scale.item() == 0);
}

BOOST_AUTO_TEST_CASE(forwards_and_backwards_give_the_same_jacobian) {
  ad::Tape<double> tape;
  const V w = tape.variable(Eigen::Array22d{{0.1, -0.3}, {0.7, 0.2}}), c = tape.variable(0.4);
  const V wide = tanh(matmul(w, w)) * c;                // 4 results of 5 inputs: backwards
  const V narrow = ad::concatenate({wide, sin(w)}, 0);  // 8 results of 5 inputs: forwards
  const Vs back = ad::jacobian(wide, {w, c}), forth = ad::jacobian(narrow, {w, c});
  BOOST_TEST((back[0].shape() == ad::Shape{4, 4}));
  BOOST_TEST((forth[1].shape() == ad::Shape{8, 1}));
  for (std::size_t i = 0; i < 2; ++i)
    BOOST_TEST((forth[i].value().topRows(4) - back[i].value()).abs().maxCoeff() < 1e-14);
  BOOST_TEST(near(forth[0].value()(5, 1), std::cos(-0.3)));
  BOOST_TEST(forth[0].value()(5, 0) == 0);
}

BOOST_AUTO_TEST_CASE(the_jacobian_of_or_by_an_empty_matrix_is_empty) {
  ad::Tape<double> tape;
  const V none = tape.variable(Eigen::ArrayXXd(0, 3)), x = tape.variable(Eigen::ArrayXXd::Ones(1, 3));
  const auto blocks = ad::jacobian(ad::concatenate({none, x}, 0), {none, x});
  BOOST_TEST((blocks[0].shape() == ad::Shape{3, 0}));
  BOOST_TEST(blocks[1].value().matrix().isIdentity(0));
  BOOST_TEST((ad::jacobian(ad::tanh(none), {x})[0].shape() == ad::Shape{0, 3}));
}

BOOST_AUTO_TEST_CASE(transformations_compose_with_each_other_and_with_compile_scan_and_checkpoint) {
  // The third derivative of a loop with a checkpoint inside, compiled: d³/dr³ of w_2(r), w ← w - r sin w
  // twice.
  const auto twice = [](const Vs& in) {
    const auto step = [](auto w, auto, auto r) {
      const auto descend = [](std::span<const V> a) { return Vs{a[0] - a[1] * sin(a[0])}; };
      return ad::StepResult<V>{ad::checkpoint(descend, Vs{w[0], r[0]}), {}};
    };
    return ad::scan<double>(step, {in[0].tape().constant(1.0)}, {}, {in[0]}, 2).carry[0];
  };
  const auto first = ad::gradient_of(twice);
  const auto second = ad::gradient_of([first](const Vs& x) { return first(x)[0]; });
  const auto third = ad::gradient_of([second](const Vs& x) { return second(x)[0]; });
  const auto compiled = ad::compile<double>(third, {{1, 1}});
  // w₂ = w₁ - r sin w₁ with w₁ = 1 - r s, s = sin 1, so that the third derivative is 3 s² sin w₁ + r s³ cos
  // w₁ ... from Leibniz: (r · sin(1 - r s))''' = 3 (sin)'' + r (sin)''' with (sin)'' = -s² sin w₁ and
  // (sin)''' = s³ cos w₁.
  const double s = std::sin(1.0), r = 0.3, w1 = 1 - r * s;
  const double expected = -(3 * -s * s * std::sin(w1) + r * s * s * s * std::cos(w1));
  BOOST_TEST(near(compiled({P(r)})[0].item(), expected));
}

BOOST_AUTO_TEST_SUITE_END()
