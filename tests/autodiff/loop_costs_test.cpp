// What loops compute, keep and need: no step's worth too much.
#include "../support/values.hpp"
#include "plan.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;
using ad::Index;
using ad::Keep;

namespace {

/// A vector and a number, stepped on without sequences: `W + tanh(W) k`.
ad::StepResult<Variable> grow(const Variable& w, const Variable& k, Index count, Keep keep) {
  const auto body = [](auto carry, auto, auto constants) {
    const auto h = ad::sin(ad::tanh(carry[0]) * constants[0]);
    return ad::StepResult<Variable>{{carry[0] + h * ad::exp(h)}, {}};
  };
  return ad::scan<double>(body, {w}, {}, {k}, count, keep);
}

Index buffer_size(const ad::Function<double>& f) { return ad::Plan<double>(f.graph()).buffer_size; }

/// How many ops run inside the compiled function's loops, per step.
std::size_t loop_ops(const ad::Function<double>& f) {
  std::size_t count = 0;
  for (const auto& node : f.graph().nodes)
    if (node.operation->name() == std::string("scan"))
      count += std::stoul(node.operation->note().substr(node.operation->note().find("of ") + 3));
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loop_costs)

BOOST_AUTO_TEST_CASE(results_and_carries_that_nobody_uses_are_not_computed) {
  const auto body = [](auto c, auto x, auto k) {
    const auto cheap = c[0] + x[0];
    const auto dear = ad::tanh(ad::exp(ad::sin(c[1] * k[0] + cheap)));
    return ad::StepResult<Variable>{{cheap, dear}, {ad::square(cheap), ad::cos(dear)}};
  };
  const auto compiled = [&](auto pick) {
    return ad::compile<double>(
        [&](const Variables& x) {
          return pick(ad::scan<double>(body, {x[0], x[1]}, {x[2]}, {x[3]}, 4), x);
        },
        {{1, 2}, {1, 2}, {4, 2}, {1, 2}});
  };
  const auto all = compiled([](auto y, auto) { return Variables{y.carry[1], y.results[0], y.results[1]}; });
  const auto cheap_carry = compiled([](auto y, auto) { return Variables{y.carry[0]}; });
  const auto cheap_result = compiled([](auto y, auto) { return Variables{y.results[0]}; });
  const auto dear_result = compiled([](auto y, auto) { return Variables{y.results[1]}; });
  BOOST_TEST(loop_ops(all) == 8u, all.describe());
  BOOST_TEST(loop_ops(cheap_carry) == 1u, cheap_carry.describe());
  BOOST_TEST(loop_ops(cheap_result) == 2u, cheap_result.describe());
  BOOST_TEST(loop_ops(dear_result) == 7u, dear_result.describe());

  const Values x = distinct_values({{1, 2}, {1, 2}, {4, 2}, {1, 2}}, 1);
  const auto expected = all(x);
  BOOST_TEST(difference(cheap_result(x)[0], expected[1]) == 0);
  BOOST_TEST(difference(dear_result(x)[0], expected[2]) == 0);
}

BOOST_AUTO_TEST_CASE(a_compiled_gradient_that_keeps_carries_grows_by_one_carry_per_step) {
  const auto size = [](Index count, Keep keep, int order = 1) {
    return buffer_size(ad::compile<double>(
        [&](const Variables& x) {
          auto g = ad::gradient(ad::sum(grow(x[0], x[1], count, keep).carry[0]), x);
          if (order == 2) g = ad::gradient(weighted_sum(g), x);
          return g;
        },
        {{4, 16}, {1, 1}}));
  };
  constexpr Index carry = 4 * 16;
  BOOST_TEST(size(110, Keep::carries) - size(10, Keep::carries) == 100 * carry);
  BOOST_TEST(size(110, Keep::carries, 2) - size(10, Keep::carries, 2) <= 500 * carry);
  BOOST_TEST(size(110, Keep::everything) - size(10, Keep::everything) > 300 * carry);
  BOOST_TEST(size(110, Keep::automatic) == size(110, Keep::everything));   // under 12 MiB
  BOOST_TEST(size(20000, Keep::automatic) == size(20000, Keep::carries));  // over it, by a few ops a number
}

BOOST_AUTO_TEST_CASE(what_took_many_operations_is_kept_beyond_the_cache) {
  const auto size = [](Index width, Index count, Keep keep) {
    return buffer_size(ad::compile<double>(
        [&](const Variables& x) {
          const auto body = [](auto carry, auto, auto constants) {
            return ad::StepResult<Variable>{{ad::tanh(matmul(carry[0], constants[0]))}, {}};
          };
          const auto y = ad::scan<double>(body, {x[0]}, {}, {x[1]}, count, keep).carry[0];
          return ad::gradient(ad::sum(y), x);
        },
        {{16, width}, {width, width}}));
  };
  struct Case {
    Index width, count;
    Keep as;
  };
  // A number takes twice the width in operations; 128 bytes times the width are kept of each step, and as
  // many again for the carries.
  for (const auto [width, count, as] : {Case{16, 5000, Keep::everything},    // 10 MiB
                                        Case{16, 10'000, Keep::carries},     // 20 MiB, 32 operations
                                        Case{64, 5000, Keep::everything},    // 40 MiB, 128 operations
                                        Case{64, 50'000, Keep::carries}}) {  // 400 MiB
    BOOST_TEST_CONTEXT("width " << width << ", " << count << " steps") {
      BOOST_TEST(size(width, count, Keep::automatic) == size(width, count, as));
      BOOST_TEST(size(width, count, Keep::everything) != size(width, count, Keep::carries));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_loop_itself_needs_no_memory_per_step) {
  const auto size = [](Index count) {
    return buffer_size(ad::compile<double>(
        [&](const Variables& x) { return grow(x[0], x[1], count, Keep::everything).carry; },
        {{4, 16}, {1, 1}}));
  };
  BOOST_TEST(size(1000) == size(10));
}

BOOST_AUTO_TEST_CASE(long_loops_keep_the_tape_short) {
  ad::Tape<double> tape;
  const auto x = tape.variable(random_value({2, 2}, 1)), k = tape.variable(0.1);
  const auto before = tape.size();
  const auto y = ad::sum(grow(x, k, 10'000, Keep::carries).carry[0]);
  BOOST_TEST(ad::gradient(y, k).value().isFinite().all());
  BOOST_TEST(tape.size() - before < 30u);
}

BOOST_AUTO_TEST_SUITE_END()
