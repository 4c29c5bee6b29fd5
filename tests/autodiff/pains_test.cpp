// What users of other libraries complain of most, one test for each pain. Three are tested elsewhere: Adam's
// root of zero in tests/plasticity/pains_test.cpp, flags that change layouts in tests/packaging (*_native),
// and programs that must not compile in tests/must_not_compile.
#include "../support/agreement.hpp"
#include "../support/allocations.hpp"

#include <boost/test/unit_test.hpp>

#include <pthread.h>
#include <thread>

using namespace engram::test;
using Tape = ad::Tape<double>;

namespace {

/// A small inner loop that learns by gradient descent, and the gradient through it.
template <class T>
std::vector<T> inner_loop(const std::vector<T>& x) {
  T w = x[0];
  for (int step = 0; step < 2; ++step) w = w - x[1] * ad::gradient(ad::sum(ad::square(ad::tanh(w))), w);
  return ad::gradient(ad::sum(ad::square(w)), x);
}
const Values inner_inputs = {random_value({2, 2}, 1), Value(0.1)};

/// Runs step 10^5 times, and expects that it holds no more memory at the end than after the first few.
void check_flat(auto step) {
  for (int i = 0; i < 10; ++i) step();
  const std::size_t before = live_bytes;
  for (int i = 0; i < 100'000; ++i) step();
  const std::size_t after = live_bytes;
  BOOST_TEST(after == before);
}

/// Whether f throws an std::invalid_argument that says this.
bool says(auto f, const std::string& text) {
  try {
    f();
  } catch (const std::invalid_argument& error) {
    return std::string(error.what()).find(text) != std::string::npos;
  }
  return false;
}

/// Runs f on a thread whose stack is small.
void with_small_stack(std::function<void()> f) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  BOOST_REQUIRE_EQUAL(pthread_attr_setstacksize(&attributes, std::size_t{256} << 10), 0);
  const auto run = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  pthread_t thread;
  const int error = pthread_create(&thread, &attributes, run, &f);
  if (error == 0) pthread_join(thread, nullptr);  // before this thread tells Boost.Test anything
  BOOST_REQUIRE_EQUAL(error, 0);
  pthread_attr_destroy(&attributes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pains)

// Memory creeps up.

BOOST_AUTO_TEST_CASE(memory_is_flat_over_100000_outer_steps_that_clear_the_tape) {
  Tape tape;
  check_flat([&] {
    tape.clear();
    inner_loop(record(tape, inner_inputs));
  });
}

BOOST_AUTO_TEST_CASE(memory_is_flat_over_100000_outer_steps_that_rewind_the_tape) {
  Tape tape;
  const auto x = record(tape, inner_inputs);
  const auto mark = tape.mark();
  check_flat([&] {
    inner_loop(x);
    tape.rewind(mark);
  });
}

BOOST_AUTO_TEST_CASE(memory_is_flat_over_100000_runs_of_a_compiled_step) {
  const auto f = ad::compile<double>(inner_loop<Variable>, shapes_of(inner_inputs));
  check_flat([&] { f(inner_inputs); });
}

BOOST_AUTO_TEST_CASE(memory_is_flat_over_a_million_recorded_and_cleared_ops) {
  Tape tape;
  const auto round = [&] {
    tape.clear();
    Variable y = tape.variable(0.5);
    for (int i = 0; i < 1000; ++i) y = ad::sin(y);
  };
  round();
  const std::size_t capacity = tape.capacity(), bytes = live_bytes;
  for (int i = 0; i < 1000; ++i) round();
  const std::size_t bytes_now = live_bytes;
  BOOST_TEST(tape.capacity() == capacity);
  BOOST_TEST(bytes_now == bytes);
}

// Each step slower than the last; a shared graph walked again and again; stack overflow.

BOOST_AUTO_TEST_CASE(each_inner_step_costs_as_much_as_the_first) {
  // The gradient of each step with respect to what that step starts from: the tape grows by the same number
  // of ops at step 10 and at step 1000.
  Tape tape;
  Variable w = tape.variable(random_value({3, 2}, 1));
  std::size_t first = 0, size = tape.size();
  for (int step = 0; step < 1000; ++step) {
    w = w - 0.1 * ad::gradient(ad::sum(ad::square(ad::tanh(w))), w);
    if (step == 0) first = tape.size() - size;
    BOOST_REQUIRE_EQUAL(tape.size() - size, first);
    size = tape.size();
  }
}

BOOST_AUTO_TEST_CASE(a_value_used_twice_is_differentiated_once) {
  Tape tape;
  const auto x = tape.variable(1.0);
  Variable y = x;
  constexpr int steps = 50;
  for (int i = 0; i < steps; ++i) y = y + y;  // 2^50 paths from y to x
  const auto before = tape.size();
  BOOST_TEST(ad::gradient(y, x).item() == std::exp2(steps));
  BOOST_TEST(tape.size() - before <= steps + 2u);
}

BOOST_AUTO_TEST_CASE(a_chain_of_a_million_ops_is_differentiated_without_recursion_and_in_linear_work) {
  with_small_stack([] {
    Tape tape;
    const auto x = tape.variable(0.5);
    Variable y = x;
    constexpr int steps = 1'000'000;
    for (int i = 0; i < steps; ++i) y = -y;
    BOOST_TEST(ad::gradient_values(y, {x})[0].item() == 1);
    const auto before = tape.size();
    const auto g = ad::gradient(y, x);
    BOOST_TEST(g.item() == 1);
    BOOST_TEST(tape.size() - before <= steps + 2u);  // one op each
    const auto f = ad::compile<double>(tape, {x}, {y, g});
    BOOST_TEST(f.graph().nodes.size() == std::size_t{steps});  // the gradient is a constant
    BOOST_TEST(f({Value(0.25)})[0].item() == 0.25);
  });
}

// Memory of unrolls.

BOOST_AUTO_TEST_CASE(an_unroll_needs_one_carry_per_step) {
  // What the tape holds of a loop and its gradient, in values.
  const auto held = [](ad::Index steps, ad::Keep keep) {
    Tape tape;
    const auto x = tape.variable(random_value({3, 4}, 1));
    const auto body = [](auto carry, auto, auto) {
      return ad::StepResult<Variable>{{ad::tanh(ad::exp(ad::sin(carry[0])))}, {}};
    };
    ad::gradient(ad::sum(ad::scan<double>(body, {x}, {}, {}, steps, keep).carry[0]), x);
    ad::Index values = 0;
    for (const auto& slot : tape.slots()) values += slot.shape.size();
    return values;
  };
  BOOST_TEST(held(300, ad::Keep::carries) - held(200, ad::Keep::carries) == 100 * 3 * 4);
  BOOST_TEST(held(300, ad::Keep::everything) - held(200, ad::Keep::everything) > 100 * 3 * 4);
}

// Masked branches leak NaN.

BOOST_AUTO_TEST_CASE(the_branch_not_taken_sends_no_nan_back) {
  // Neither a value that is not a number nor a slope that is infinite, in first and second derivatives.
  for (const double bad : {0.0, -1.0, not_a_number, infinity, -infinity})
    BOOST_TEST_CONTEXT("masked " << bad) {
      Tape tape;
      const auto x = tape.variable(matrix({{4, 0}})), w = tape.variable(matrix({{2, 2}}));
      const auto mask = tape.constant(matrix({{1, 0}}));
      const auto z = tape.variable(matrix({{4, bad}}));
      for (const auto& branch : {ad::sqrt(z), ad::log(z), 1.0 / z, ad::pow(z, 0.5), z, ad::relu(z),
                                 ad::maximum(z, x), ad::minimum(x, z)}) {
        // Through the values of the branch taken, and through its factor w.
        const auto y = ad::sum(ad::select(mask, branch * w, square(w)));
        const auto g = ad::gradient(y, {w, branch});
        BOOST_TEST(difference(g[1], matrix({{2, 0}})) == 0);
        const auto values = branch.value();
        BOOST_TEST(g[0].value()(0, 0) == values(0, 0));
        const auto second = ad::gradient(ad::sum(ad::select(mask, g[0], 3.0 * w)), w);
        BOOST_TEST(second.value()(0, 1) == 3);
      }
    }
}

BOOST_AUTO_TEST_CASE(an_infinite_slope_is_kept_away_by_selecting_its_operand) {
  // The zero that select sends back still meets the slope of the op before it: select what that op gets, too.
  using Op = Variable (*)(const Variable&);
  const Op ops[] = {ad::sqrt, ad::log, ad::log1p, [](const Variable& v) { return 1.0 / v; },
                    [](const Variable& v) { return ad::pow(v, 0.5); }};
  for (const double bad : {0.0, -1.0, not_a_number, infinity, -infinity})
    for (const Op op : ops) {
      Tape tape;
      const auto x = tape.variable(matrix({{4, bad}}));
      const auto mask = tape.constant(matrix({{1, 0}}));
      const auto y = ad::sum(ad::select(mask, op(ad::select(mask, x, 1.0)), 0.0));
      const auto alone = tape.variable(4.0);
      Variable g = y, g_alone = op(alone);
      for (int order = 1; order <= 3; ++order) {
        g = ad::gradient(ad::sum(g), x), g_alone = ad::gradient(g_alone, alone);
        BOOST_TEST(difference(g, matrix({{g_alone.item(), 0}})) == 0);
      }
    }
}

BOOST_AUTO_TEST_CASE(labels_that_are_not_numbers_do_no_harm_where_the_mask_is_zero) {
  Tape tape;
  const auto logits = tape.variable(random_value({2, 3}, 1));
  const auto targets = tape.variable(matrix({{0, 1, 0}, {not_a_number, not_a_number, infinity}}));
  const auto loss = ad::sum(ad::cross_entropy(logits, targets, tape.constant(matrix({{1}, {0}}))));
  for (const auto& g : ad::gradient(loss, {logits, targets})) {
    BOOST_TEST(g.value().isFinite().all());
    BOOST_TEST((g.value().row(1) == 0).all());
    BOOST_TEST(ad::gradient(ad::sum(ad::square(g)), logits).value().isFinite().all());
  }
}

// Dangling expressions.

BOOST_AUTO_TEST_CASE(auto_holds_a_plain_handle_and_never_an_expression) {
  static_assert(std::is_trivially_copyable_v<Variable> && sizeof(Variable) <= 16);
  const auto expression = [](const auto& a) {
    auto temporary = a + a;
    auto sum = temporary * ad::exp(a) - 1.0;  // its operands are gone when it is used
    static_assert(std::is_same_v<decltype(sum), std::decay_t<decltype(a)>>);
    return sum;
  };
  Tape tape;
  const auto x = tape.variable(2.0);
  BOOST_TEST(expression(x).item() == 4 * std::exp(2.0) - 1, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(expression(Value(2.0)).item() == expression(x).item());
}

// Replay takes the branch of the recording.

BOOST_AUTO_TEST_CASE(a_branch_on_a_value_that_replay_would_freeze_is_an_error_that_names_select) {
  const auto text = "a C++ branch on it would be frozen; use select";
  const auto branch = [](const Variable& x) { return x.item() > 0 ? x : -x; };
  Tape tape;
  const auto x = tape.variable(1.0);
  BOOST_TEST(branch(x).item() == 1);  // eagerly, C++ branches as usual
  BOOST_TEST(says(
      [&] {
        ad::compile<double>([&](const Variables& v) { return Variables{branch(v[0])}; }, {{1, 1}});
      },
      text));
  BOOST_TEST(says(
      [&] {
        ad::scan<double>(
            [&](auto c, auto, auto) {
              return ad::StepResult<Variable>{{branch(c[0])}, {}};
            },
            {x}, {}, {}, 2);
      },
      text));
  BOOST_TEST(
      says([&] { ad::checkpoint<Variable>([&](auto v) { return Variables{branch(v[0])}; }, {x}); }, text));
}

// Stale handles.

BOOST_AUTO_TEST_CASE(a_handle_that_is_no_longer_valid_throws_and_names_who_used_it) {
  Tape tape;
  const auto x = tape.variable(1.0);
  const auto mark = tape.mark();
  const auto y = ad::exp(x);
  tape.rewind(mark);
  const auto z = ad::sin(x);  // has y's number now
  BOOST_TEST(z.id() == y.id());
  BOOST_TEST(says([&] { z* y; }, "[multiply] variable 1 was recorded before"));
  BOOST_TEST(says([&] { ad::gradient(z, y); }, "[gradient] variable 1 was recorded before"));
  tape.clear();
  BOOST_TEST(says([&] { ad::tanh(x); }, "[tanh] variable 0 was recorded before"));

  // A variable that a traced function let out: its tape is gone, another one is in use.
  Variable leaked;
  ad::compile<double>(
      [&](const Variables& v) {
        leaked = v[0];
        return v;
      },
      {{1, 1}});
  BOOST_TEST(says([&] { tape.variable(1.0) + leaked; }, "[add] variables of two tapes are used together"));
}

// Wrong buffer reuse.

BOOST_AUTO_TEST_CASE(no_plan_writes_over_a_value_that_is_still_to_be_read) {
  // Right plans are tried in property_test.cpp, on all random programs. Here they are broken: each result
  // that lies in a buffer is moved over an operand that a later op reads, and the verifier must notice every
  // time.
  int broken = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) BOOST_TEST_CONTEXT("seed " << seed) {
      const RandomProgram program(seed, {});
      const auto f = ad::compile<double>([&](const Variables& x) { return with_derivatives(program, x); },
                                         shapes_of(program.inputs()));
      const auto& graph = f.graph();
      const ad::Plan<double> plan(graph);
      BOOST_TEST(verify(graph, plan) == "");
      const auto in_buffer = [&](std::uint32_t s) {
        return plan.places[s].home == ad::Plan<double>::Home::buffer && graph.slots[s].shape.size() > 0;
      };
      for (std::size_t n = 0; n < graph.nodes.size(); ++n)
        for (const auto operand : graph.nodes[n].inputs) {
          const auto result = graph.nodes[n].outputs[0];
          const bool read_later =
              std::any_of(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n) + 1, graph.nodes.end(),
                          [&](const auto& node) {
                            return std::count(node.inputs.begin(), node.inputs.end(), operand) > 0;
                          });
          if (!in_buffer(operand) || !in_buffer(result) || !read_later ||
              ad::part_of(graph, graph.nodes[n], 0))
            continue;
          ad::Plan<double> wrong = plan;
          wrong.places[result].offset = plan.places[operand].offset;
          BOOST_TEST(verify(graph, wrong) != "");
          ++broken;
        }
    }
  BOOST_TEST(broken > 300);
}

// Nondeterminism.

BOOST_AUTO_TEST_CASE(any_number_of_threads_and_any_storage_policy_give_the_same_bits) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) BOOST_TEST_CONTEXT("seed " << seed) {
      const RandomProgram program(seed, {.steps = 8, .empty = false});
      const auto loop_with = [&](ad::Keep keep) {
        return [&, keep](const Variables& x) {
          const auto body = [&](auto carry, auto, auto constants) {
            Variables in{carry[0]};
            in.insert(in.end(), constants.begin(), constants.end());
            return ad::StepResult<Variable>{{ad::tanh(carry[0] + ad::sum(program(in)[0]))}, {}};
          };
          return ad::scan<double>(body, {x[0]}, {}, Variables(x.begin() + 1, x.end()), 4, keep).carry;
        };
      };
      const auto compiled = [&](ad::Keep keep, int order) {
        return ad::compile<double>(
            [&](const Variables& x) { return with_derivatives(loop_with(keep), x, order); },
            shapes_of(program.inputs()));
      };
      const auto f = compiled(ad::Keep::everything, 1);
      const Values expected = f(program.inputs());
      std::vector<Values> found(3);
      std::vector<std::thread> threads;
      for (auto& results : found) threads.emplace_back([&] { results = f(program.inputs()); });
      for (auto& thread : threads) thread.join();
      for (const auto& results : found) BOOST_TEST(difference(results, expected) == 0);
      const Values second = compiled(ad::Keep::everything, 2)(program.inputs());
      for (const auto keep : {ad::Keep::carries, ad::Keep::automatic, ad::Keep::binomial(2)}) {
        BOOST_TEST(difference(compiled(keep, 1)(program.inputs()), expected) == 0);
        // A second derivative sums what comes through kept values elsewhere than what comes through computed
        // ones.
        BOOST_TEST(difference(compiled(keep, 2)(program.inputs()), second) < 1e-13);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
