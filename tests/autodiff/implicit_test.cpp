// Equilibria, roots and optima, differentiated by the implicit function theorem.
#include "../support/stacks.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace engram::test;

namespace {

ad::ImplicitOptions by(ad::LinearSolver solver) {
  ad::ImplicitOptions options;
  options.tolerance = 1e-13;
  options.linear_solver = solver;
  return options;
}

const auto both = {ad::LinearSolver::direct, ad::LinearSolver::iterative};

/// tanh(W x + b), which brings points nearer to each other.
constexpr auto layer = [](const auto& x, const auto& p) { return ad::tanh(ad::matmul(p[0], x) + p[1]); };
const Values layer_at{random_value({4, 4}, 1, -0.4, 0.4), random_value({4, 1}, 2)};

/// Its equilibrium by so many steps that nothing changes any more.
Variables unrolled(const Variables& p) {
  Variable x = 0.0 * p[1];
  for (int i = 0; i < 60; ++i) x = layer(x, p);
  return {x};
}

/// A convex function of x with a third derivative.
constexpr auto bowl = [](const auto& x, const auto& p) {
  return ad::sum(ad::softplus(ad::matmul(p[0], x)) - p[1] * x) + 0.5 * ad::sum(ad::square(x));
};

/// Where its slope is 0, by Newton's method step by step.
Variables newton(const Variables& p) {
  Variable x = 0.0 * p[1];
  for (int i = 0; i < 12; ++i) {
    const Variable g = ad::gradient(bowl(x, p), x);
    x = x - ad::solve(ad::jacobian(g, {x})[0], g);
  }
  return {x};
}

/// Two circles' common point, and something nonlinear in a parameter that has another shape.
constexpr auto circles = [](const auto& x, const auto& p) {
  const auto a = ad::at(x, 0), b = ad::at(x, 1);
  return ad::concatenate({ad::square(a) + ad::square(b) - ad::at(p[0], 0), a * ad::exp(b) - ad::at(p[0], 1)},
                         0);
};
const Values circles_at{matrix({{2.0}, {1.3}})};

}  // namespace

BOOST_AUTO_TEST_SUITE(implicit)

BOOST_AUTO_TEST_CASE(an_equilibrium_has_the_derivatives_of_the_iteration_to_third_order) {
  ad::Tape<double> tape;
  const Variables p = record(tape, layer_at);
  const auto expected = with_derivatives(unrolled, p, 3);
  for (const auto solver : both) {
    const auto f = [&](const Variables& in) {
      return Variables{ad::fixed_point(layer, 0.0 * in[1], in, by(solver)).x};
    };
    BOOST_TEST(difference(with_derivatives(f, p, 3), expected) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(an_optimum_has_the_derivatives_of_newton_s_method_to_second_order) {
  ad::Tape<double> tape;
  const Variables p = record(tape, {random_value({3, 3}, 3), random_value({3, 1}, 4)});
  const auto expected = with_derivatives(newton, p, 2);
  for (const auto solver : both) {
    const auto f = [&](const Variables& in) {
      return Variables{ad::minimize(bowl, 0.0 * in[1], in, by(solver)).x};
    };
    BOOST_TEST(difference(with_derivatives(f, p, 2), expected) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(gradcheck_agrees_with_a_root_to_second_order) {
  for (const auto solver : both) {
    const auto f = [&](const Variables& in) {
      const Variable guess = in[0].tape().constant(matrix({{1.0}, {0.5}}));
      return Variables{ad::root(circles, guess, in, by(solver)).x};
    };
    const auto report = ad::gradcheck(f, circles_at);
    BOOST_TEST(report.passed, report.text);
  }
}

BOOST_AUTO_TEST_CASE(compiled_functions_solve_for_each_of_their_inputs) {
  const auto f = [](const Variables& p) {
    const auto found = ad::fixed_point(layer, 0.0 * p[1], p);
    return Variables{found.x, found.steps, ad::gradient(ad::sum(ad::square(found.x)), p)[0]};
  };
  const auto compiled = ad::compile<double>(f, shapes_of(layer_at));
  std::vector<double> steps;
  for (const double scale : {0.1, 1.0, 2.0}) {
    Values p = layer_at;
    p[0] = Value(scale * p[0].array());
    ad::Tape<double> tape;
    BOOST_TEST(difference(compiled(p), f(record(tape, p))) == 0);
    steps.push_back(compiled(p)[1].item());
  }
  BOOST_TEST(steps[0] < steps[1]);
  BOOST_TEST(steps[1] < steps[2]);
  BOOST_TEST(steps[2] < 1000);
}

BOOST_AUTO_TEST_CASE(newton_s_method_comes_back_from_far_away) {
  // Whole steps on atan run away from |x| > 1.39.
  const auto g = [](const auto& x, const auto& p) { return ad::atan(x) - p; };
  const auto found = ad::root(g, matrix({{5.0}}), matrix({{0.3}}));
  BOOST_TEST(difference(found.x, matrix({{std::tan(0.3)}})) < 1e-12);
  BOOST_TEST(found.steps.item() < 15);
}

BOOST_AUTO_TEST_CASE(a_minimum_is_found_from_where_the_hessian_is_not_definite) {
  // Rosenbrock's function, whose minimum is at (p, p^2); cos, whose Hessian at the guess is negative.
  const auto valley = [](const auto& x, const auto& p) {
    const auto a = ad::at(x, 0), b = ad::at(x, 1);
    return ad::square(p - a) + 100.0 * ad::square(b - ad::square(a));
  };
  const auto wave = [](const auto& x, const auto& p) { return ad::cos(x - p); };
  for (const auto solver : both) {
    ad::Tape<double> tape;
    const Variable p = tape.variable(1.2);
    const auto found = ad::minimize(valley, tape.constant(matrix({{-1.2}, {1.0}})), p, by(solver));
    BOOST_TEST(difference(found.x, matrix({{1.2}, {1.44}})) < 1e-9);
    BOOST_TEST(difference(ad::gradient(ad::at(found.x, 1), p), matrix({{2.4}})) < 1e-7);
    BOOST_TEST(found.steps.item() < 60);
    const Variable low = ad::minimize(wave, tape.constant(0.1), p, by(solver)).x;
    BOOST_TEST(std::cos(low.item() - 1.2) == -1, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(ad::gradient(low, p).item() == 1, boost::test_tools::tolerance(1e-9));
  }
}

BOOST_AUTO_TEST_CASE(a_solver_of_one_s_own_is_not_differentiated) {
  // A cube root by a solver that knows it already, and has no derivative: its op is a black box.
  const auto solver = [](const Variables& p) { return ad::exp(ad::log(ad::stop_gradient(p[0])) / 3.0); };
  const auto cube = [](const Variable& x, const Variables& p) { return x * x * x - p[0]; };
  ad::Tape<double> tape;
  const Variables p{tape.variable(8.0)};
  const Variable x = ad::custom_root(solver, cube, p);
  const Variables g = ad::gradient(x, p);
  BOOST_TEST(x.item() == 2, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(g[0].item() == 1.0 / 12, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(ad::gradient(g[0], p)[0].item() == -2.0 / 9 / 32, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(unknowns_and_parameters_are_of_any_form) {
  // A matrix and a number; the parameters by name.
  using Unknowns = std::pair<Variable, Variable>;
  const auto f = [](const Unknowns& x, const std::map<std::string, Variable>& p) {
    return Unknowns{0.3 * ad::sin(x.first) * x.second + p.at("shift"), ad::mean(x.first) * p.at("slope")};
  };
  ad::Tape<double> tape;
  const std::map<std::string, Variable> p{{"shift", tape.variable(random_value({2, 3}, 5))},
                                          {"slope", tape.variable(0.4)}};
  const auto found =
      ad::fixed_point(f, Unknowns{0.0 * p.at("shift"), tape.constant(0.0)}, p, by(ad::LinearSolver::direct));
  const Unknowns again = f(found.x, p);
  BOOST_TEST(difference(found.x.first, again.first) < 1e-12);
  BOOST_TEST(difference(found.x.second, again.second) < 1e-12);
  const auto loss = [&](const auto& in) {
    const auto x = ad::fixed_point(f, Unknowns{0.0 * in.at("shift"), 0.0 * in.at("slope")}, in).x;
    return ad::sum(ad::square(x.first)) + x.second;
  };
  const auto report = ad::gradcheck(
      [&](const Variables& in) {
        return Variables{
            loss(std::map<std::string, Variable>{{"shift", in[0]}, {"slope", ad::sum(in[0]) * 0.2}})};
      },
      {random_value({2, 3}, 5)});
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(each_matrix_of_a_stack_has_its_own_solution) {
  for (const auto solver : both) {
    const auto equilibrium = [&](const Variables& in) {
      return Variables{ad::fixed_point(layer, 0.0 * in[1], in, by(solver)).x};
    };
    const auto optimum = [&](const Variables& in) {
      return Variables{ad::minimize(bowl, 0.0 * in[1], in, by(solver)).x};
    };
    const auto common_point = [&](const Variables& in) {
      const Variable guess = in[0].tape().constant(matrix({{1.0}, {0.5}}));
      return Variables{ad::root(circles, guess, Variables{in[2] + circles_at[0].array()}, by(solver)).x};
    };
    for (const ad::Index n : {0, 1, 3}) {
      ad::Tape<double> tape;
      const Variables x =
          record(tape, {layer_at[0], random_value({4, 1, n}, 6), random_value({2, 1, n}, 7, -0.2, 0.2)});
      const auto compare = [&](const auto& f) {
        const Variables whole = f(x);
        if (n > 0) BOOST_TEST(difference(whole, one_by_one(f, x, n)) == 0);
        BOOST_TEST(whole[0].stack() == n);
        const auto derivatives = with_derivatives_on_stacks(f, x);
        if (n > 0)
          BOOST_TEST(difference(derivatives,
                                with_derivatives_on_stacks(
                                    [&](const Variables& in) { return one_by_one(f, in, n); }, x)) < 1e-9);
      };
      compare(equilibrium);
      compare(optimum);
      compare(common_point);
    }
  }
}

BOOST_AUTO_TEST_CASE(values_are_solved_for_as_variables_are_and_float_to_its_precision) {
  ad::Tape<double> tape;
  const auto recorded = ad::fixed_point(layer, 0.0 * tape.constant(layer_at[1]), record(tape, layer_at));
  const auto computed = ad::fixed_point(layer, Value(0.0 * layer_at[1].array()), layer_at);
  BOOST_TEST(difference(recorded.x, computed.x) == 0);
  BOOST_TEST(recorded.steps.item() == computed.steps.item());

  ad::Tape<float> coarse;
  const std::vector<ad::Variable<float>> p{coarse.variable(random_value<float>({4, 4}, 1, -0.4, 0.4)),
                                           coarse.variable(random_value<float>({4, 1}, 2))};
  const auto x = ad::fixed_point(layer, 0.0 * p[1], p).x;
  BOOST_TEST(difference(x, recorded.x) < 1e-5);
  const Variables q = record(tape, layer_at);
  const auto expected = ad::gradient(ad::sum(ad::fixed_point(layer, 0.0 * q[1], q).x), q);
  BOOST_TEST(difference(ad::gradient(ad::sum(x), p), expected) < 1e-4);
}

BOOST_AUTO_TEST_CASE(what_was_not_found_is_nan_and_its_operation_is_named) {
  const auto runs_away = [](const auto& x, const auto& p) { return 2.0 * x + p; };
  const auto has_none = [](const auto& x, const auto& p) { return ad::square(x) + p; };
  const auto has_no_end = [](const auto& x, const auto& p) { return x * p; };
  ad::ImplicitOptions few;
  few.max_steps = 40;
  const auto expect_nan = [&](const char* name, const auto& find) {
    ad::Tape<double> tape;
    const auto found = find(tape.variable(1.0));
    BOOST_TEST(std::isnan(found.x.item()));
    const auto where = ad::find_non_finite(tape);
    BOOST_REQUIRE(where);
    BOOST_TEST(where->scope == name);
  };
  expect_nan("fixed_point", [&](const Variable& p) { return ad::fixed_point(runs_away, 1.0 * p, p, few); });
  expect_nan("root", [&](const Variable& p) { return ad::root(has_none, 1.0 * p, p, few); });
  expect_nan("minimize", [&](const Variable& p) { return ad::minimize(has_no_end, 1.0 * p, p, few); });
  for (const auto solver : both) {  // the Jacobian of x^2 at 0
    ad::Tape<double> tape;
    const Variable p = tape.variable(0.0);
    const Variable x = ad::custom_root([](const Variable& q) { return 0.0 * q; },
                                       [](const Variable& y, const Variable& q) { return ad::square(y) - q; },
                                       p, by(solver));
    BOOST_TEST(!std::isfinite(ad::gradient(x, p).item()));
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_solved_is_told_in_a_sentence) {
  ad::Tape<double> tape;
  const Variable x = tape.variable(matrix({{1}, {2}})), p = tape.variable(0.5);
  const auto half = [](const Variable& y, const Variable& q) { return q * y; };
  const auto with = [](double tolerance, ad::Index steps) {
    ad::ImplicitOptions options;
    options.tolerance = tolerance;
    options.max_steps = steps;
    return options;
  };
  expect_error("[fixed_point] tolerance is -1; it must be positive, or 0 for the default",
               [&] { ad::fixed_point(half, x, p, with(-1, 9)); });
  expect_error("[root] tolerance is nan; it must be positive, or 0 for the default",
               [&] { ad::root(half, x, p, with(not_a_number, 9)); });
  expect_error("[root] max_steps is 0; at least one step is needed",
               [&] { ad::root(half, x, p, with(0, 0)); });
  expect_error("[root] result 0 of the function is (1,1); it must have the shape of its unknown, (2,1)",
               [&] { ad::root([](const Variable& y, const Variable&) { return ad::sum(y); }, x, p); });
  expect_error("[fixed_point] the function returns 2 results; it must return one for each of 1 unknowns",
               [&] {
                 ad::fixed_point([](const Variable& y, const Variable&) { return Variables{y, y}; }, x, p);
               });
  expect_error("[minimize] the function must return one number", [&] { ad::minimize(half, x, p); });
  const Variable none = tape.variable(Value(Shape{0, 1}));
  expect_error("[root] nothing is unknown: the first guess has no entries", [&] { ad::root(half, none, p); });
}

BOOST_AUTO_TEST_SUITE_END()
