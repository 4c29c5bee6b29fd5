// Functions with a rule of their own: where the rule acts, and what it may not do.
#include "../support/allocations.hpp"
#include "../support/check_in_a_loop.hpp"
#include "../support/replay.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

namespace {

/// √x by Newton's method, whose steps nobody should differentiate, with the derivative of what they solve.
constexpr auto root = [](const auto& x) {
  using T = std::decay_t<decltype(x)>;
  return ad::custom_vjp(
      [](auto in) {
        auto y = 0.5 * (1.0 + in[0]);
        for (int i = 0; i < 8; ++i) y = 0.5 * (y + in[0] / y);
        return std::vector{y};
      },
      [](auto g, auto y, auto) { return std::vector{g[0] * (0.5 / y[0])}; }, std::vector<T>{x})[0];
};

/// (a b, a + tanh b), whose rule uses all that rules get.
constexpr auto pair = [](const auto& x) {
  return ad::custom_vjp(
      [](auto in) {
        return std::vector{in[0] * in[1], in[0] + ad::tanh(in[1])};
      },
      [](auto g, auto y, auto in) {
        const auto slope = 1.0 - ad::square(y[1] - in[0]);
        return std::vector{g[0] * in[1] + g[1], g[0] * in[0] + g[1] * slope};
      },
      x);
};

/// x, whose cotangent is kept between -1 and 1.
constexpr auto clipped = [](const Variable& x) {
  return ad::custom_vjp<double>(
      [](auto in) { return std::vector{in[0]}; },
      [](auto g, auto, auto) { return std::vector{ad::minimum(ad::maximum(g[0], -1.0), 1.0)}; }, {x})[0];
};

}  // namespace

BOOST_AUTO_TEST_SUITE(custom_vjp)

BOOST_AUTO_TEST_CASE(the_rule_takes_the_place_of_the_derivative) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{0.2, 0.7, 0.9}}));
  const auto rounded = ad::custom_vjp<double>([](auto in) { return std::vector{ad::greater(in[0], 0.5)}; },
                                              [](auto g, auto, auto) { return std::vector{g[0]}; }, {x})[0];
  BOOST_TEST(difference(rounded, matrix({{0, 1, 1}})) == 0);
  const auto weights = tape.constant(matrix({{3, -4, 0.5}}));
  BOOST_TEST(difference(ad::gradient(ad::sum(rounded * weights), x), weights) == 0);
  const auto g = ad::gradient(ad::sum(clipped(x) * weights), x);
  BOOST_TEST(difference(g, matrix({{1, -1, 0.5}})) == 0);
  BOOST_TEST(difference(ad::gradient_values(ad::sum(clipped(x) * weights), {x})[0], g) == 0);
}

BOOST_AUTO_TEST_CASE(right_rules_agree_with_differences_to_second_order) {
  for (const std::vector<Shape>& shapes : {std::vector<Shape>{{2, 3}, {2, 3}}, {{1, 1}, {1, 1}}}) {
    const auto report = ad::gradcheck(
        [](const Variables& x) {
          return Variables{root(pair(x)[0] + 9.0), pair(x)[1]};
        },
        distinct_values(shapes, 1));
    BOOST_TEST(report.passed, report.text);
  }
}

BOOST_AUTO_TEST_CASE(rules_can_be_differentiated_to_third_order) {
  ad::Tape<double> tape;
  const auto x = tape.variable(4.0);
  Variable y = root(x);
  for (const double expected : {2.0, 1.0 / 4, -1.0 / 32, 3.0 / 256, -15.0 / 2048}) {
    BOOST_TEST(y.item() == expected, boost::test_tools::tolerance(1e-14));
    y = ad::gradient(y, x);
  }
}

BOOST_AUTO_TEST_CASE(second_derivatives_are_those_of_the_rule) {
  // The cotangent of x² / 2, which is x, is clipped: its derivative is 1 where it was not.
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{-3, -0.5, 0.25, 2}}));
  const auto g = ad::gradient(ad::sum(0.5 * ad::square(clipped(x))), x);
  BOOST_TEST(difference(g, matrix({{-1, -0.5, 0.25, 1}})) == 0);
  BOOST_TEST(difference(ad::gradient(ad::sum(g), x), matrix({{0, 1, 1, 0}})) == 0);
}

BOOST_AUTO_TEST_CASE(results_that_nobody_uses_have_zero_cotangents) {
  ad::Tape<double> tape;
  const auto x = record(tape, distinct_values({{2, 2}, {2, 2}}, 1));
  const auto y = pair(x);
  BOOST_TEST(difference(ad::gradient(ad::sum(y[0]), x), Variables{x[1], x[0]}) < 1e-15);
  BOOST_TEST((ad::gradient(ad::sum(y[1]), x[0]).value() == 1).all());
}

BOOST_AUTO_TEST_CASE(only_the_cotangents_that_are_wanted_are_recorded) {
  ad::Tape<double> tape;
  const auto x = tape.variable(1.0), y = tape.variable(2.0);
  const auto recorded = [&](const Variables& wanted) {
    const auto result = ad::sum(pair(Variables{x, y})[1]);
    const auto before = tape.nodes().size();
    ad::gradient(result, wanted);
    return tape.nodes().size() - before;
  };
  BOOST_TEST(recorded({x}) < recorded({x, y}));
}

BOOST_AUTO_TEST_CASE(tangents_are_those_of_the_rule) {
  const auto f = [](const Variables& x) { return pair(x); };
  const auto by_ops = [](const Variables& x) { return Variables{x[0] * x[1], x[0] + ad::tanh(x[1])}; };
  ad::Tape<double> tape;
  const auto x = record(tape, distinct_values({{2, 3}, {2, 3}}, 1));
  const auto tangents = [&](auto function) {
    return ad::jvp<double>(function(x), x, Variables{ad::sin(x[1]), ad::cos(x[0])});
  };
  BOOST_TEST(difference(tangents(f), tangents(by_ops)) < 1e-14);
  BOOST_TEST(difference(ad::jvp<double>(Variables{clipped(x[0])}, Variables{x[0]}, Variables{9.0 * x[1]}),
                        Variables{9.0 * x[1]}) == 0);
}

BOOST_AUTO_TEST_CASE(a_compiled_function_holds_it_as_one_op_and_allocates_nothing) {
  const auto f = [](const Variables& x) {
    return with_derivatives([](const Variables& v) { return pair(Variables{root(v[0]), v[1]}); }, x, 2);
  };
  const Values x = distinct_values({{2, 3}, {2, 3}}, 1, 4);
  const auto compiled = ad::compile<double>(f, shapes_of(x));
  std::size_t count = 0;
  for (const auto& node : compiled.graph().nodes)
    count += node.operation->name() == std::string("custom_vjp");
  BOOST_TEST(count == 2u, compiled.describe());
  Replay replay(compiled, x);
  BOOST_TEST(allocations([&] { replay.run(), replay.run(); }) == 0u);
  ad::Tape<double> tape;
  BOOST_TEST(difference(replay.results(), f(record(tape, x))) < 1e-14);
}

BOOST_AUTO_TEST_CASE(it_works_in_loops) {
  const auto body = [](auto carry, auto x, auto constants) {
    const auto y = pair(Variables{carry[0], x[0]});
    return ad::StepResult<Variable>{{root(2.0 + ad::tanh(y[0]) * constants[0])}, {y[1]}};
  };
  check_in_a_loop(body);
}

BOOST_AUTO_TEST_CASE(plain_values_and_both_precisions_work_alike) {
  for_all_kinds([](auto make) {
    const auto y = array_of(root(make(matrix({{4, 9}}))));
    BOOST_TEST(std::abs(y(0, 0) - 2) < 1e-6);
    BOOST_TEST(std::abs(y(0, 1) - 3) < 1e-6);
  });
  ad::Tape<float> tape;
  const auto x = tape.variable(4.0f);
  BOOST_TEST(ad::gradient(root(x), x).item() == 0.25f, boost::test_tools::tolerance(1e-6f));
}

BOOST_AUTO_TEST_CASE(errors_say_what_does_not_fit) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 2}})), k = tape.variable(2.0);
  const auto f = [](auto in) { return std::vector{in[0] * in[1]}; };
  const auto run = [&](auto rule, const Variables& in) {
    const auto mark = tape.mark();
    const auto y = ad::custom_vjp(f, rule, in)[0];
    BOOST_CHECK_NO_THROW(ad::sum(y));  // it is the derivative that is wrong
    try {
      ad::gradient(ad::sum(y), in);
    } catch (...) {
      tape.rewind(mark);
      throw;
    }
  };
  expect_error("[custom_vjp] the rule returned 1 cotangents; it must return one for each of 2 inputs", [&] {
    run([](auto g, auto, auto) { return std::vector{g[0]}; }, {x, k});
  });
  expect_error("[custom_vjp] the rule's cotangent of input 1 is (1,2); it must have the input's shape (1,1)",
               [&] {
                 run([](auto g, auto, auto in) { return std::vector{g[0] * in[1], g[0] * in[0]}; }, {x, k});
               });
  expect_error("[custom_vjp] needs at least one input", [&] {
    ad::custom_vjp([](auto) { return Variables{}; }, [](auto, auto, auto) { return Variables{}; },
                   Variables{});
  });
  expect_error(
      "[multiply] variables of two tapes are used together; record both on one, or pass a constant;"
      " scan and compile take it as an argument",
      [&] {
        run([&](auto g, auto, auto in) { return std::vector{g[0] * k, in[1]}; }, {x, k});
      });
  BOOST_TEST(tape.size() == 2u);
}

Variable identity(const Variable& x) {
  return ad::custom_vjp<double>([](auto in) { return Variables{in[0]}; },
                                [](auto g, auto, auto) { return Variables{identity(g[0])}; }, {x})[0];
}

BOOST_AUTO_TEST_CASE(a_rule_may_call_its_own_function_to_any_order) {
  const auto f = [](const Variable& x) { return identity(x * x * x); };
  ad::Tape<double> tape;
  const auto x = tape.variable(2.0);
  BOOST_TEST(ad::gradient(identity(x), x).item() == 1);
  const auto g = ad::gradient(f(x), x), h = ad::gradient(g, x), third = ad::gradient(h, x);
  BOOST_TEST(g.item() == 12);
  BOOST_TEST(h.item() == 12);
  BOOST_TEST(third.item() == 6);
  BOOST_TEST(ad::gradient_values(g, {x})[0].item() == 12);
  const auto compiled = ad::compile<double>(
      [&](const auto& in) {
        const auto first = ad::gradient(f(in[0]), in[0]);
        return Variables{first, ad::gradient(first, in[0])};
      },
      {{1, 1}});
  BOOST_TEST(compiled({Value(2.0)})[1].item() == 12);
}

BOOST_AUTO_TEST_CASE(a_rule_is_called_when_somebody_differentiates_and_then_once) {
  int calls = 0;
  const auto rule = [&](auto g, auto, auto) {
    ++calls;
    return Variables{g[0]};
  };
  ad::Tape<double> tape;
  const auto x = tape.variable(2.0);
  const auto y = ad::custom_vjp<double>([](auto in) { return Variables{2.0 * in[0]}; }, rule, {x})[0];
  BOOST_TEST(calls == 0);
  ad::gradient(y, x), ad::gradient_values(y, {x}), ad::gradient(y, x);
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_SUITE_END()
