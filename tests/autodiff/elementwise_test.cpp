// Scalar functions lifted to elementwise ops.
#include "../support/allocations.hpp"
#include "../support/check_in_a_loop.hpp"
#include "../support/fifth_derivative.hpp"
#include "../support/replay.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>

using namespace engram::test;

namespace {

const auto softsign = ad::elementwise("softsign", [](auto x) { return x / (1.0 + abs(x)); });
const auto wave = ad::elementwise("wave", [](auto a, auto b) { return sin(a * b) + a / (2 + cos(b)); });
const auto bump = ad::elementwise(
    "bump", [](auto x, auto center, auto width) { return exp(-pow((x - center) * width, 2)); });

/// A function lifted, and the same of ops.
struct Pair {
  const char* name;
  std::function<Variable(const Variables&)> lifted, of_ops;
  std::size_t arguments;
  double shift = 0;
};
#define UNARY(f) \
#f, [](const Variables& x) { return ad::elementwise(#f, [](auto v) { return f(v); })(x[0]); }, \
      [](const Variables& x) { return ad::f(x[0]); }, 1
const std::vector<Pair> pairs = {
    {UNARY(exp)},
    {UNARY(expm1)},
    {UNARY(tanh)},
    {UNARY(sin)},
    {UNARY(cos)},
    {UNARY(abs)},
    {UNARY(log), 2},
    {UNARY(log1p), 2},
    {UNARY(sqrt), 2},
    {"softsign", [](const Variables& x) { return softsign(x[0]); },
     [](const Variables& x) { return x[0] / (1.0 + ad::abs(x[0])); }, 1},
    {"wave", [](const Variables& x) { return wave(x[0], x[1]); },
     [](const Variables& x) { return ad::sin(x[0] * x[1]) + x[0] / (2.0 + ad::cos(x[1])); }, 2},
    {"bump", [](const Variables& x) { return bump(x[0], x[1], x[2]); },
     [](const Variables& x) { return ad::exp(-ad::square((x[0] - x[1]) * x[2])); }, 3},
    {"pow",
     [](const Variables& x) {
       return ad::elementwise("pow", [](auto a, auto b) { return pow(a, b); })(x[0], x[1]);
     },
     [](const Variables& x) { return ad::pow(x[0], x[1]); }, 2, 2},
    {"maximum",
     [](const Variables& x) {
       return ad::elementwise("maximum", [](auto a, auto b) { return max(a, b) * b; })(x[0], x[1]);
     },
     [](const Variables& x) { return ad::maximum(x[0], x[1]) * x[1]; }, 2},
};

const std::vector<std::vector<Shape>> shapes[] = {
    {},
    {{{3, 4}}, {{1, 1}}, {{0, 4}}},
    {{{3, 4}, {3, 4}}, {{1, 4}, {3, 1}}, {{3, 4}, {1, 1}}, {{3, 1}, {3, 4}}},
    {{{3, 4}, {3, 4}, {3, 4}}, {{3, 1}, {3, 4}, {1, 4}}, {{1, 1}, {1, 4}, {3, 1}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(elementwise)

BOOST_AUTO_TEST_CASE(a_lifted_function_is_that_of_ops_to_third_order) {
  for (const Pair& pair : pairs)
    for (const auto& of : shapes[pair.arguments]) {
      ad::Tape<double> tape;
      const auto x = record(tape, distinct_values(of, 1, pair.shift));
      const auto all = [&](const auto& f) {
        return with_derivatives([&](const Variables& v) { return Variables{f(v)}; }, x, 3);
      };
      BOOST_TEST(difference(all(pair.lifted), all(pair.of_ops)) < 1e-12, pair.name);
    }
}

BOOST_AUTO_TEST_CASE(first_and_second_derivatives_agree_with_differences) {
  for (const Pair& pair : pairs)
    for (const auto& of : shapes[pair.arguments]) {
      const auto report = ad::gradcheck([&](const Variables& x) { return Variables{pair.lifted(x)}; },
                                        distinct_values(of, 2, pair.shift));
      BOOST_TEST(report.passed, pair.name << ": " << report.text);
    }
}

BOOST_AUTO_TEST_CASE(derivatives_end_at_the_fourth_with_an_error) {
  expect_no_fifth_derivative(ad::elementwise("fifth_power", [](auto x) { return x * x * x * x * x; }));
}

BOOST_AUTO_TEST_CASE(functions_may_capture_numbers_and_branch) {
  const double slope = 0.25;
  const auto leaky = ad::elementwise("leaky", [slope](auto x) { return x > 0 ? x : slope * x; });
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{-2, 0, 3}}));
  BOOST_TEST(difference(leaky(x), matrix({{-0.5, 0, 3}})) == 0);
  BOOST_TEST(difference(ad::gradient(ad::sum(leaky(x)), x), matrix({{0.25, 0.25, 1}})) == 0);
  const auto constant = ad::elementwise("constant", [](auto) { return 3.0; });
  BOOST_TEST((ad::gradient(ad::sum(constant(x)), x).value() == 0).all());
}

BOOST_AUTO_TEST_CASE(branches_not_taken_leak_nothing) {
  const auto safe_log = ad::elementwise("safe_log", [](auto x) { return x > 0 ? log(x) : 0.0; });
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{0, 1, 2}}));
  BOOST_TEST(difference(ad::gradient(ad::sum(safe_log(x)), x), matrix({{0, 1, 0.5}})) == 0);
}

BOOST_AUTO_TEST_CASE(compiled_functions_give_the_same_bits_and_compute_a_partial_derivative_once) {
  const auto f = [](const Variables& x) {
    return with_derivatives([](const Variables& v) { return Variables{wave(softsign(v[0]), v[1])}; }, x, 3);
  };
  const Values x = distinct_values({{3, 4}, {1, 4}}, 1);
  const auto compiled = ad::compile<double>(f, shapes_of(x));
  Replay replay(compiled, x);
  BOOST_TEST(allocations([&] { replay.run(), replay.run(); }) == 0u);
  ad::Tape<double> tape;
  BOOST_TEST(difference(replay.results(), f(record(tape, x))) == 0);
  std::map<std::string, int> count;
  for (const auto& node : compiled.graph().nodes)
    if (node.operation->name() == std::string("wave")) ++count[node.operation->note()];
  BOOST_TEST(count["derivative 2,1"] == 1);
  for (const auto& [derivative, times] : count) BOOST_TEST(times == 1, derivative);
}

BOOST_AUTO_TEST_CASE(it_works_in_loops) {
  const auto body = [](auto carry, auto x, auto constants) {
    const auto y = wave(carry[0], x[0]);
    return ad::StepResult<Variable>{{softsign(y * constants[0])}, {bump(y, x[0], constants[0])}};
  };
  check_in_a_loop(body);
}

BOOST_AUTO_TEST_CASE(plain_values_and_both_precisions_work_alike) {
  for_all_kinds([](auto make) {
    const auto y = wave(make(matrix({{1, 2}})), make(matrix({{3}, {4}})));
    for (const int r : {0, 1})
      for (const int c : {0, 1}) {
        const double a = c + 1, b = r + 3;
        BOOST_TEST(std::abs(array_of(y)(r, c) - (std::sin(a * b) + a / (2 + std::cos(b)))) < 1e-6);
      }
  });
  ad::Tape<float> tape;
  const auto x = tape.variable(1.0f);
  BOOST_TEST(ad::gradient(softsign(x), x).item() == 0.25f);
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_broadcast_are_an_error_that_names_the_function) {
  const Value a = random_value({2, 3}, 1), b = random_value({3, 2}, 1);
  expect_error("[wave] shapes (2,3) and (3,2) do not broadcast", [&] { wave(a, b); });
}

BOOST_AUTO_TEST_SUITE_END()
