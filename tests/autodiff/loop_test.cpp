// Loops as ops: scans against their unrolled loops, and what they refuse.
#include "../support/user_ops.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;
using ad::Index;
using ad::Keep;

namespace {

constexpr Keep policies[] = {Keep::everything, Keep::carries, Keep::automatic, Keep::binomial(2)};

/// A step with everything: two carries, two sequences, two constants, three results, one of them a carry as
/// it came in; one constant and one sequence only feed results.
constexpr auto step = [](auto carry, auto x, auto constants) {
  using T = std::decay_t<decltype(carry[0])>;
  const T h = ad::tanh(ad::matmul(x[0], carry[0]) * constants[0]);
  const T w = carry[0] + 0.2 * ad::matmul_tn(x[0], h) * carry[1];
  return ad::StepResult<T>{{w, ad::sigmoid(carry[1] - 0.1 * ad::sum(h))},
                           {h * x[1], ad::sum(h * constants[1], 0), carry[0]}};
};
const Values inputs = distinct_values({{3, 2}, {1, 1}, {10, 3}, {10, 2}, {1, 2}, {2, 2}}, 1);
constexpr Index steps = 5;

Values inputs_of(Index count) {
  Values x = inputs;
  for (const std::size_t i : {2, 3}) x[i] = ad::slice_rows(inputs[i], 0, 2 * count);
  return x;
}

/// The list of all final carries and results, of a list of inputs: two carries, two sequences, two constants.
auto as_list(auto run) {
  return [run](const Variables& x) {
    auto [carry, results] =
        run(Variables{x[0], x[1]}, Variables{x[2], x[3]}, Variables(x.begin() + 4, x.end()));
    carry.insert(carry.end(), results.begin(), results.end());
    return carry;
  };
}
auto scanned(Keep keep, auto body, Index count = steps) {
  return as_list([=](auto&&... x) { return ad::scan(body, x..., count, keep); });
}
auto unrolled(auto body, Index count = steps) {
  return as_list([=](auto&&... x) { return unroll<Variable>(body, x..., count); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loop)

BOOST_AUTO_TEST_CASE(a_scan_and_its_derivatives_are_those_of_the_unrolled_loop) {
  ad::Tape<double> tape;
  const auto x = record(tape, inputs);
  const auto expected = with_derivatives(unrolled(step), x, 2);
  for (const Keep keep : policies)
    BOOST_TEST(difference(with_derivatives(scanned(keep, step), x, 2), expected) < 1e-13);
}

BOOST_AUTO_TEST_CASE(derivatives_of_a_scan_agree_with_differences) {
  for (const Keep keep : policies) {
    const auto report = ad::gradcheck(scanned(keep, step), inputs);
    BOOST_TEST(report.passed, report.text);
  }
}

BOOST_AUTO_TEST_CASE(third_derivatives_of_a_scan_agree_with_differences) {
  for (const Keep keep : policies) {
    const auto first = [&](const Variables& x) {
      return ad::gradient(weighted_sum(scanned(keep, step, 2)(x)), x);
    };
    const auto report = ad::gradcheck(first, inputs_of(2));
    BOOST_TEST(report.passed, report.text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_kept_does_not_change_a_bit) {
  ad::Tape<double> tape;
  const auto x = record(tape, inputs);
  const auto everything = with_derivatives(scanned(Keep::everything, step), x);
  for (const Keep keep : policies)
    BOOST_TEST(difference(with_derivatives(scanned(keep, step), x), everything) == 0);
}

BOOST_AUTO_TEST_CASE(a_scan_of_plain_values_just_runs) {
  ad::Tape<double> tape;
  const auto found =
      ad::scan(step, Values{inputs[0], inputs[1]}, {inputs[2], inputs[3]}, {inputs[4], inputs[5]}, steps);
  const auto x = record(tape, inputs);
  const auto expected = ad::scan(step, Variables{x[0], x[1]}, {x[2], x[3]}, {x[4], x[5]}, steps);
  BOOST_TEST(difference(found.carry, expected.carry) < 1e-15);
  BOOST_TEST(difference(found.results, expected.results) < 1e-15);
}

BOOST_AUTO_TEST_CASE(one_step_is_the_body) {
  ad::Tape<double> tape;
  const auto x = record(tape, inputs_of(1));
  for (const Keep keep : policies)
    BOOST_TEST(difference(with_derivatives(scanned(keep, step, 1), x, 2),
                          with_derivatives(unrolled(step, 1), x, 2)) < 1e-13);
}

BOOST_AUTO_TEST_CASE(no_steps_leave_the_carry_as_it_is) {
  const auto body = [](auto c, auto x, auto k) {
    return ad::StepResult<Variable>{{c[0] * k[0]}, {x[0] * k[0], ad::matmul_nt(x[0], c[0])}};
  };
  ad::Tape<double> tape;
  const auto x = record(tape, distinct_values({{3, 2}, {0, 2}, {1, 2}}, 1));
  for (const Keep keep : policies) {
    const auto y = ad::scan<double>(body, {x[0]}, {x[1]}, {x[2]}, 0, keep);
    BOOST_TEST(difference(y.carry[0], x[0]) == 0);
    BOOST_TEST((shapes_of(y.results) == std::vector<Shape>{{0, 2}, {0, 3}}));
    const auto g = ad::gradient(ad::sum(ad::square(y.carry[0])) + ad::sum(y.results[0]), x);
    BOOST_TEST(difference(g[0], 2.0 * x[0]) == 0);
    BOOST_TEST((g[1].shape() == Shape{0, 2}));
    BOOST_TEST((g[2].value() == 0).all());
    BOOST_TEST((ad::gradient(ad::sum(g[0]), x[0]).value() == 2).all());
  }
}

BOOST_AUTO_TEST_CASE(no_steps_give_results_of_no_rows_on_plain_values_too) {
  const auto body = [](auto c, auto x, auto k) {
    using T = std::decay_t<decltype(c[0])>;
    return ad::StepResult<T>{{c[0] * k[0]}, {x[0] * k[0], ad::matmul_nt(x[0], c[0]), c[0] + k[0]}};
  };
  const Values x = distinct_values({{3, 2}, {0, 2}, {1, 2}}, 1);
  const auto y = ad::scan<double>(body, Values{x[0]}, {x[1]}, {x[2]}, 0);
  BOOST_TEST(difference(y.carry[0], x[0]) == 0);
  BOOST_TEST((shapes_of(y.results) == std::vector<Shape>{{0, 2}, {0, 3}, {0, 2}}));
}

BOOST_AUTO_TEST_CASE(a_body_without_a_derivative_runs_and_says_so_when_it_is_differentiated) {
  const auto f = ad::elementwise("exponential", [](auto x) { return exp(x); });
  const auto fourth = [&](const Variable& x) {
    Variable y = f(x);
    for (int i = 0; i < 4; ++i) y = ad::gradient(y, x);
    return y;
  };
  ad::Tape<double> tape;
  const auto x = tape.variable(1.0);
  for (const Keep keep : policies) {
    const auto y = ad::scan<double>(
        [&](auto c, auto, auto) {
          return ad::StepResult<Variable>{{fourth(c[0])}, {}};
        },
        {x}, {}, {}, 2, keep);
    BOOST_TEST(y.carry[0].item() == std::exp(std::exp(1.0)), boost::test_tools::tolerance(1e-14));
    expect_error(
        "[exponential] a function lifted from scalars has derivatives to order 4; for higher ones write it "
        "in ops",
        [&] { ad::gradient(y.carry[0], x); });
  }
}

BOOST_AUTO_TEST_CASE(a_loop_may_do_without_carries_sequences_or_constants) {
  const auto square = [](auto, auto x, auto) { return ad::StepResult<Variable>{{}, {x[0] * x[0]}}; };
  const auto power = [](auto c, auto, auto) { return ad::StepResult<Variable>{{c[0] * c[0]}, {}}; };
  const auto constant = [](auto, auto, auto k) { return ad::StepResult<Variable>{{}, {ad::exp(k[0])}}; };
  for (const Keep keep : policies) {
    const auto report = ad::gradcheck(
        [&](const Variables& x) {
          return Variables{ad::scan<double>(square, {}, {x[0]}, {}, 3, keep).results[0],
                           ad::scan<double>(power, {x[0]}, {}, {}, 3, keep).carry[0],
                           ad::scan<double>(constant, {}, {}, {x[0]}, 3, keep).results[0]};
        },
        distinct_values({{6, 2}}, 1));
    BOOST_TEST(report.passed, report.text);
  }
}

BOOST_AUTO_TEST_CASE(carries_may_pass_swap_and_be_replaced) {
  const auto body = [](auto c, auto x, auto k) {
    const auto one = c[0].tape().constant(matrix({{1, 2}}));
    return ad::StepResult<Variable>{{c[1], c[0], x[0], k[0], one, c[5]}, {c[2], c[4], k[0], x[0], one}};
  };
  for (const Keep keep : policies)
    for (const Index count : {1, 2, 3}) {
      const auto both = [&](auto run) {
        return [&, run](const Variables& x) {
          auto y =
              run(Variables{x[0], x[1], x[2], x[3], x[4], x[0]}, Variables{x[5]}, Variables{x[2] * x[3]});
          for (auto& v : y.carry) v = v * v * x[0];
          for (auto& v : y.results) y.carry.push_back(v * v);
          return y.carry;
        };
      };
      const auto loop_of = both([&](auto&&... x) { return ad::scan(body, x..., count, keep); });
      const auto by_hand = both([&](auto&&... x) { return unroll<Variable>(body, x..., count); });
      ad::Tape<double> tape;
      const auto x = record(tape, distinct_values({{1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}, {count, 2}}, 1));
      BOOST_TEST(difference(with_derivatives(loop_of, x, 2), with_derivatives(by_hand, x, 2)) < 1e-13);
    }
}

BOOST_AUTO_TEST_CASE(one_variable_may_be_carry_sequence_and_constant_at_once) {
  const auto body = [](auto c, auto x, auto k) {
    return ad::StepResult<Variable>{{ad::tanh(c[0] * ad::sum(k[0]) + ad::mean(x[0]))}, {c[0] * x[0] * k[0]}};
  };
  for (const Keep keep : policies) {
    const auto report = ad::gradcheck(
        [&](const Variables& x) {
          const auto y = ad::scan<double>(body, {x[0]}, {x[0]}, {x[0]}, 3, keep);
          return Variables{y.carry[0], y.results[0]};
        },
        distinct_values({{3, 1}}, 1));
    BOOST_TEST(report.passed, report.text);
  }
}

BOOST_AUTO_TEST_CASE(cotangents_of_constants_are_summed_over_the_steps) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1}, {2}, {3}})), k = tape.variable(2.0);
  const auto y = ad::scan<double>(
      [](auto, auto in, auto c) {
        return ad::StepResult<Variable>{{}, {in[0] * c[0]}};
      },
      {}, {x}, {k}, 3);
  BOOST_TEST(ad::gradient(ad::sum(y.results[0]), k).item() == 6);
}

BOOST_AUTO_TEST_CASE(loops_nest_and_may_hold_gradients) {
  // Gradient descent on a loss that is itself a loop, in a loop.
  const auto inner = [](auto c, auto x, auto) {
    return ad::StepResult<Variable>{{ad::tanh(c[0] + ad::matmul(c[0], x[0]))}, {ad::sum(ad::square(c[0]))}};
  };
  for (const Keep keep : policies) {
    const auto outer = [&](auto c, auto x, auto k) {
      const auto states = ad::scan<double>(inner, {k[0]}, {c[0]}, {}, 2, keep);
      const auto loss = ad::sum(ad::square(states.carry[0] - x[0])) + ad::mean(states.results[0]);
      return ad::StepResult<Variable>{{c[0] - 0.1 * ad::gradient(loss, c[0])}, {loss}};
    };
    const auto f = [&](const Variables& x) {
      const auto y = ad::scan<double>(outer, {x[0]}, {x[1]}, {x[2]}, 3, keep);
      return Variables{y.results[0], y.carry[0]};
    };
    const auto report = ad::gradcheck(f, distinct_values({{4, 2}, {3, 2}, {1, 2}}, 1));
    BOOST_TEST(report.passed, report.text);
  }
}

BOOST_AUTO_TEST_CASE(a_loop_may_run_from_the_last_step_to_the_first) {
  const auto reversed = as_list([](const Variables& carry, const Variables& x, const Variables& constants) {
    std::vector<Shape> shapes = shapes_of(carry);
    for (const auto& v : x) shapes.push_back({v.rows() / steps, v.columns()});
    for (const auto& v : constants) shapes.push_back(v.shape());
    ad::Loop<double> backwards;
    backwards.carries = backwards.sequences = backwards.constants = 2;
    backwards.steps = steps;
    backwards.reverse = true;
    backwards.body = ad::trace<double>(
        [](const Variables& v) {
          const std::span<const Variable> all(v);
          auto y = step(all.first(2), all.subspan(2, 2), all.subspan(4));
          y.carry.insert(y.carry.end(), y.results.begin(), y.results.end());
          return y.carry;
        },
        std::span<const Shape>(shapes));
    Variables in = carry;
    in.insert(in.end(), x.begin(), x.end());
    in.insert(in.end(), constants.begin(), constants.end());
    const auto y = ad::run_loop<Variable>(backwards, in);
    return ad::StepResult<Variable>{{y.begin(), y.begin() + 2}, {y.begin() + 2, y.end()}};
  });
  const auto by_hand = as_list([](auto&&... x) { return unroll<Variable>(step, x..., steps, true); });
  ad::Tape<double> tape;
  const auto x = record(tape, inputs);
  BOOST_TEST(difference(with_derivatives(reversed, x, 2), with_derivatives(by_hand, x, 2)) < 1e-13);
}

BOOST_AUTO_TEST_CASE(tangents_pass_through_loops) {
  for (const Keep keep : policies) {
    const auto tangent = [&](const Variables& x) {
      Variables x_dot;
      for (const auto& v : x) x_dot.push_back(ad::sin(v));
      return ad::jvp<double>(scanned(keep, step)(x), x, x_dot);
    };
    const auto by_hand = [&](const Variables& x) {
      Variables x_dot;
      for (const auto& v : x) x_dot.push_back(ad::sin(v));
      return ad::jvp<double>(unrolled(step)(x), x, x_dot);
    };
    ad::Tape<double> tape;
    const auto x = record(tape, inputs);
    BOOST_TEST(difference(with_derivatives(tangent, x), with_derivatives(by_hand, x)) < 1e-13);
  }
  // Inside the body too.
  const auto body = [](auto c, auto, auto) {
    const auto y = ad::sin(c[0]);
    return ad::StepResult<Variable>{ad::jvp<double>(Variables{y}, Variables{c[0]}, Variables{ad::cos(c[0])}),
                                    {}};
  };
  const auto report =
      ad::gradcheck([&](const Variables& x) { return ad::scan<double>(body, {x[0]}, {}, {}, 3).carry; },
                    distinct_values({{2, 2}}, 1));
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(a_pruned_loop_inside_a_loop_can_be_differentiated) {
  // Compiling the outer loop prunes the inner one; what runs is compared with what was not compiled.
  const auto inner = [](auto c, auto x, auto) {
    return ad::StepResult<Variable>{{ad::sin(c[0] * x[0]), ad::exp(c[1])}, {c[1] * x[0], ad::cos(c[0])}};
  };
  const auto outer = [&](auto c, auto x, auto) {
    const auto y = ad::scan<double>(inner, {c[0], x[0]}, {c[0]}, {}, 2);
    return ad::StepResult<Variable>{{ad::tanh(y.carry[0] + y.results[0])}, {y.results[1]}};
  };
  const auto f = [&](const Variables& x) {
    return with_derivatives(
        [&](const Variables& v) { return ad::scan<double>(outer, {v[0]}, {v[1]}, {}, 3).carry; }, x, 2);
  };
  const Values x = distinct_values({{2, 2}, {3, 2}}, 1);
  ad::Tape<double> tape;
  BOOST_TEST(difference(ad::compile<double>(f, shapes_of(x))(x), f(record(tape, x))) < 1e-14);
}

BOOST_AUTO_TEST_CASE(users_ops_work_in_loops) {
  const auto body = [](auto c, auto x, auto) {
    const auto y = scale_and_add(0.5, cube(ad::tanh(c[0])), x[0]);
    return ad::StepResult<Variable>{{cos_sin(y)[1]}, {cos_sin(y)[0]}};
  };
  for (const Keep keep : policies) {
    const auto report = ad::gradcheck(
        [&](const Variables& x) {
          const auto y = ad::scan<double>(body, {x[0]}, {x[1]}, {}, 3, keep);
          return Variables{y.carry[0], y.results[0]};
        },
        distinct_values({{2, 2}, {6, 2}}, 1));
    BOOST_TEST(report.passed, report.text);
  }
}

BOOST_AUTO_TEST_CASE(errors_say_what_does_not_fit) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 2}, {3, 4}, {5, 6}})), k = tape.variable(2.0);
  const auto pass = [](auto c, auto, auto) { return ad::StepResult<Variable>{{c.begin(), c.end()}, {}}; };
  const auto run = [&](auto body, const Variables& carry, const Variables& sequences, Index count) {
    ad::scan<double>(body, carry, sequences, {}, count);
  };
  expect_error("[scan] a sequence (3,2) does not divide into 2 steps", [&] { run(pass, {k}, {x}, 2); });
  expect_error("[scan] a sequence (3,2) does not divide into 0 steps", [&] { run(pass, {k}, {x}, 0); });
  expect_error("[scan] -1 steps", [&] { run(pass, {k}, {x}, -1); });
  expect_error("[scan] -1 steps", [&] { run(pass, {k}, {}, -1); });
  expect_error("[scan] carry 0 is (3,2) before the step and (2,3) after it", [&] {
    run([](auto c, auto, auto) { return ad::StepResult<Variable>{{ad::transpose(c[0])}, {}}; }, {x}, {}, 2);
  });
  expect_error("[scan] the body got 1 carries and returned 2", [&] {
    run([](auto c, auto, auto) { return ad::StepResult<Variable>{{c[0], c[0]}, {}}; }, {x}, {}, 2);
  });
  expect_error("[scan] needs at least one input", [&] { run(pass, {}, {}, 2); });
  expect_error(
      "[add] variables of two tapes are used together; record both on one, or pass a constant;"
      " scan and compile take it as an argument",
      [&] {
        run([&](auto c, auto, auto) { return ad::StepResult<Variable>{{c[0] + k}, {}}; }, {x}, {}, 2);
      });
  BOOST_TEST(tape.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_loop_made_by_hand_gets_inputs_that_fit) {
  ad::Loop<double> by_hand;
  by_hand.carries = by_hand.sequences = 1;
  by_hand.steps = 3;
  const std::vector<Shape> shapes = {{1, 2}, {2, 2}};
  by_hand.body = ad::trace<double>([](const Variables& x) { return Variables{x[0] + ad::sum(x[1], 0)}; },
                                   std::span<const Shape>(shapes));
  const auto run = [&](const Values& x) { return ad::run_loop<Value>(by_hand, x)[0]; };
  const Value row = matrix({{1, 2}}), stack = random_value({6, 2}, 1);
  BOOST_TEST(difference(run({row, stack}), (row.array() + stack.array().colwise().sum()).eval()) < 1e-15);
  expect_error("[scan] 1 inputs for a loop of 2", [&] { run({row}); });
  expect_error("[scan] input 0 is (6,2), but must be (1,2)", [&] { run({stack, stack}); });
  expect_error("[scan] input 1 is (1,2), but must be (6,2)", [&] { run({row, row}); });
}

BOOST_AUTO_TEST_CASE(plain_values_meet_the_same_errors) {
  const Values x = {matrix({{1, 2}, {3, 4}, {5, 6}})};
  const auto pass = [](auto c, auto, auto) { return ad::StepResult<Value>{{c.begin(), c.end()}, {}}; };
  expect_error("[scan] a sequence (3,2) does not divide into 2 steps", [&] { ad::scan(pass, x, x, {}, 2); });
  expect_error("[scan] -1 steps", [&] { ad::scan(pass, x, {}, {}, -1); });
  expect_error("[scan] carry 0 is (3,2) before the step and (2,3) after it", [&] {
    ad::scan(
        [](auto c, auto, auto) {
          return ad::StepResult<Value>{{ad::transpose(c[0])}, {}};
        },
        x, {}, {}, 2);
  });
}

BOOST_AUTO_TEST_CASE(single_precision_loops_work_alike) {
  ad::Tape<float> tape;
  const auto x = tape.variable(0.5f);
  const auto y = ad::scan<float>(
      [](auto c, auto, auto) {
        return ad::StepResult<ad::Variable<float>>{{c[0] * c[0]}, {}};
      },
      {x}, {}, {}, 3);
  BOOST_TEST(ad::gradient(y.carry[0], x).item() == 8 * std::pow(0.5f, 7),
             boost::test_tools::tolerance(1e-6f));
}

BOOST_AUTO_TEST_CASE(a_reversed_scan_is_the_scan_of_reversed_sequences) {
  const auto body = [](auto carry, auto x, auto k) {
    using T = std::decay_t<decltype(carry[0])>;
    const T next = ad::tanh(carry[0] * k[0] + x[0]);
    return ad::StepResult<T>{{next}, {ad::square(next) + x[0]}};
  };
  const std::vector<ad::Index> backwards{3, 2, 1, 0};
  const Values x = distinct_values({{1, 3}, {4, 3}, {1, 1}}, 1);
  for (const auto keep : {ad::Keep::everything, ad::Keep::carries, ad::Keep::binomial(2)}) {
    const auto reversed = [&](const Variables& v) {
      const auto loop = ad::scan<double>(body, {v[0]}, {v[1]}, {v[2]}, 4, {.keep = keep, .reverse = true});
      return Variables{loop.carry[0], loop.results[0]};
    };
    const auto flipped = [&](const Variables& v) {
      const auto loop = ad::scan<double>(body, {v[0]}, {ad::gather_rows(v[1], backwards)}, {v[2]}, 4);
      return Variables{loop.carry[0], ad::gather_rows(loop.results[0], backwards)};
    };
    ad::Tape<double> tape;
    const auto in = record(tape, x);
    BOOST_TEST(difference(reversed(in), flipped(in)) == 0);
    BOOST_TEST(difference(with_derivatives(reversed, in, 2), with_derivatives(flipped, in, 2)) < 1e-13);
    const auto plain = ad::scan<double>(body, Values{x[0]}, Values{x[1]}, Values{x[2]}, 4, {.reverse = true});
    BOOST_TEST(difference(plain.results[0], reversed(in)[1]) == 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()
