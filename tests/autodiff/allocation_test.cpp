// What allocates no memory, measured.
#include "../support/allocations.hpp"
#include "../support/replay.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

BOOST_AUTO_TEST_SUITE(allocation)

BOOST_AUTO_TEST_CASE(the_counter_counts) {
  // Called as a function: an optimiser may leave out a new and its delete.
  BOOST_TEST(allocations([] { ::operator delete(::operator new(1)); }) == 1u);
  BOOST_TEST(allocations([] { ad::Tape<double>().variable(1.0); }) > 1u);
  const std::size_t before = live_bytes;
  void* p = ::operator new(1000);
  BOOST_TEST(live_bytes - before >= 1000u);
  ::operator delete(p);
  BOOST_TEST(live_bytes == before);
}

BOOST_AUTO_TEST_CASE(running_a_compiled_function_allocates_nothing) {
  const auto training = [](const Variables& x) {
    const auto step = [](auto carry, auto batch, auto rate) {
      const auto rows = ad::gather_rows(ad::concatenate({ad::tanh(batch[0]), batch[0]}, 0), {1, 0, 3});
      const auto loss = ad::mean(ad::square(ad::matmul(rows, carry[0])));
      return ad::StepResult<Variable>{{carry[0] - rate[0] * ad::gradient(loss, carry[0])}, {loss}};
    };
    const auto loop = ad::scan<double>(step, {x[0]}, {x[1]}, {ad::exp(x[2])}, 5, ad::Keep::carries);
    return Variables{ad::mean(loop.results[0]), loop.carry[0]};
  };
  const Values x = distinct_values({{3, 2}, {20, 3}, {1, 1}}, 1);
  const auto f =
      ad::compile<double>([&](const Variables& v) { return with_derivatives(training, v, 2); }, shapes_of(x));
  const Values expected = f(x);
  Replay replay(f, x);
  BOOST_TEST(allocations([&] {
               for (int i = 0; i < 10; ++i) replay.run();
             }) == 0u);
  BOOST_TEST(difference(replay.results(), expected) == 0);
}

BOOST_AUTO_TEST_CASE(a_stack_in_parts_allocates_nothing) {
  const auto f = [](const Variables& in) {
    const auto part = [](auto x, auto k) { return Variables{ad::tanh(ad::matmul(x[0], k[0]))}; };
    const Variables y = ad::for_stack<double>(part, {in[0]}, {in[1]}, 2);
    return Variables{y[0], ad::gradient(ad::sum(ad::sum_stack(y[0])), in[1])};
  };
  const Values x{random_value({2, 3, 5}, 1), random_value({3, 4}, 2)};
  const auto compiled = ad::compile<double>(f, shapes_of(x));
  Replay replay(compiled, x);
  BOOST_TEST(allocations([&] {
               for (int i = 0; i < 10; ++i) replay.run();
             }) == 0u);
}

BOOST_AUTO_TEST_CASE(recording_on_a_cleared_tape_allocates_nothing) {
  ad::Tape<double> tape;
  const Value x = random_value({4, 4}, 1);
  const auto round = [&] {
    tape.clear();
    auto y = tape.variable(x);
    const auto w = y;
    for (int i = 0; i < 100; ++i) y = ad::tanh(y * w) + ad::exp(-y);
  };
  round();
  BOOST_TEST(allocations([&] {
               for (int i = 0; i < 50; ++i) round();
             }) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
