// Loops that keep a few snapshots of their carries: the schedule, its memory, its results.
#include "../support/allocations.hpp"
#include "../support/replay.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace engram::test;
using ad::Index;
using ad::Keep;

namespace {

int runs = 0;

/// x itself; counts how often it is computed.
struct Counted {
  static constexpr auto name = "counted";
  static Shape shape(Shape x) { return x; }
  template <class S>
  static void forward(ad::View<S> y, ad::ConstView<S> x) {
    ++runs;
    y.map() = x.map();
  }
  static constexpr auto vjp = ad::rules([](auto& g, auto&, auto&) { return g; });
};

/// The fewest steps to run, by trying all places for the next snapshot.
int fewest_steps(int length, int snapshots) {
  static std::map<std::pair<int, int>, int> known;
  if (length == 1) return 0;
  if (snapshots == 1) return length * (length - 1) / 2;
  int& best = known[{length, snapshots}];
  if (best == 0) {
    best = length * length;
    for (int m = 1; m < length; ++m)
      best = std::min(best, m + fewest_steps(length - m, snapshots - 1) + fewest_steps(m, snapshots));
  }
  return best;
}

/// Carries, sequences and constants that all matter.
constexpr auto step = [](auto carry, auto x, auto constants) {
  using T = std::decay_t<decltype(carry[0])>;
  const T h = ad::tanh(ad::matmul(carry[0], constants[0]) + x[0]);
  return ad::StepResult<T>{{h * ad::cos(carry[1]), ad::sin(carry[1] + 0.1 * ad::sum(h))}, {h * carry[1]}};
};
Values inputs_of(Index steps) { return distinct_values({{2, 3}, {1, 1}, {2 * steps, 3}, {3, 3}}, 1); }
Variables run(const Variables& x, Index steps, Keep keep) {
  const auto y = ad::scan<double>(step, {x[0], x[1]}, {x[2]}, {x[3]}, steps, keep);
  return {y.carry[0], y.carry[1], y.results[0]};
}

/// The gradient of a loop of matrices (64 x 64), compiled.
ad::Function<double> compiled_gradient(Index steps, Keep keep) {
  const auto body = [](auto c, auto, auto k) {
    return ad::StepResult<Variable>{{ad::tanh(c[0] * k[0])}, {}};
  };
  return ad::compile<double>(
      [&](const Variables& x) {
        return ad::gradient(ad::sum(ad::scan<double>(body, {x[0]}, {}, {x[1]}, steps, keep).carry[0]), x);
      },
      {{64, 64}, {1, 1}});
}

std::size_t memory_of_a_run(const ad::Function<double>& f) {
  const std::size_t before = live_bytes;
  const auto workspace = f.workspace();
  return live_bytes - before;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(binomial)

BOOST_AUTO_TEST_CASE(as_few_steps_are_run_as_possible) {
  const auto body = [](auto c, auto, auto) {
    return ad::StepResult<Variable>{{ad::tanh(ad::apply(Counted{}, c[0]))}, {}};
  };
  const auto steps_run = [&](int steps, int snapshots) {
    ad::Tape<double> tape;
    const auto x = tape.variable(0.5);
    const auto y = ad::scan<double>(body, {x}, {}, {}, steps, Keep::binomial(snapshots)).carry[0];
    runs = 0;
    ad::gradient_values(y, {x});
    return runs - steps;  // each step's derivative computes its inside once
  };
  for (const int snapshots : {1, 2, 3, 4, 5, 8, 40, 1000})
    for (const int steps : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 21, 35, 36, 50})
      BOOST_TEST(steps_run(steps, snapshots) == fewest_steps(steps, snapshots),
                 steps << " steps, " << snapshots << " snapshots: " << steps_run(steps, snapshots)
                       << " runs instead of " << fewest_steps(steps, snapshots));
  BOOST_TEST(steps_run(30, 30) == 29);
  BOOST_TEST(steps_run(30, 1) == 30 * 29 / 2);
  BOOST_TEST(steps_run(1001, 10) == 4 * 1001 - 364);  // r l - β(s + 1, r - 1) with r = 4
}

BOOST_AUTO_TEST_CASE(the_steps_that_are_run_again_are_counted_as_work) {
  const auto work = [](Index steps, Index snapshots) {
    const auto f = [&](const Variables& x) {
      const auto body = [](auto c, auto, auto) {
        return ad::StepResult<Variable>{{ad::apply(Counted{}, c[0])}, {}};
      };
      const auto y = ad::scan<double>(body, {x[0]}, {}, {}, steps, Keep::binomial(snapshots)).carry[0];
      return Variables{ad::gradient(y, x[0])};
    };
    return ad::flops(ad::compile<double>(f, {{1, 1}}).graph());
  };
  for (const int steps : {2, 5, 6, 20, 35})
    for (const int snapshots : {1, 2, 3, 8})
      BOOST_TEST(work(steps, snapshots) - work(steps, steps) ==
                     fewest_steps(steps, snapshots) - fewest_steps(steps, steps),
                 steps << " steps, " << snapshots << " snapshots");
}

BOOST_AUTO_TEST_CASE(no_bit_of_the_derivative_depends_on_the_number_of_snapshots) {
  for (Index steps = 1; steps <= 12; ++steps) {
    ad::Tape<double> tape;
    const auto x = record(tape, inputs_of(steps));
    const auto with = [&](Keep keep) {
      return with_derivatives([&](const Variables& v) { return run(v, steps, keep); }, x);
    };
    const auto expected = with(Keep::carries);
    for (const Index snapshots : {1, 2, 3, 5, 100}) {
      const auto found = with(Keep::binomial(snapshots));
      BOOST_TEST(difference(found, expected) == 0, steps << " steps, " << snapshots << " snapshots");
      const auto y = weighted_sum(run(x, steps, Keep::binomial(snapshots)));
      BOOST_TEST(difference(ad::gradient_values(y, x), ad::gradient(y, x)) == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_steps_have_the_identity_as_derivative) {
  const auto found = compiled_gradient(0, Keep::binomial(3))({random_value({64, 64}, 1), Value(2.0)});
  BOOST_TEST((found[0].array() == 1).all());
  BOOST_TEST(found[1].item() == 0);
}

BOOST_AUTO_TEST_CASE(loops_from_the_last_step_to_the_first_go_back_too) {
  const auto reversed = [](const Variables& x, Keep keep) {
    ad::Loop<double> loop;
    loop.carries = 2, loop.sequences = loop.constants = 1;
    loop.steps = 7;
    loop.reverse = true;
    loop.keep = keep;
    const std::vector<Shape> shapes = {{2, 3}, {1, 1}, {2, 3}, {3, 3}};
    loop.body = ad::trace<double>(
        [](std::span<const Variable> v) {
          auto y = step(v.first(2), v.subspan(2, 1), v.subspan(3));
          y.carry.push_back(y.results[0]);
          return y.carry;
        },
        std::span<const Shape>(shapes));
    return ad::run_loop<Variable>(loop, x);
  };
  ad::Tape<double> tape;
  const auto x = record(tape, inputs_of(7));
  const auto with = [&](Keep keep) {
    return with_derivatives([&](const Variables& v) { return reversed(v, keep); }, x);
  };
  BOOST_TEST(difference(with(Keep::binomial(3)), with(Keep::carries)) == 0);
}

BOOST_AUTO_TEST_CASE(second_and_third_derivatives_are_those_of_kept_carries) {
  ad::Tape<double> tape;
  const auto x = record(tape, inputs_of(4));
  const auto with = [&](Keep keep, int order) {
    return with_derivatives([&](const Variables& v) { return run(v, 4, keep); }, x, order);
  };
  BOOST_TEST(difference(with(Keep::binomial(2), 3), with(Keep::carries, 3)) < 1e-13);
  const auto g = ad::gradient(weighted_sum(run(x, 4, Keep::binomial(2))), x);
  BOOST_TEST(difference(ad::gradient_values(weighted_sum(g), x), ad::gradient(weighted_sum(g), x)) < 1e-14);
  const auto report =
      ad::gradcheck([](const Variables& v) { return run(v, 4, Keep::binomial(2)); }, inputs_of(4));
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(loops_with_few_snapshots_nest) {
  const auto nested = [](const Variables& x, Keep outer, Keep inner) {
    const auto body = [inner](auto c, auto, auto k) {
      const auto y = ad::scan<double>(
          [](auto in, auto, auto constants) {
            return ad::StepResult<Variable>{{ad::sin(ad::matmul(in[0], constants[0]))}, {}};
          },
          {c[0]}, {}, {k[0]}, 5, inner);
      return ad::StepResult<Variable>{{ad::tanh(y.carry[0])}, {ad::sum(y.carry[0])}};
    };
    const auto y = ad::scan<double>(body, {x[0]}, {}, {x[1]}, 6, outer);
    return Variables{y.carry[0], y.results[0]};
  };
  const Values values = distinct_values({{2, 3}, {3, 3}}, 2);  // where this chaotic loop is tame
  ad::Tape<double> tape;
  const auto x = record(tape, values);
  const auto with = [&](Keep outer, Keep inner, int order) {
    return with_derivatives([&](const Variables& v) { return nested(v, outer, inner); }, x, order);
  };
  for (const Keep outer : {Keep::everything, Keep::carries, Keep::binomial(2)}) {
    BOOST_TEST(difference(with(outer, Keep::binomial(2), 1), with(outer, Keep::carries, 1)) == 0);
    BOOST_TEST(difference(with(outer, Keep::binomial(2), 2), with(outer, Keep::carries, 2)) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(memory_is_that_of_the_snapshots_however_many_steps_there_are) {
  constexpr std::size_t carry = 64 * 64 * sizeof(double);
  const auto memory = [](Index steps, Keep keep) { return memory_of_a_run(compiled_gradient(steps, keep)); };
  const std::size_t few = memory(100, Keep::binomial(8));
  BOOST_TEST(memory(10'000, Keep::binomial(8)) < few + carry / 2);  // malloc rounds, to pages
  BOOST_TEST(memory(100'000, Keep::binomial(8)) < few + carry / 2);
  const std::size_t more = memory(100, Keep::binomial(18)) - few;
  BOOST_TEST(more >= 10 * carry);
  BOOST_TEST(more < 11 * carry);
  BOOST_TEST(memory(3, Keep::binomial(1000)) < few);  // no more snapshots than steps
  BOOST_TEST(memory(1000, Keep::carries) > 900 * carry);
}

BOOST_AUTO_TEST_CASE(neither_graphs_nor_tapes_grow_with_the_number_of_steps) {
  BOOST_TEST(compiled_gradient(10, Keep::binomial(3)).graph().nodes.size() ==
             compiled_gradient(1000, Keep::binomial(3)).graph().nodes.size());
  const auto size = [](Index steps) {
    ad::Tape<double> tape;
    const auto x = tape.variable(random_value({32, 32}, 1));
    const auto y = ad::scan<double>(
        [](auto c, auto, auto) {
          return ad::StepResult<Variable>{{ad::sin(c[0])}, {}};
        },
        {x}, {}, {}, steps, Keep::binomial(4));
    ad::gradient(ad::sum(y.carry[0]), x);
    return std::pair(tape.size(), tape.capacity());
  };
  BOOST_TEST((size(10) == size(1000)));
}

BOOST_AUTO_TEST_CASE(a_compiled_derivative_gives_the_same_bits_and_allocates_nothing) {
  const auto f = [](const Variables& v) {
    return with_derivatives([](const Variables& x) { return run(x, 9, Keep::binomial(3)); }, v);
  };
  const Values x = inputs_of(9);
  const auto compiled = ad::compile<double>(f, shapes_of(x));
  ad::Tape<double> tape;
  const auto expected = f(record(tape, x));
  Replay replay(compiled, x);
  BOOST_TEST(allocations([&] {
               for (int i = 0; i < 3; ++i) replay.run();
             }) == 0u);
  BOOST_TEST(difference(replay.results(), expected) == 0);
}

BOOST_AUTO_TEST_CASE(single_precision_loops_work_alike) {
  ad::Tape<float> tape;
  const auto x = tape.variable(0.9f);
  const auto y = ad::scan<float>(
      [](auto c, auto, auto) {
        return ad::StepResult<ad::Variable<float>>{{c[0] * c[0]}, {}};
      },
      {x}, {}, {}, 4, Keep::binomial(2));
  BOOST_TEST(ad::gradient(y.carry[0], x).item() == static_cast<float>(16 * std::pow(0.9, 15)),
             boost::test_tools::tolerance(1e-5f));
}

BOOST_AUTO_TEST_CASE(at_least_one_snapshot_is_kept) {
  expect_error("[scan] a binomial loop keeps at least 1 snapshot of its carry, not 0",
               [] { Keep::binomial(0); });
  expect_error("[scan] a binomial loop keeps at least 1 snapshot of its carry, not -2",
               [] { Keep::binomial(-2); });
  BOOST_TEST((Keep::binomial(2) != Keep::binomial(3)));
  BOOST_TEST(Keep::carries.snapshots() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
