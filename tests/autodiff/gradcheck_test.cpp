// The checker passes what is right and finds what is wrong.
#include "../support/user_ops.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

namespace {

const Values point = {matrix({{0.5, -1.25, 2}, {1.5, -0.5, 0.75}})};

/// Checks the op with this rule where its cube is correct.
template <class Op>
ad::GradcheckReport check(const ad::GradcheckOptions& options = {}) {
  return ad::gradcheck(
      [](const Variables& x) {
        return Variables{ad::tanh(x[0]), ad::apply(Op{}, x[0])};
      },
      point, options);
}

/// Expects the report to fail with a text that begins like this.
void check_failure(const ad::GradcheckReport& report, const std::string& begin) {
  BOOST_TEST(!report.passed);
  BOOST_TEST(report.largest_error > 1e-7);
  BOOST_TEST(report.text.substr(0, begin.size()) == begin);
}

const char* const first = "gradient against differences: ";
const char* const second = "second derivative against differences: ";

}  // namespace

BOOST_AUTO_TEST_SUITE(gradcheck)

BOOST_AUTO_TEST_CASE(a_right_rule_passes_with_a_small_error) {
  const auto report = check<Cube>();
  BOOST_TEST(report.passed, report.text);
  BOOST_TEST(report.largest_error < 1e-9);
  BOOST_TEST(!report.text.empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_factor_is_found) {
  using Wrong = CubeBy<[](auto& g, auto&, auto& x) { return g * (2.99 * ad::square(x)); }>;
  check_failure(check<Wrong>(), first);
  check_failure(check<Wrong>({.order = 1}), first);
}

BOOST_AUTO_TEST_CASE(a_wrong_factor_is_found_however_small_what_is_checked) {
  using Wrong = CubeBy<[](auto& g, auto&, auto& x) { return g * (30.0 * ad::square(x)); }>;
  for (const double at : {1e-2, 1e-4, 1e-5}) {
    check_failure(
        ad::gradcheck([](const auto& x) { return Variables{ad::apply(Wrong{}, x[0])}; }, {Value(at)}), first);
    const auto right = ad::gradcheck([](const auto& x) { return Variables{cube(x[0])}; }, {Value(at)});
    BOOST_TEST(right.passed, right.text);
  }
  for (const double scale : {1e-8, 1e-9, 1e-100, 1e100}) {
    const auto scaled = [=](auto op) {
      return ad::gradcheck([=](const auto& x) { return Variables{scale * ad::apply(op, x[0])}; },
                           {Value(1.5)});
    };
    check_failure(scaled(Wrong{}), first);
    BOOST_TEST(scaled(Cube{}).passed, scaled(Cube{}).text);
  }
}

BOOST_AUTO_TEST_CASE(what_differences_cannot_resolve_is_no_error) {
  const auto check_right = [](auto f, const Values& x) {
    const auto report = ad::gradcheck([=](const auto& v) { return Variables{f(v[0])}; }, x);
    BOOST_TEST(report.passed, report.text);
  };
  check_right([](auto x) { return ad::cos(x); }, {Value(1e-9)});           // a slope of almost 0
  check_right([](auto x) { return 1e6 + ad::sin(x); }, {Value(0.7)});      // digits are lost
  check_right([](auto x) { return ad::sum(x) - ad::sum(x); }, point);      // a slope of 0
  check_right([](auto x) { return ad::softmax(100.0 * x); }, {point[0]});  // entries that underflow
}

BOOST_AUTO_TEST_CASE(a_wrong_sign_is_found) {
  using Wrong = CubeBy<[](auto& g, auto&, auto& x) { return -(g * (3.0 * ad::square(x))); }>;
  check_failure(check<Wrong>(), first);
}

BOOST_AUTO_TEST_CASE(a_missing_rule_is_found) {
  using Wrong = CubeBy<ad::no_gradient>;
  check_failure(check<Wrong>(), first);
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_wrong_only_in_its_second_derivative_is_found_there) {
  using Wrong = CubeBy<[](auto& g, auto&, auto& x) { return g * ad::stop_gradient(3.0 * ad::square(x)); }>;
  check_failure(check<Wrong>(), second);
  BOOST_TEST(check<Wrong>({.order = 1}).passed);
}

BOOST_AUTO_TEST_CASE(a_rule_that_ignores_its_cotangent_is_found) {
  using Ones = CubeBy<[](auto&, auto&, auto& x) { return 3.0 * ad::square(x); }>;
  check_failure(check<Ones>(), first);
  using Stopped =
      CubeBy<[](auto& g, auto&, auto& x) { return ad::stop_gradient(g) * (3.0 * ad::square(x)); }>;
  const auto report = check<Stopped>({.order = 1});
  check_failure(report, "dot-product test of jvp against vjp: ");
}

BOOST_AUTO_TEST_CASE(the_report_names_the_input_the_entry_and_both_values) {
  // Wrong above 1.9 only: at entry (0,2) of the second input, whose slope is taken for 3 x² + 1 = 13.
  using Wrong =
      CubeBy<[](auto& g, auto&, auto& x) { return g * (3.0 * ad::square(x) + ad::greater(x, 1.9)); }>;
  const auto f = [](const Variables& x) { return Variables{ad::tanh(x[0]), ad::apply(Wrong{}, x[1])}; };
  const auto report = ad::gradcheck(f, {point[0], point[0]}, {.order = 1});
  check_failure(report, std::string(first) + "entry (0,2) of input 1 (2,3): ");
  BOOST_TEST(report.text.find(", error ") != std::string::npos);
  BOOST_TEST(report.text.find(", tolerance 1e-07") != std::string::npos);
  // Not more than a twelfth too large.
  BOOST_TEST(report.largest_error > 0.05);
  BOOST_TEST(report.largest_error < 1. / 12);
}

BOOST_AUTO_TEST_CASE(a_rule_of_the_wrong_shape_throws_with_its_name) {
  using Wrong = CubeBy<[](auto& g, auto&, auto& x) { return ad::sum(g * (3.0 * ad::square(x)), 0); }>;
  BOOST_CHECK_EXCEPTION(check<Wrong>(), std::logic_error, [](const auto& e) {
    return e.what() == std::string("[cube] the rule for input 0 gave a cotangent (1,3) for an input (2,3)");
  });
}

BOOST_AUTO_TEST_CASE(a_rule_that_differs_unrecorded_is_found) {
  using Wrong = CubeBy<[](auto& g, auto&, auto& x) {
    constexpr bool recorded = std::is_same_v<std::decay_t<decltype(x)>, Variable>;
    return g * ((recorded ? 3.0 : 3.1) * ad::square(x));
  }>;
  check_failure(check<Wrong>(), "unrecorded against recorded sweep: ");
}

BOOST_AUTO_TEST_CASE(an_op_that_cannot_work_in_place_but_says_so_is_found) {
  const auto f = [](const Variables& x) { return Variables{ad::sin(reversed(ad::tanh(x[0])))}; };
  check_failure(ad::gradcheck(f, point), "compiled against eager, values then gradients: ");
}

BOOST_AUTO_TEST_CASE(a_function_whose_branch_is_frozen_by_compiling_is_an_error) {
  const auto f = [](const Variables& x) { return Variables{x[0].value().sum() > 0 ? x[0] : -x[0]}; };
  BOOST_CHECK_THROW(ad::gradcheck(f, point), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(differences_that_are_not_numbers_fail) {
  const auto at_the_edge = [](const Variables& x) { return Variables{ad::sqrt(x[0])}; };
  BOOST_TEST(!ad::gradcheck(at_the_edge, {matrix({{4, 0, 1}})}).passed);
  const auto nowhere = [](const Variables& x) { return Variables{ad::square(ad::log(x[0]))}; };
  BOOST_TEST(!ad::gradcheck(nowhere, {matrix({{-1}})}).passed);
}

BOOST_AUTO_TEST_CASE(a_kink_fails) {
  BOOST_TEST(
      !ad::gradcheck([](const Variables& x) { return Variables{ad::relu(x[0])}; }, {matrix({{0}})}).passed);
}

BOOST_AUTO_TEST_CASE(large_inputs_are_checked_at_random_entries) {
  int calls = 0;
  const auto f = [&](const Variables& x) {
    ++calls;
    return Variables{ad::tanh(x[0])};
  };
  const Values large = {random_value({100, 100}, 1)};
  BOOST_TEST(ad::gradcheck(f, large, {.entries = 5}).passed);
  BOOST_TEST(calls < 100);
}

BOOST_AUTO_TEST_CASE(a_wrong_entry_of_a_large_input_is_found_along_a_random_direction) {
  // Wrong at the largest entry only, which is not among the few that are perturbed alone.
  using Wrong =
      CubeBy<[](auto& g, auto&, auto& x) { return g * (3.0 * ad::square(x) + ad::greater(x, 4.9)); }>;
  Value large = random_value({50, 50}, 1);
  large.data()[1234] = 5;
  const auto f = [](const Variables& x) { return Variables{ad::apply(Wrong{}, x[0])}; };
  check_failure(ad::gradcheck(f, {large}, {.order = 1, .entries = 3}),
                "gradient against differences, along a random direction: ");
}

BOOST_AUTO_TEST_CASE(a_rule_that_mistakes_one_variable_for_two_is_found) {
  // Treats the operands as one if they are the same variable.
  const auto f = [](const Variables& x) {
    const auto y = x[0] * x[1];
    return Variables{x[0].id() == x[1].id() ? ad::stop_gradient(x[0]) * x[1] : y};
  };
  check_failure(ad::gradcheck(f, {point[0], point[0]}),
                "one variable given as several inputs, against their cotangents' sum: ");
}

BOOST_AUTO_TEST_CASE(inputs_are_left_as_they_were) {
  const Value x = matrix({{1, 2}});
  ad::gradcheck([](const Variables& v) { return Variables{ad::exp(v[0])}; }, {x});
  BOOST_TEST(difference(x, matrix({{1, 2}})) == 0);
}

BOOST_AUTO_TEST_CASE(a_looser_tolerance_lets_small_errors_pass) {
  using Wrong = CubeBy<[](auto& g, auto&, auto& x) { return g * (3.00001 * ad::square(x)); }>;
  check_failure(check<Wrong>(), first);
  BOOST_TEST(check<Wrong>({.tolerance = 1e-4}).passed);
}

BOOST_AUTO_TEST_SUITE_END()
