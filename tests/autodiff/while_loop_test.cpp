// Loops that run as long as a condition holds.
#include "../support/stacks.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

namespace {

/// x is doubled, and bent, until it exceeds a limit; the constant sets how fast it grows.
constexpr auto below = [](auto carry, auto) { return ad::less(ad::sum(carry[0]), 20.0); };
constexpr auto grow = [](auto carry, auto k) {
  return std::vector{carry[0] * k[0] + 0.1 * ad::sin(carry[0]), carry[1] + carry[0] * k[0]};
};

/// The same as a loop of C++, which eager variables can run.
template <class T>
std::vector<T> unrolled(const std::vector<T>& x, int steps) {
  std::vector<T> carry{x[0], x[1]};
  for (int i = 0; i < steps; ++i) carry = grow(std::span<const T>(carry), std::span<const T>(&x[2], 1));
  return carry;
}

Variables looped(const Variables& x, ad::Index snapshots) {
  return ad::while_loop<double>(below, grow, {x[0], x[1]}, {x[2]}, snapshots).carry;
}

const Values inputs{matrix({{0.3, 0.5}}), matrix({{0.1, -0.2}}), matrix({{1.4, 1.2}})};

int steps_of(const Values& x) {
  return static_cast<int>(ad::while_loop<double>(below, grow, {x[0], x[1]}, {x[2]}).steps.item());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(while_loops)

BOOST_AUTO_TEST_CASE(it_runs_as_many_steps_as_the_values_ask_for_recorded_computed_and_compiled) {
  const auto f = ad::compile<double>(
      [](const Variables& x) {
        const auto loop = ad::while_loop<double>(below, grow, {x[0], x[1]}, {x[2]});
        const Variable total = ad::sum(loop.carry[0] * loop.carry[1]);
        const Variables g = ad::gradient(total, x);
        return Variables{loop.carry[0], loop.steps, g[0], g[2]};
      },
      shapes_of(inputs));
  std::vector<double> counts;
  for (const double start : {0.3, 3.0, 0.01, 30.0}) {
    Values x = inputs;
    x[0] = Value(x[0].array() * (start / 0.3));
    ad::Tape<double> tape;
    const Variables v = record(tape, x);
    const auto recorded = ad::while_loop<double>(below, grow, {v[0], v[1]}, {v[2]});
    const auto computed = ad::while_loop<double>(below, grow, {x[0], x[1]}, {x[2]});
    BOOST_TEST(recorded.steps.item() == computed.steps.item());
    BOOST_TEST(difference(recorded.carry, computed.carry) == 0);
    const Variables g = ad::gradient(ad::sum(recorded.carry[0] * recorded.carry[1]), v);
    const Values compiled = f(x);
    BOOST_TEST(difference(compiled, Variables{recorded.carry[0], recorded.steps, g[0], g[2]}) == 0);
    counts.push_back(computed.steps.item());
  }
  BOOST_TEST(counts[0] > 5);
  BOOST_TEST(counts[1] < counts[0]);
  BOOST_TEST(counts[2] > counts[0]);
  BOOST_TEST(counts[3] == 0);
}

BOOST_AUTO_TEST_CASE(its_derivatives_are_those_of_the_unrolled_loop_to_third_order_with_any_snapshots) {
  const int steps = steps_of(inputs);
  ad::Tape<double> tape;
  const Variables x = record(tape, inputs);
  const auto expected = with_derivatives([&](const Variables& in) { return unrolled(in, steps); }, x, 3);
  for (const ad::Index snapshots : {1, 2, 3, 32})
    BOOST_TEST(difference(with_derivatives([&](const Variables& in) { return looped(in, snapshots); }, x, 3),
                          expected) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_long_loop_has_the_same_bits_with_any_snapshots) {
  // 100 steps; one carry is a stack.
  const auto loop = [](const Variables& x, ad::Index snapshots) {
    const auto more = [](auto c, auto) { return ad::less(c[1], 100.0); };
    const auto body = [](auto c, auto k) { return std::vector{ad::sin(c[0] * k[0]) + c[0], c[1] + 1.0}; };
    return ad::sum(ad::square(ad::while_loop<double>(more, body, {x[0], x[1]}, {x[2]}, snapshots).carry[0]));
  };
  const Values x{random_value({1, 3, 2}, 5), matrix({{0}}), matrix({{0.7}})};
  ad::Tape<double> tape;
  const Variables v = record(tape, x);
  const Variables expected = ad::gradient(loop(v, 100), v);
  for (const ad::Index snapshots : {1, 2, 3, 4, 7, 13, 50, 51, 99, 101, 1000}) {
    const auto gradient = [&](const Variables& in) { return ad::gradient(loop(in, snapshots), in); };
    BOOST_TEST_CONTEXT(snapshots << " snapshots") {
      BOOST_TEST(difference(gradient(v), expected) == 0);
      BOOST_TEST(difference(ad::compile<double>(gradient, shapes_of(x))(x), expected) == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(only_a_loop_that_is_differentiated_leaves_a_trail) {
  const auto f = [](const Variables& x) { return looped(x, 4); };
  const auto gradient = [&](const Variables& x) { return ad::gradient(ad::sum(f(x)[0]), x); };
  const auto results = [&](auto&& function) {
    const auto compiled = ad::compile<double>(function, shapes_of(inputs));
    std::vector<std::size_t> counts;
    for (const auto& node : compiled.graph().nodes)
      if (node.operation->name() == std::string("while_loop")) counts.push_back(node.outputs.size());
    return counts;
  };
  BOOST_TEST(results(f) == std::vector<std::size_t>{3}, boost::test_tools::per_element());
  BOOST_TEST(results(gradient) == std::vector<std::size_t>{4}, boost::test_tools::per_element());

  // Compiled without, and differentiated afterwards.
  const auto compiled = ad::compile<double>(f, shapes_of(inputs));
  ad::Tape<double> tape;
  const Variables x = record(tape, inputs);
  const Variable y = *ad::replay<double>(compiled.graph(), tape, x)[compiled.graph().outputs[0]];
  BOOST_TEST(difference(ad::gradient(ad::sum(y), x), gradient(x)) == 0);
}

BOOST_AUTO_TEST_CASE(constants_that_nobody_differentiates_by_cost_nothing_and_change_nothing) {
  // Two constants, the second of which has a derivative that takes much to compute.
  const auto body = [](auto carry, auto k) {
    auto much = k[1];
    for (int i = 0; i < 20; ++i) much = ad::sin(much);
    return std::vector{carry[0] * k[0] + much};
  };
  const auto loop = [&](const Variables& k) {
    return ad::while_loop<double>(below, body, {0.5 * k[0]}, {k[0], k[1]}).carry[0];
  };
  const auto derivatives = [&](const Variables& in, std::size_t wanted) {
    const Variables first = ad::gradient(ad::sum(loop(in)), Variables{in[wanted]});
    return Variables{first[0], ad::gradient(ad::sum(ad::square(first[0])), Variables{in[wanted]})[0]};
  };
  const Values k{matrix({{1.4, 1.2}}), matrix({{0.3, 0.2}})};
  ad::Tape<double> tape;
  const Variables in = record(tape, k);
  const Variables all = ad::gradient(ad::sum(loop(in)), in);
  for (const std::size_t wanted : {0, 1}) {
    BOOST_TEST(difference(derivatives(in, wanted)[0], all[wanted]) == 0);
    const auto report = ad::gradcheck(
        [&](const Variables& one) {
          Variables both = {one[0].tape().constant(k[0]), one[0].tape().constant(k[1])};
          both[wanted] = one[0];
          return Variables{loop(both)};
        },
        {k[wanted]});
    BOOST_TEST(report.passed, report.text);
  }
  const auto flops = [&](std::size_t wanted) {
    const auto gradient = [&](const Variables& x) {
      return ad::gradient(ad::sum(loop(x)), Variables{x[wanted]});
    };
    const auto f = ad::compile<double>(gradient, {Shape{1, 2}, Shape{1, 2}});
    double sum = 0;
    for (const auto& node : f.graph().nodes)
      if (node.operation->name() == std::string("while_adjoint")) sum += node.operation->flops({}, {});
    return sum;
  };
  BOOST_TEST(flops(0) + 20 < flops(1));
}

BOOST_AUTO_TEST_CASE(gradcheck_agrees_to_second_order) {
  // The constant has another shape than the carries: gradcheck gives one variable for all that are alike.
  const auto report =
      ad::gradcheck([](const Variables& x) { return looped(x, 2); }, {inputs[0], inputs[1], matrix({{1.4}})});
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(a_loop_of_no_steps_passes_its_carry_and_its_cotangents) {
  ad::Tape<double> tape;
  Values x = inputs;
  x[0] = matrix({{30, 40}});
  const Variables v = record(tape, x);
  const Variables y = looped(v, 4);
  const auto g = ad::gradient(ad::sum(y[0] * y[1]), v);
  BOOST_TEST(difference(y[0], v[0]) == 0);
  BOOST_TEST(difference(g[0], v[1]) == 0);
  BOOST_TEST(difference(g[2], Value(Eigen::MatrixXd::Zero(1, 2))) == 0);
}

BOOST_AUTO_TEST_CASE(one_loop_runs_inside_another_and_inside_a_scan) {
  // The square root by Newton's method, to rounding, of what a scan, or a loop, hands it.
  const auto root = []<class T>(const T& a) {
    const auto far = [](auto c, auto k) {
      return ad::greater(ad::abs(c[0] * c[0] - k[0]), 1e-12 * k[0] + 1e-14);
    };
    const auto newton = [](auto c, auto k) { return std::vector{0.5 * (c[0] + k[0] / c[0])}; };
    return ad::while_loop<double>(far, newton, std::vector<T>{a + 1.0}, std::vector<T>{a}).carry[0];
  };
  const auto outer = [&](const Variables& x) {
    const auto more = [](auto c, auto) { return ad::less(c[1], 3.0); };
    const auto body = [&](auto c, auto k) { return std::vector{root(c[0] + k[0]), c[1] + 1.0}; };
    return Variables{ad::while_loop<double>(more, body, {x[0], x[0].tape().constant(0.0)}, {x[1]}).carry[0]};
  };
  const auto scanned = [&](const Variables& x) {
    const auto body = [&](auto c, auto, auto k) { return ad::StepResult<Variable>{{root(c[0] + k[0])}, {}}; };
    return ad::scan<double>(body, {x[0]}, {}, {x[1]}, 3).carry;
  };
  const auto by_hand = [](const Variables& x) {
    Variable y = x[0];
    for (int i = 0; i < 3; ++i) y = ad::sqrt(y + x[1]);
    return Variables{y};
  };
  ad::Tape<double> tape;
  const Variables x = record(tape, {matrix({{2}}), matrix({{0.7}})});
  const auto expected = with_derivatives(by_hand, x, 2);
  BOOST_TEST(difference(with_derivatives(outer, x, 2), expected) < 1e-9);
  BOOST_TEST(difference(with_derivatives(scanned, x, 2), expected) < 1e-9);
}

BOOST_AUTO_TEST_CASE(its_carry_may_be_a_stack) {
  const auto any_below = [](auto c, auto) { return ad::less(ad::sum(ad::sum_stack(c[0])), 60.0); };
  const auto f = [&](const Variables& x) {
    return ad::while_loop<double>(any_below, grow, {x[0], x[1]}, {x[2]}, 2).carry;
  };
  const Values stacks{random_value({1, 2, 3}, 1, 0.2, 0.6), random_value({1, 2, 3}, 2), inputs[2]};
  const auto report = ad::gradcheck(f, stacks);
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(a_condition_that_is_nan_ends_the_loop) {
  ad::Tape<double> tape;
  const Variable x = tape.variable(4.0);
  const auto loop = ad::while_loop<double>([](auto c, auto) { return ad::sqrt(c[0]); },
                                           [](auto c, auto) { return std::vector{c[0] - 1.5}; }, {x});
  BOOST_TEST(loop.steps.item() == 3);
  BOOST_TEST(loop.carry[0].item() == -0.5);
}

BOOST_AUTO_TEST_CASE(loops_that_do_not_fit_are_refused) {
  ad::Tape<double> tape;
  const Variable x = tape.variable(matrix({{1, 2}}));
  const auto same = [](auto c, auto) { return std::vector{c[0]}; };
  const auto never = [](auto c, auto) { return 0.0 * ad::sum(c[0]); };
  expect_error("[while_loop] the condition is (1,2); it must be one number (1,1)",
               [&] { ad::while_loop<double>([](auto c, auto) { return c[0]; }, same, {x}); });
  expect_error("[while_loop] carry 0 is (1,2) before the step and (1,1) after it", [&] {
    ad::while_loop<double>(never, [](auto c, auto) { return std::vector{ad::sum(c[0])}; }, {x});
  });
  expect_error("[while_loop] the body got 1 carries and returned 2", [&] {
    ad::while_loop<double>(never, [](auto c, auto) { return std::vector{c[0], c[0]}; }, {x});
  });
  expect_error("[while_loop] 0 snapshots; its derivative needs at least 1",
               [&] { ad::while_loop<double>(never, same, {x}, {}, 0); });
}

BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_the_steps) {
  const auto f = ad::compile<double>(
      [](const Variables& x) {
        const auto loop = ad::while_loop<double>([](auto c, auto k) { return ad::less(c[1], k[0]); },
                                                 [](auto c, auto) {
                                                   return std::vector{ad::sin(c[0]) + c[0], c[1] + 1.0};
                                                 },
                                                 {x[0], 0.0 * x[1]}, {x[1]}, 8);
        return Variables{ad::gradient(ad::sum(loop.carry[0]), x[0]), loop.steps};
      },
      {{1, 1}, {1, 1}});
  auto workspace = f.workspace();
  const double start = 0.1;
  double gradient = 0, steps = 0;
  for (const double wanted : {1e1, 1e5, 1e3}) {
    f.run(workspace, std::array{&start, &wanted}, std::array{&gradient, &steps});
    BOOST_TEST(steps == wanted);
    BOOST_TEST(std::isfinite(gradient));
  }
}

BOOST_AUTO_TEST_SUITE_END()
