// Functions on the parts of a stack, on threads too.
#include <engram/autodiff/for_stack.hpp>

#include "../support/stacks.hpp"

#include <boost/test/unit_test.hpp>

#include <numeric>
#include <stdexcept>
#include <thread>

using namespace engram::test;

namespace {

/// Something of a stack's matrices x and z and of what they share, w; a matrix and a number for each.
Variables cost(std::span<const Variable> x, std::span<const Variable> w) {
  const Variable hidden = ad::tanh(ad::matmul(x[0], w[0]) + x[1]);
  return {hidden * x[1], ad::sum(ad::square(hidden)) * w[1]};
}
Values inputs(ad::Index n) {
  return {random_value({2, 3, n}, 1), random_value({2, 4, n}, 2), random_value({3, 4}, 3),
          random_value({1, 1}, 4)};
}
Variables whole(const Variables& in) {
  const std::span<const Variable> all(in);
  return cost(all.first(2), all.subspan(2));
}
auto in_parts(ad::Index size, ad::Threads threads = {}) {
  return [=](const Variables& in) {
    return ad::for_stack<double>(cost, {in[0], in[1]}, {in[2], in[3]}, size, threads);
  };
}

/// Each part on a thread of its own, the last one first.
const ad::Threads on_threads = [](ad::Index count, const std::function<void(ad::Index)>& run) {
  std::vector<std::thread> all;
  std::vector<std::exception_ptr> thrown(static_cast<std::size_t>(count));
  for (ad::Index part = count; part-- > 0;)
    all.emplace_back([&, part] {
      try {
        run(part);
      } catch (...) {
        thrown[static_cast<std::size_t>(part)] = std::current_exception();
      }
    });
  for (auto& thread : all) thread.join();
  for (const auto& e : thrown)
    if (e) std::rethrow_exception(e);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(for_stack)

BOOST_AUTO_TEST_CASE(parts_have_the_values_and_derivatives_of_the_whole_stack) {
  for (const ad::Index n : {0, 1, 2, 7})
    for (const ad::Index size : {1, 2, 3, 7, 10}) {
      ad::Tape<double> tape;
      const Variables x = record(tape, inputs(n));
      const Variables found = in_parts(size)(x), expected = whole(x);
      BOOST_TEST(difference(found, expected) < 1e-15);  // products of other sizes round otherwise
      BOOST_TEST(difference(with_derivatives_on_stacks(in_parts(size), x),
                            with_derivatives_on_stacks(whole, x)) < 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(threads_do_not_change_bits_recorded_or_compiled) {
  const Values x = inputs(7);
  const auto one_by_one = [](const Variables& in) { return with_derivatives_on_stacks(in_parts(3), in); };
  const auto at_once = [](const Variables& in) {
    return with_derivatives_on_stacks(in_parts(3, on_threads), in);
  };
  ad::Tape<double> tape;
  const Variables expected = one_by_one(record(tape, x));
  BOOST_TEST(difference(at_once(record(tape, x)), expected) == 0);
  BOOST_TEST(difference(ad::compile<double>(one_by_one, shapes_of(x))(x), expected) == 0);
  const auto compiled = ad::compile<double>(at_once, shapes_of(x));
  for (int turn = 0; turn < 20; ++turn) BOOST_TEST(difference(compiled(x), expected) == 0);
}

BOOST_AUTO_TEST_CASE(a_part_s_own_sums_stand_one_after_the_other) {
  const auto f = [](std::span<const Variable> x, std::span<const Variable>) {
    return Variables{ad::sum_stack(x[0])};
  };
  const Value x = random_value({2, 2, 5}, 1);
  const Value sums = ad::for_stack<double>(f, {x}, {}, 2)[0];
  BOOST_TEST(ad::to_string(sums.shape()) == "3x(2,2)");
  BOOST_TEST(difference(ad::slice_stack(sums, 1, 1), ad::sum_stack(ad::slice_stack(x, 2, 2))) == 0);
  BOOST_TEST(difference(ad::slice_stack(sums, 2, 1), ad::slice_stack(x, 4, 1)) == 0);
  BOOST_TEST(ad::for_stack<double>(f, {Value(Shape{2, 2, 0})}, {}, 2)[0].stack() == 0);
}

BOOST_AUTO_TEST_CASE(results_that_nobody_uses_are_not_computed) {
  const auto f = [](const Variables& in) { return Variables{in_parts(2)(in)[0]}; };
  const auto both = ad::compile<double>(in_parts(2), shapes_of(inputs(7))),
             one = ad::compile<double>(f, shapes_of(inputs(7)));
  BOOST_TEST(ad::flops(one.graph()) < ad::flops(both.graph()));
  BOOST_TEST(difference(one(inputs(7))[0], both(inputs(7))[0]) == 0);
}

BOOST_AUTO_TEST_CASE(what_a_part_throws_comes_out) {
  const auto refuse = ad::black_box<double>("refuse", [](std::span<const Value> x) {
    if (x[0].item() > 4) throw std::domain_error("too large");
    return std::pair(x[0].item(), std::vector<Value>{matrix({{1.0}})});
  });
  const auto f = [&](std::span<const Variable> x, std::span<const Variable>) {
    return Variables{refuse({ad::sum_stack(ad::sum(x[0]))})};
  };
  Value x(Shape{1, 1, 6});
  std::iota(x.data(), x.data() + 6, 0.0);
  for (const ad::Threads& threads : {ad::Threads(), on_threads}) {
    BOOST_CHECK_THROW(ad::for_stack<double>(f, {x}, {}, 1, threads), std::domain_error);
    BOOST_TEST(ad::for_stack<double>(f, {ad::slice_stack(x, 0, 5)}, {}, 1, threads)[0].stack() == 5);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_taken_apart_is_refused) {
  const Value two(Shape{2, 3, 2}), three(Shape{2, 4, 3});
  const Values shared{random_value({3, 4}, 3), random_value({1, 1}, 4)};
  expect_error("[for_stack] parts of 0 matrices; they need one at least", [&] {
    ad::for_stack<double>(cost, {two, two}, shared, 0);
  });
  expect_error(
      "[for_stack] 2x(2,3) and 3x(2,4) are stacks of different sizes; what all parts share is given apart",
      [&] {
        ad::for_stack<double>(cost, {two, three}, shared, 1);
      });
  expect_error("[for_stack] there is no stack to take apart",
               [&] { ad::for_stack<double>(cost, Values{}, shared, 1); });
}

BOOST_AUTO_TEST_SUITE_END()
