// Differential equations whose steps are as long as the error allows.
#include "../support/stacks.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace engram::test;

namespace {

ad::OdeOptions within(double tolerance) {
  ad::OdeOptions options;
  options.relative = options.absolute = tolerance;
  return options;
}

/// dx/dt = p t x, so that x(t1) = x(t0) e^(p (t1² - t0²) / 2).
constexpr auto growth = [](const auto& t, const auto& x, const auto& p) { return p[0] * t * x; };
Variables grown(const Variables& in) {
  return {in[0] * ad::exp(0.5 * in[3] * (ad::square(in[2]) - ad::square(in[1])))};
}
/// The same by steps: x0, t0, t1, p.
Variables integrated(const Variables& in) {
  return {ad::odeint(growth, in[0], in[1], in[2], Variables{in[3]}, within(1e-12)).x};
}

/// Lotka and Volterra: hunters and hunted.
constexpr auto hunt = [](const auto&, const auto& x, const auto& p) {
  const auto hunted = ad::at(x, 0), hunters = ad::at(x, 1), met = hunted * hunters;
  return ad::concatenate(
      {ad::at(p, 0) * hunted - ad::at(p, 1) * met, ad::at(p, 2) * met - ad::at(p, 3) * hunters}, 0);
};
const Value few_animals = matrix({{10.0}, {5.0}}), habits = matrix({{1.1}, {0.4}, {0.1}, {0.4}});

/// Steps of the classical Runge-Kutta method.
template <class T>
T by_short_steps(const T& x0, const T& p, double duration, int steps) {
  T x = x0;
  const double h = duration / steps;
  for (int i = 0; i < steps; ++i) {
    const T a = hunt(x, x, p), b = hunt(x, x + 0.5 * h * a, p), c = hunt(x, x + 0.5 * h * b, p),
            d = hunt(x, x + h * c, p);
    x = x + h / 6 * (a + 2.0 * b + 2.0 * c + d);
  }
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(odeint)

BOOST_AUTO_TEST_CASE(derivatives_by_states_times_and_parameters_are_those_of_the_solution_to_third_order) {
  ad::Tape<double> tape;
  for (const auto& [from, to] : {std::pair{0.3, 1.4}, std::pair{1.2, -0.5}}) {  // backwards, too
    const Variables in =
        record(tape, {matrix({{0.7, -1.3}}), matrix({{from}}), matrix({{to}}), matrix({{0.8}})});
    BOOST_TEST(difference(with_derivatives(integrated, in, 3), with_derivatives(grown, in, 3)) < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(gradcheck_agrees_to_second_order) {
  const auto f = [](const Variables& in) {
    return Variables{ad::odeint(hunt, in[0], 0.0, 2.0, in[1], within(1e-11)).x};
  };
  const auto report = ad::gradcheck(f, {few_animals, habits});
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(the_error_follows_the_tolerance) {
  const Value exact = by_short_steps<Value>(few_animals, habits, 10, 40'000);
  double last_steps = 0;
  for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10}) {
    const auto found = ad::odeint(hunt, few_animals, 0.0, 10.0, habits, within(tolerance));
    BOOST_TEST(difference(found.x, exact) < 300 * tolerance);
    BOOST_TEST(found.steps.item() > last_steps);
    last_steps = found.steps.item();
  }
  BOOST_TEST(last_steps < 500);
}

BOOST_AUTO_TEST_CASE(a_gradient_by_the_steps_is_that_of_many_short_ones) {
  ad::Tape<double> tape;
  const Variables p = record(tape, {few_animals, habits});
  const auto expected = ad::gradient(ad::sum(ad::square(by_short_steps<Variable>(p[0], p[1], 4, 2000))), p);
  for (const ad::Index snapshots : {1, 3, 1000}) {
    ad::OdeOptions options = within(1e-10);
    options.snapshots = snapshots;
    const auto x = ad::odeint(hunt, p[0], 0.0, 4.0, p[1], options).x;
    BOOST_TEST(difference(ad::gradient(ad::sum(ad::square(x)), p), expected) < 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(compiled_functions_take_the_steps_that_their_inputs_need) {
  const auto f = [](const Variables& in) {
    const auto found = ad::odeint(hunt, in[0], 0.0 * in[2], in[2], in[1]);
    return Variables{found.x, found.steps, ad::gradient(ad::sum(found.x), in)[1]};
  };
  const auto compiled = ad::compile<double>(f, {Shape{2, 1}, Shape{4, 1}, Shape{1, 1}});
  double last_steps = 0;
  for (const double duration : {0.1, 3.0, 12.0}) {
    const Values in{few_animals, habits, matrix({{duration}})};
    ad::Tape<double> tape;
    const Values y = compiled(in);
    BOOST_TEST(difference(y, f(record(tape, in))) == 0);
    BOOST_TEST(y[1].item() > last_steps);
    last_steps = y[1].item();
  }
}

BOOST_AUTO_TEST_CASE(each_matrix_of_a_stack_has_its_own_steps) {
  const auto f = [](const Variables& in) {
    return Variables{ad::odeint(hunt, in[0], 0.0, 3.0, in[1], within(1e-7)).x};
  };
  for (const ad::Index n : {0, 1, 3}) {
    ad::Tape<double> tape;
    const Variables in = record(tape, {few_animals, random_value({4, 1, n}, 1, 0.2, 1.0)});
    const Variables whole = f(in);
    BOOST_TEST(whole[0].stack() == n);
    if (n == 0) continue;
    BOOST_TEST(difference(whole, one_by_one(f, in, n)) == 0);
    const auto one = [&](const Variables& x) { return one_by_one(f, x, n); };
    BOOST_TEST(difference(with_derivatives_on_stacks(f, in), with_derivatives_on_stacks(one, in)) < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(times_may_be_a_stack_and_states_of_any_form) {
  using States = std::pair<Variable, Variable>;  // a matrix and a number
  const auto rate = [](const Variable& t, const States& x, const std::map<std::string, Variable>& p) {
    return States{p.at("pull") * x.second * x.first, ad::cos(t)};
  };
  ad::Tape<double> tape;
  const std::map<std::string, Variable> p{{"pull", tape.variable(0.5)}};
  const Variable end = tape.variable(Value(random_value({1, 1, 3}, 2, 0.5, 2.0)));
  const auto found = ad::odeint(rate, States{tape.variable(random_value({2, 3}, 3)), tape.variable(0.0)},
                                tape.constant(0.0), end, p, within(1e-10));
  // The number is sin t; the matrix is multiplied by e^(0.5 (1 - cos t)).
  const Variable factor = ad::exp(0.5 * (1.0 - ad::cos(end)));
  BOOST_TEST(difference(found.x.second, ad::sin(end)) < 1e-8);
  BOOST_TEST(difference(found.x.first, factor * tape.constant(random_value({2, 3}, 3))) < 1e-8);
}

BOOST_AUTO_TEST_CASE(values_and_float_are_solved_as_variables_of_double_are) {
  ad::Tape<double> tape;
  const Variables in = record(tape, {few_animals, habits});
  const auto recorded = ad::odeint(hunt, in[0], 0.0, 5.0, in[1]);
  const auto computed = ad::odeint(hunt, few_animals, 0.0, 5.0, habits);
  BOOST_TEST(difference(recorded.x, computed.x) == 0);
  ad::Tape<float> coarse;
  const auto x0 = coarse.variable(ad::Array<float>(few_animals.array().cast<float>())),
             p = coarse.variable(ad::Array<float>(habits.array().cast<float>()));
  const auto x = ad::odeint(hunt, x0, 0.0, 5.0, p).x;
  BOOST_TEST(difference(x, recorded.x) < 1e-4);
  BOOST_TEST(difference(ad::gradient(ad::sum(x), p), ad::gradient(ad::sum(recorded.x), in)[1]) < 1e-2);
}

BOOST_AUTO_TEST_CASE(no_time_is_no_step_and_a_state_at_rest_stays) {
  const auto none = ad::odeint(hunt, few_animals, 2.0, 2.0, habits);
  BOOST_TEST(difference(none.x, few_animals) == 0);
  const auto rest = ad::odeint(hunt, matrix({{0.0}, {0.0}}), 0.0, 1e6, habits);
  BOOST_TEST(difference(rest.x, matrix({{0.0}, {0.0}})) == 0);
}

BOOST_AUTO_TEST_CASE(what_does_not_arrive_is_nan_and_its_operation_is_named) {
  const auto explodes = [](const Variable&, const Variable& x, const Variable& p) {
    return p * ad::square(x);
  };
  ad::OdeOptions few;
  few.max_steps = 3;
  for (const auto& [end, options] : {std::pair{2.0, ad::OdeOptions{}}, std::pair{0.9, few}}) {
    ad::Tape<double> tape;
    const Variable p = tape.variable(1.0);
    const Variable x = ad::odeint(explodes, tape.variable(1.0), 0.0, end, p, options).x;  // 1 / (1 - t)
    BOOST_TEST(std::isnan(x.item()));
    const auto where = ad::find_non_finite(tape);
    BOOST_REQUIRE(where);
    BOOST_TEST(where->scope == "odeint");
  }
  // A step that leads to where the rate is not finite is taken back, and does not harm the derivative.
  const auto has_a_wall = [](const Variable&, const Variable& x, const Variable& p) {
    return -p * ad::sqrt(x) * ad::sqrt(x);
  };
  ad::Tape<double> tape;
  const Variable p = tape.variable(40.0);
  const Variable x = ad::odeint(has_a_wall, tape.variable(1.0), 0.0, 0.5, p).x;
  BOOST_TEST(difference(x, matrix({{std::exp(-20)}})) < 1e-8);
  BOOST_TEST(difference(ad::gradient(x, p), matrix({{-0.5 * std::exp(-20)}})) < 1e-8);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_solved_is_told_in_a_sentence) {
  const auto solve = [](const ad::OdeOptions& options, const auto& rate) {
    ad::odeint(rate, few_animals, 0.0, 1.0, habits, options);
  };
  const auto refused = [&](const std::string& message, const auto& change) {
    ad::OdeOptions options;
    change(options);
    expect_error(message, [&] { solve(options, hunt); });
  };
  refused("[odeint] tolerances are -1 relative and 1e-09 absolute; both must be at least 0 and finite",
          [](ad::OdeOptions& o) { o.relative = -1; });
  refused("[odeint] tolerances are nan relative and 1e-09 absolute; both must be at least 0 and finite",
          [](ad::OdeOptions& o) { o.relative = not_a_number; });
  refused("[odeint] both tolerances are 0; no step would be short enough",
          [](ad::OdeOptions& o) { o.relative = o.absolute = 0; });
  refused("[odeint] max_steps is 0; at least one step is needed", [](ad::OdeOptions& o) { o.max_steps = 0; });
  refused("[odeint] snapshots is -1; it must be positive, or 0 for the default",
          [](ad::OdeOptions& o) { o.snapshots = -1; });
  const auto sum = [](const Variable&, const Variable& x, const Variable&) { return ad::sum(x); };
  expect_error("[odeint] result 0 of the function is (1,1); it must have the shape of its unknown, (2,1)",
               [&] { solve({}, sum); });
  ad::Tape<double> tape;
  expect_error("[odeint] a time is (2,1); it must be one number", [&] {
    ad::odeint(hunt, tape.variable(few_animals), tape.constant(few_animals), tape.constant(1.0),
               tape.variable(habits));
  });
  expect_error("[odeint] there are no states", [&] {
    ad::odeint([](const Variable&, const Variables& x, const Variables&) { return x; }, Variables{}, 0.0, 1.0,
               Variables{tape.variable(1.0)});
  });
}

BOOST_AUTO_TEST_SUITE_END()
