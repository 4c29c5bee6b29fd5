// Differentiation on a tape: what flows where, to any order, recorded or just computed.
#include "../support/user_ops.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;
using Tape = ad::Tape<double>;

namespace {

/// A small network with everything in it: shared weights, reductions, parts, losses.
Variables network(const Variables& x) {
  const auto h = ad::tanh(ad::matmul(x[0], x[1]) + ad::slice_rows(x[2], 0, 1));
  const auto k = ad::sigmoid(ad::matmul(h, ad::matmul_nt(x[1], x[1]) * 0.1)) * ad::sum(x[2], 0);
  const auto parts = ad::split(k, {1, 2}, 1);
  return {ad::mean(ad::cross_entropy(h, ad::softmax(k))), ad::concatenate({parts[1], parts[0] * h}, 1)};
}
const Values network_inputs = distinct_values({{4, 3}, {3, 3}, {2, 3}}, 1);

void check_zeros(const Variable& v, Shape shape) {
  BOOST_TEST((v.shape() == shape));
  BOOST_TEST((v.value() == 0).all());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient)

BOOST_AUTO_TEST_CASE(what_the_result_does_not_depend_on_has_zero_gradient) {
  Tape tape;
  const auto x = tape.variable(matrix({{1, 2, 3}})), unused = tape.variable(matrix({{4}, {5}}));
  const auto y = ad::sum(ad::tanh(x));
  const auto later = tape.variable(matrix({{6, 7}})), beside = ad::exp(x);
  const auto g = ad::gradient(y, {unused, x, later, beside});
  check_zeros(g[0], {2, 1}), check_zeros(g[2], {1, 2}), check_zeros(g[3], {1, 3});
  BOOST_TEST((g[1].value() > 0).all());
  const auto values = ad::gradient_values(y, {unused, later});
  BOOST_TEST((values[0].array() == 0).all());
  BOOST_TEST((values[1].shape() == Shape{1, 2}));
  // Zeros can be differentiated as well; so can a gradient that is constant.
  check_zeros(ad::gradient(ad::sum(g[0]), x), {1, 3});
  check_zeros(ad::gradient(ad::sum(ad::gradient(ad::sum(2.0 * x), x)), x), {1, 3});
}

BOOST_AUTO_TEST_CASE(only_a_scalar_has_a_gradient) {
  Tape tape;
  const auto x = tape.variable(matrix({{1, 2}}));
  const auto text = "[gradient] the result has shape (1,2); reduce it to (1,1), or give its cotangent to vjp";
  expect_error(text, [&] { ad::gradient(x * x, x); });
  expect_error(text, [&] { ad::gradient_values(x * x, {x}); });
}

BOOST_AUTO_TEST_CASE(cotangents_and_tangents_must_fit) {
  Tape tape;
  const auto x = tape.variable(matrix({{1, 2}})), y = x * x, one = tape.constant(1.0);
  expect_error("[vjp] 1 results, but 2 cotangents", [&] {
    ad::vjp<double>(Variables{y}, Variables{y, y}, Variables{x});
  });
  expect_error("[vjp] the cotangent (1,1) of a result (1,2) must have its shape",
               [&] { ad::vjp<double>(Variables{y}, Variables{one}, Variables{x}); });
  expect_error("[vjp_values] the cotangent (1,1) of a result (1,2) must have its shape",
               [&] { ad::vjp_values<double>(Variables{y}, Values{Value(1.0)}, Variables{x}); });
  expect_error("[jvp] 1 inputs, but 2 tangents", [&] {
    ad::jvp<double>(Variables{y}, Variables{x}, Variables{x, x});
  });
  expect_error("[jvp] the tangent (1,1) of an input (1,2) must have its shape",
               [&] { ad::jvp<double>(Variables{y}, Variables{x}, Variables{one}); });
}

BOOST_AUTO_TEST_CASE(values_cannot_be_computed_while_tracing) {
  Tape tape(ad::tracing);
  const auto x = tape.placeholder({1, 1});
  expect_error("[vjp_values] there are no values while a function is traced; use vjp",
               [&] { ad::gradient_values(x * x, {x}); });
}

BOOST_AUTO_TEST_CASE(derivatives_to_any_order) {
  Tape tape;
  const auto x = tape.variable(0.7);
  const double s = std::sin(0.7), c = std::cos(0.7);
  auto y = ad::sin(x);
  for (const double expected : {c, -s, -c, s, c, -s, -c}) {
    y = ad::gradient(y, x);
    BOOST_TEST(y.item() == expected, boost::test_tools::tolerance(1e-15));
  }
  // The third derivative of x y² z³ with respect to each once: 6 y z².
  const auto a = tape.variable(2.0), b = tape.variable(3.0), d = tape.variable(5.0);
  const auto f = a * b * b * ad::pow(d, 3.0);
  BOOST_TEST(ad::gradient(ad::gradient(ad::gradient(f, a), b), d).item() == 6 * 3 * 25,
             boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(the_third_derivative_of_a_network_agrees_with_differences) {
  const auto f = [](const Variables& x) {
    return ad::gradient(weighted_sum(network(x)), x);  // gradcheck adds two orders
  };
  const auto report = ad::gradcheck(f, network_inputs);
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(gradients_with_respect_to_intermediates_are_total_derivatives) {
  Tape tape;
  const auto x = tape.variable(2.0), y = x * x, z = y * y * x;  // z = x^5
  const auto g = ad::gradient(z, {x, y, z});
  BOOST_TEST(g[0].item() == 5 * 16);
  BOOST_TEST(g[1].item() == 2 * 4 * 2);
  BOOST_TEST(g[2].item() == 1);
}

BOOST_AUTO_TEST_CASE(one_result_of_an_op_with_many_can_be_what_one_differentiates_by) {
  Tape tape;
  const auto x = tape.variable(matrix({{1}, {2}, {3}}));
  const auto parts = ad::split(x, {1, 1, 1}, 0);
  const auto y = parts[0] * parts[1] * parts[2] * parts[1];
  BOOST_TEST(ad::gradient(y, parts[1]).item() == 2 * 1 * 2 * 3);
  const auto g = ad::gradient(y, {parts[2], x, parts[0]});
  BOOST_TEST(g[0].item() == 4);
  BOOST_TEST(difference(g[1], matrix({{12}, {12}, {4}})) == 0);
  BOOST_TEST(g[2].item() == 12);
  check_zeros(ad::gradient(parts[0], parts[2]), {1, 1});  // before it in the same op
  check_zeros(ad::gradient(parts[2], parts[0]), {1, 1});
  const auto trig = cos_sin(x);
  BOOST_TEST(difference(ad::gradient(ad::sum(trig[1]), x), trig[0]) == 0);
}

BOOST_AUTO_TEST_CASE(a_variable_asked_for_twice_or_used_many_times_gets_the_whole_sum) {
  Tape tape;
  const auto x = tape.variable(3.0);
  const auto y = x * x + x / x + ad::maximum(x, x) + ad::select(x, x, x);
  const auto g = ad::gradient(y, {x, x});
  BOOST_TEST(g[0].item() == 8);
  BOOST_TEST(g[1].item() == 8);
  BOOST_TEST(ad::gradient(x, x).item() == 1);
  const auto twice = ad::vjp<double>(Variables{y, y, x}, Variables(3, tape.constant(1.0)), Variables{x});
  BOOST_TEST(twice[0].item() == 17);
}

BOOST_AUTO_TEST_CASE(the_gradient_taken_twice_is_the_same_to_the_bit) {
  Tape tape;
  const auto x = record(tape, network_inputs);
  const auto y = weighted_sum(network(x));
  const auto once = ad::gradient(y, x), again = ad::gradient(y, x);
  BOOST_TEST(difference(once, again) == 0);
}

BOOST_AUTO_TEST_CASE(computed_gradients_are_the_recorded_ones_to_the_bit_and_leave_no_trace) {
  Tape tape;
  const auto x = record(tape, network_inputs);
  const auto y = weighted_sum(network(x));
  const auto size = tape.size(), capacity = tape.capacity();
  const auto computed = ad::gradient_values(y, x);
  BOOST_TEST(tape.size() == size);
  BOOST_TEST(tape.capacity() == capacity);
  BOOST_TEST(difference(computed, ad::gradient(y, x)) == 0);
}

BOOST_AUTO_TEST_CASE(computed_gradients_outlive_their_tape) {
  Values g;
  {
    Tape tape;
    const auto x = record(tape, network_inputs);
    g = ad::gradient_values(weighted_sum(network(x)) + ad::sum(x[0]), x);
    tape.clear();
    tape.variable(Value(ad::Array<double>::Constant(50, 50, 7)));
  }
  Tape other;
  const auto x = record(other, network_inputs);
  BOOST_TEST(difference(g, ad::gradient(weighted_sum(network(x)) + ad::sum(x[0]), x)) == 0);
}

BOOST_AUTO_TEST_CASE(tangents_and_cotangents_are_dual) {
  Tape tape;
  const auto x = record(tape, network_inputs);
  const auto y = network(x);
  Variables x_dot, y_bar;
  for (const auto& v : x) x_dot.push_back(tape.constant(random_value(v.shape(), 11 + v.id())));
  for (const auto& v : y) y_bar.push_back(tape.constant(random_value(v.shape(), 11 + v.id())));
  const auto y_dot = ad::jvp<double>(y, x, x_dot), x_bar = ad::vjp<double>(y, y_bar, x);
  double forwards = 0, backwards = 0;
  for (std::size_t i = 0; i < x.size(); ++i) backwards += (x_bar[i].value() * x_dot[i].value()).sum();
  for (std::size_t k = 0; k < y.size(); ++k) forwards += (y_bar[k].value() * y_dot[k].value()).sum();
  BOOST_TEST(forwards == backwards, boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(tangents_can_be_differentiated) {
  Tape tape;
  const auto x = tape.variable(0.4), one = tape.constant(1.0), zero = tape.constant(0.0);
  const auto tangent = [&](const Variable& y) {
    return ad::jvp<double>(Variables{y}, Variables{x}, Variables{one})[0];
  };
  const double t = std::tanh(0.4), first = 1 - t * t, second = -2 * t * first,
               third = -2 * first * first - 2 * t * second;
  const auto d = tangent(ad::tanh(x));
  BOOST_TEST(d.item() == first, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(ad::gradient(d, x).item() == second, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(tangent(tangent(d)).item() == third, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(tangent(x).item() == 1);
  BOOST_TEST(tangent(zero).item() == 0);
  BOOST_TEST(tangent(ad::stop_gradient(x)).item() == 0);
  BOOST_TEST(ad::jvp<double>(Variables{}, Variables{x}, Variables{one}).empty());
  // Along an intermediate too: the tangent of x w, where w = x², for x_dot = w_dot = 1 is 3 x² + x.
  const auto w = x * x;
  BOOST_TEST(ad::jvp<double>(Variables{x * w}, Variables{x, w}, Variables{one, one})[0].item() == 0.88,
             boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(no_cotangent_is_computed_that_is_not_asked_for) {
  Tape tape;
  const auto x = tape.variable(2.0), other = tape.variable(3.0);
  const auto costly = ad::exp(ad::tanh(ad::sin(other)));
  const auto y = x * costly * ad::greater(x, costly);
  const auto before = tape.size();
  ad::gradient(y, x);
  BOOST_TEST(tape.size() - before == 3u);  // the cotangent of y, and one product for each of the two
}

BOOST_AUTO_TEST_CASE(nothing_flows_through_stop_gradient) {
  Tape tape;
  const auto x = tape.variable(3.0);
  BOOST_TEST(ad::gradient(ad::stop_gradient(x) * x, x).item() == 3);
  BOOST_TEST(ad::gradient(ad::stop_gradient(x * x), x).item() == 0);
  // The straight-through estimator.
  BOOST_TEST(ad::gradient(2.0 * (x + ad::stop_gradient(ad::sign(x) - x)), x).item() == 2);
}

BOOST_AUTO_TEST_CASE(select_sends_a_cotangent_of_exactly_zero_to_the_branch_not_taken) {
  Tape tape;
  const auto x = tape.variable(matrix({{-1, 4}}));
  const auto root = ad::sqrt(x);  // NaN at -1
  const auto y = ad::sum(ad::select(ad::greater(x, 0.0), root, 3.0 * x));
  BOOST_TEST(y.item() == -1);
  BOOST_TEST(difference(ad::gradient(y, root), matrix({{0, 1}})) == 0);
  // Infinite slopes beyond still meet that zero; select their input as well to keep them away.
  const auto safe = ad::sqrt(ad::select(ad::greater(x, 0.0), x, 1.0));
  const auto z = ad::sum(ad::select(ad::greater(x, 0.0), safe, 3.0 * x));
  const auto g = ad::gradient(z, x);
  BOOST_TEST(difference(g, matrix({{3, 0.25}})) == 0);
  BOOST_TEST(difference(ad::gradient(ad::sum(g), x), matrix({{0, -1. / 32}})) < 1e-15);
}

BOOST_AUTO_TEST_CASE(a_rule_that_gives_another_shape_is_named) {
  using Wrong = CubeBy<[](auto& g, auto&, auto&) { return ad::sum(g, 0); }>;
  Tape tape;
  const auto x = tape.variable(matrix({{1, 2}, {3, 4}}));
  BOOST_CHECK_EXCEPTION(ad::gradient(ad::sum(ad::apply(Wrong{}, x)), x), std::logic_error, [](auto& e) {
    return e.what() == std::string("[cube] the rule for input 0 gave a cotangent (1,2) for an input (2,2)");
  });
}

/// a b, whose rule fills in every cotangent, wanted or not.
struct Eager : ad::Variadic {
  static constexpr auto name = "eager";
  template <class S>
  void forward(std::span<const ad::View<S>> y, std::span<const ad::ConstView<S>> x) const {
    y[0].map() = x[0].map() * x[1].map();
  }
  template <class T>
  void pull_back(ad::Pullback<T>& p) const {
    p.x_bar[0] = *p.y_bar[0] * p.x[1];
    p.x_bar[1] = *p.y_bar[0] * p.x[0];
  }
};

BOOST_AUTO_TEST_CASE(cotangents_that_nobody_wanted_are_ignored) {
  Tape tape;
  const Variables in{tape.variable(2.0), tape.variable(3.0)};  // the first stands before all that is wanted
  const Shape s{1, 1};
  const auto y =
      ad::apply_all<double>(ad::make_operation<double>(Eager{}), std::span(in), std::span(&s, 1))[0];
  BOOST_TEST(ad::gradient(y, in[1]).item() == 2);
  BOOST_TEST(ad::gradient_values(y, {in[1]})[0].item() == 2);
  BOOST_TEST(ad::gradient(y, in[0]).item() == 3);
  BOOST_TEST(ad::gradient(y * in[0], in[0]).item() == 12);
}

BOOST_AUTO_TEST_CASE(computed_gradients_do_not_share_what_is_written_to) {
  Tape tape;
  const Variables x{tape.variable(1.0), tape.variable(2.0)};
  auto g = ad::gradient_values(x[0] + x[1], x);
  for (auto& v : g) v.data()[0] *= 0.5;
  BOOST_TEST(g[0].item() == 0.5);
  BOOST_TEST(g[1].item() == 0.5);
}

/// Its rule gives what lies on the tape.
struct Leaky : CubeForward {
  static constexpr auto vjp = ad::rules([](auto&, auto& y, auto&) { return y; });
};

BOOST_AUTO_TEST_CASE(computed_gradients_never_lie_on_the_tape) {
  Tape tape;
  const auto x = tape.variable(2.0);
  const auto g = ad::gradient_values(ad::apply(Leaky{}, x), {x})[0];
  tape.clear();
  tape.variable(5.0), tape.variable(6.0), tape.variable(7.0);
  BOOST_TEST(g.item() == 8);
}

BOOST_AUTO_TEST_CASE(the_array_of_a_temporary_value_keeps_its_memory) {
  Tape tape;
  const auto x = tape.variable(Eigen::VectorXd::LinSpaced(4, 1, 4));
  const auto g = ad::gradient_values(ad::sum(ad::square(x)), {x})[0].array();
  const auto m = ad::gradient_values(ad::sum(ad::square(x)), {x})[0].matrix();
  const auto h = ad::gradient_values(ad::sum(ad::exp(x)), {x})[0].array();  // another value in its place
  BOOST_TEST((g == 2 * x.value()).all());
  BOOST_TEST((m.array() == 2 * x.value()).all());
  BOOST_TEST((h == ad::exp(x).value()).all());
}

BOOST_AUTO_TEST_CASE(the_empty_list_has_no_gradients) {
  Tape tape;
  const auto x = tape.variable(1.0);
  BOOST_TEST(ad::gradient(x, Variables{}).empty());
  BOOST_TEST(ad::gradient_values(x, Variables{}).empty());
  check_zeros(ad::vjp<double>(Variables{}, Variables{}, Variables{x})[0], {1, 1});
}

BOOST_AUTO_TEST_CASE(single_precision_works_alike) {
  ad::Tape<float> tape;
  const auto x = tape.variable(0.7f);
  const auto g = ad::gradient(ad::sin(x), x);
  BOOST_TEST(g.item() == std::cos(0.7f), boost::test_tools::tolerance(1e-6f));
  BOOST_TEST(ad::gradient(g, x).item() == -std::sin(0.7f), boost::test_tools::tolerance(1e-6f));
}

BOOST_AUTO_TEST_SUITE_END()
