// Finding the origin of a NaN, the cotangents of a loop, and what a tape holds.
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

namespace {

bool contains(const std::string& text, const char* part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE(text);
  return found;
}

/// Counts down from the carry; the logarithm fails at the step that gets below 0.
constexpr auto countdown = [](auto carry, auto, auto) {
  using T = std::decay_t<decltype(carry[0])>;
  const ad::Scope scope(carry[0], "countdown");
  const T next = carry[0] - 1.0;
  return ad::StepResult<T>{{next}, {log(next)}};
};

/// The carry is multiplied by k in each step; the carry itself is a result.
constexpr auto grow = [](auto carry, auto, auto k) {
  using T = std::decay_t<decltype(carry[0])>;
  return ad::StepResult<T>{{carry[0] * k[0]}, {carry[0] * 1.0}};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(debug)

BOOST_AUTO_TEST_CASE(a_finite_tape_has_nothing_to_find) {
  ad::Tape<double> tape;
  exp(tape.variable(matrix({{1, 2}})));
  BOOST_TEST(!ad::find_non_finite(tape));
  BOOST_CHECK_NO_THROW(ad::check_finite(tape));
}

BOOST_AUTO_TEST_CASE(the_first_operation_that_made_a_nan_is_named) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{4, -1, 2}, {0.5, 3, -7}}));
  const auto bounded = x * 2.0;
  {
    const ad::Scope scope(x, "roots");
    sum(sqrt(bounded)) * 0.0;
  }
  const auto found = ad::find_non_finite(tape);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->operation == "sqrt");
  BOOST_TEST(found->scope == "roots");
  BOOST_TEST(found->steps.empty());
  BOOST_TEST(contains(found->text, "sqrt in scope 'roots' ("));
  BOOST_TEST(contains(found->text, "debug_test.cpp:"));
  BOOST_TEST(contains(found->text, "nan at (0,1) of (2,3) from (2,3) in [-14, 8]"));
  BOOST_CHECK_EXCEPTION(ad::check_finite(tape), std::domain_error, [&](const std::domain_error& error) {
    return error.what() == "[check_finite] " + found->text;
  });
}

BOOST_AUTO_TEST_CASE(an_infinity_is_found_where_it_is_made) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 0}}));
  1.0 / x;
  const auto found = ad::find_non_finite(tape);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->operation == "divide");
  BOOST_TEST(contains(found->text, "inf at (0,1) of (1,2) from (1,1) in [1, 1], (1,2) in [0, 1]"));
}

BOOST_AUTO_TEST_CASE(a_nan_that_was_put_in_is_said_to_be_so) {
  ad::Tape<double> tape;
  tape.constant(infinity);  // may be meant
  exp(tape.variable(matrix({{1, not_a_number}})));
  const auto found = ad::find_non_finite(tape);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->operation == "variable");
  BOOST_TEST(found->text == "variable 1 holds nan at (0,1) of (1,2)");
}

BOOST_AUTO_TEST_CASE(a_derivative_s_nan_is_found_too) {
  ad::Tape<double> tape;
  const auto x = tape.variable(0.0);
  const ad::Scope scope(x, "root");
  ad::gradient(sqrt(x) * 0.0, x);
  const auto found = ad::find_non_finite(tape);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->scope == "gradient of root");
}

BOOST_AUTO_TEST_CASE(inside_a_loop_the_step_is_named) {
  for (const auto keep : {ad::Keep::everything, ad::Keep::carries}) {
    ad::Tape<double> tape;
    ad::scan<double>(countdown, {tape.variable(3.5)}, {}, {}, 6, keep);
    const auto found = ad::find_non_finite(tape);
    BOOST_REQUIRE(found);
    BOOST_TEST(found->operation == "log");
    BOOST_TEST(found->scope == "countdown");
    BOOST_TEST(found->steps == std::vector<ad::Index>{3}, boost::test_tools::per_element());
    BOOST_TEST(contains(found->text, "nan at (0,0) of (1,1) from (1,1) in [-0.5, -0.5], in step 3 of scan"));
  }
}

BOOST_AUTO_TEST_CASE(loops_in_loops_are_looked_into) {
  ad::Tape<double> tape;
  const auto outer = [](auto carry, auto, auto) {
    const auto inner = ad::scan<double>(countdown, {carry[0]}, {}, {}, 2);
    return ad::StepResult<Variable>{{inner.carry[0]}, {sum(inner.results[0])}};
  };
  ad::scan<double>(outer, {tape.variable(3.5)}, {}, {}, 3);
  const auto found = ad::find_non_finite(tape);
  BOOST_REQUIRE(found);
  const std::vector<ad::Index> steps{1, 1};
  BOOST_TEST(found->steps == steps, boost::test_tools::per_element());
  BOOST_TEST(contains(found->text, ", in step 1 of scan, in step 1 of scan"));
}

BOOST_AUTO_TEST_CASE(a_loop_s_derivative_is_looked_into) {
  ad::Tape<double> tape;
  const auto root = [](auto carry, auto x, auto) {
    return ad::StepResult<Variable>{{carry[0] + sqrt(x[0])}, {}};
  };
  const auto x = tape.variable(matrix({{4}, {0}, {1}}));
  const auto y = ad::scan<double>(root, {tape.variable(1.0)}, {x}, {}, 3).carry[0];
  BOOST_TEST(!ad::find_non_finite(tape));
  ad::gradient(y, x);
  const auto found = ad::find_non_finite(tape);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->steps == std::vector<ad::Index>{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_compiled_function_is_checked_on_given_inputs) {
  const auto f = ad::compile<double>([](const Variables& x) { return Variables{log(x[0]) + 1.0}; }, {{1, 1}});
  BOOST_CHECK_NO_THROW(ad::check_finite(f, {Value(1.0)}));
  BOOST_CHECK_EXCEPTION(ad::check_finite(f, {Value(0.0)}), std::domain_error, [](const auto& error) {
    return contains(error.what(), "[check_finite] log gave -inf at (0,0) of (1,1) from (1,1) in [0, 0]");
  });
}

BOOST_AUTO_TEST_CASE(a_tracing_tape_has_no_values_to_check) {
  ad::Tape<double> tape(ad::tracing);
  BOOST_CHECK_THROW(ad::find_non_finite(tape), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(cotangent_norms_of_an_unrolled_loop) {
  ad::Tape<double> tape;
  Variables states{tape.variable(matrix({{3, 4}}))};
  for (int t = 0; t < 3; ++t) states.push_back(states.back() * 2.0);
  const std::vector<double> expected{8 * std::sqrt(2.0), 4 * std::sqrt(2.0), 2 * std::sqrt(2.0),
                                     std::sqrt(2.0)};
  BOOST_TEST(ad::cotangent_norms(sum(states.back()), states) == expected,
             boost::test_tools::tolerance(1e-15) << boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(cotangent_norms_inside_a_scan_are_those_of_the_unrolled_loop) {
  ad::Tape<double> tape;
  const auto k = tape.variable(3.0);
  const auto loop = ad::scan<double>(grow, {tape.variable(matrix({{1, 2}}))}, {}, {k}, 4);
  const auto y = sum(square(loop.carry[0])) + sum(loop.results[0] * loop.results[0]);

  Variables states{tape.variable(matrix({{1, 2}}))};
  auto total = tape.constant(0.0);
  for (int t = 0; t < 4; ++t) {
    total = total + sum(square(states.back()));
    states.push_back(states.back() * k);
  }
  const auto expected = ad::cotangent_norms(total + sum(square(states.back())), states);
  for (const auto& result : {loop.carry[0], loop.results[0]})
    BOOST_TEST(ad::cotangent_norms_in_loop(y, result) == expected, boost::test_tools::tolerance(1e-14)
                                                                       << boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_a_loop_has_norms_inside) {
  ad::Tape<double> tape;
  const auto x = tape.variable(1.0);
  expect_error("[cotangent_norms_in_loop] variable 1 is no result of a scan",
               [&] { ad::cotangent_norms_in_loop(x, exp(x)); });
}

BOOST_AUTO_TEST_CASE(the_summary_counts_operations_and_bytes_of_each_scope) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 2}, {3, 4}}));
  {
    const ad::Scope scope(x, "layer");
    sum(exp(x));
  }
  reshape(exp(x), {1, 4});  // the reshaped matrix is the same memory
  const std::string text = ad::summary(tape);
  const auto line = [](const char* scope, int operations, int bytes) {
    return fmt::format("{:<40} {:>10} {:>12}\n", scope, operations, bytes);
  };
  BOOST_TEST(contains(text, line("layer", 2, 40).c_str()));
  BOOST_TEST(contains(text, line("(no scope)", 2, 32).c_str()));
  BOOST_TEST(contains(text, line("(inputs and constants)", 0, 32).c_str()));
}

BOOST_AUTO_TEST_CASE(a_tape_is_printed_with_its_scopes) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 2}}));
  {
    const ad::Scope scope(x, "a \"quoted\" layer");
    exp(x);
  }
  BOOST_TEST(contains(ad::to_text(tape), "inputs %0 (1,2)\n%1 (1,2) = exp %0 (1,2)  # a \"quoted\" layer\n"));
  BOOST_TEST(contains(ad::to_dot(tape), "label=\"exp\\na \\\"quoted\\\" layer\""));
}

BOOST_AUTO_TEST_SUITE_END()
