// An exception in the middle of recording leaves the tape, and all that is shared, usable.
#include "../support/allocations.hpp"
#include "../support/user_ops.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;
using Tape = ad::Tape<double>;

namespace {

/// What the user's code throws.
struct Interrupted {};

/// All that records: ops with one and with many results, gradients, a loop, a checkpoint, a compiled
/// function.
Variables everything(const Variables& x) {
  const auto parts = ad::split(ad::tanh(ad::matmul(x[0], x[1])), {1, 1}, 1);
  const auto body = [](auto carry, auto rows, auto) {
    const auto next = ad::sin(carry[0]) * ad::sum(rows[0]);
    return ad::StepResult<Variable>{{next}, {ad::sum(ad::square(next), 0)}};
  };
  const auto loop = ad::scan<double>(body, {parts[0]}, {x[0]}, {}, 2);
  const auto inside = ad::checkpoint<Variable>([](auto v) { return Variables{ad::exp(v[0]) * v[1]}; },
                                               {parts[1], loop.results[0]});
  return with_derivatives([&](const Variables&) { return Variables{ad::sum(inside[0] * loop.carry[0])}; }, x);
}
const Values inputs = {random_value({2, 2}, 1), random_value({2, 2}, 2)};

}  // namespace

BOOST_AUTO_TEST_SUITE(exception)

BOOST_AUTO_TEST_CASE(what_a_users_function_throws_comes_through_and_the_tape_goes_on) {
  Tape tape, fresh;
  const auto x = record(tape, inputs);
  const auto size = tape.size();
  const auto interrupted = [&](const auto& v) {
    everything({v[0], v[0]});
    throw Interrupted();
    return Variables(v.begin(), v.end());
  };
  BOOST_CHECK_THROW(ad::checkpoint<Variable>(interrupted, x), Interrupted);
  BOOST_CHECK_THROW(ad::compile<double>(interrupted, shapes_of(x)), Interrupted);
  const auto body = [&](auto carry, auto, auto) { return ad::StepResult<Variable>{interrupted(carry), {}}; };
  BOOST_CHECK_THROW(ad::scan<double>(body, x, {}, {}, 3), Interrupted);
  BOOST_TEST(tape.size() == size);  // they were tracing on a tape of their own
  BOOST_CHECK_THROW(interrupted(x), Interrupted);
  BOOST_TEST(difference(everything(x), everything(record(fresh, inputs))) == 0);
}

BOOST_AUTO_TEST_CASE(an_error_inside_a_loops_body_leaves_the_tape_as_it_was) {
  Tape tape;
  const auto x = record(tape, inputs);
  const auto size = tape.size();
  const auto body = [](auto carry, auto, auto) {
    return ad::StepResult<Variable>{{ad::matmul(carry[0], ad::sum(ad::tanh(carry[0]), 0))}, {}};
  };
  expect_error("[matmul] inner dimensions differ: (2,2) by (1,2)",
               [&] { ad::scan<double>(body, {x[0]}, {}, {}, 3); });
  BOOST_TEST(tape.size() == size);
}

BOOST_AUTO_TEST_CASE(an_op_that_throws_when_it_runs_inside_a_loop_leaves_the_tape_as_it_was) {
  Tape tape;
  const auto x = tape.variable(2.0);
  const auto body = [](auto carry, auto, auto) {
    return ad::StepResult<Variable>{{ad::apply(Thrower{}, carry[0])}, {}};
  };
  BOOST_CHECK_THROW(ad::scan<double>(body, {x}, {}, {}, 3), std::runtime_error);
  BOOST_TEST(tape.size() == 1u);
  const auto f =
      ad::compile<double>([](const Variables& v) { return Variables{ad::apply(Thrower{}, v[0])}; }, {{1, 1}});
  for (int i = 0; i < 2; ++i) BOOST_CHECK_THROW(f({Value(1.0)}), std::runtime_error);
  BOOST_TEST(ad::gradient(x * x, x).item() == 4);
}

BOOST_AUTO_TEST_CASE(wherever_memory_runs_out_the_tape_goes_on) {
  // The first allocation fails, then the second, and so on until the program gets through.
  Tape undisturbed;
  const Values expected = [&] {
    Values values;
    for (const auto& v : everything(record(undisturbed, inputs))) values.push_back(Value(v.value()));
    return values;
  }();
  bool finished = false;
  std::size_t failures = 0;
  for (; !finished; ++failures) {
    Tape tape;
    const auto x = record(tape, inputs);
    failing_allocation = allocation_count + failures;
    Variables results;
    try {
      results = everything(x);
      finished = true;
    } catch (const std::bad_alloc&) {
    }
    failing_allocation = ~std::size_t{0};
    if (!finished) results = everything(x);
    BOOST_REQUIRE_EQUAL(difference(results, expected), 0);
    // Each op that is on the tape is there with all its inputs and results.
    std::uint32_t input_count = 0;
    for (std::uint32_t n = 0; n < tape.nodes().size(); ++n) {
      const auto& node = tape.nodes()[n];
      BOOST_REQUIRE_EQUAL(node.first_input, input_count);
      input_count += node.input_count;
      for (std::uint32_t k = 0; k < node.output_count; ++k)
        BOOST_REQUIRE_EQUAL(tape.slots()[node.first_output + k].node, n);
    }
  }
  BOOST_TEST(failures > 100u);
}

BOOST_AUTO_TEST_SUITE_END()
