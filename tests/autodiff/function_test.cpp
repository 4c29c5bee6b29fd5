// Compiled functions: the same results as eager ones, what compiling removes, memory, threads.
#include "../support/plan_verifier.hpp"
#include "../support/user_ops.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <map>
#include <memory>
#include <thread>

using namespace engram::test;
using Function = ad::Function<double>;

namespace {

Function compile(const ad::FunctionOfVariables<double>& f, const std::vector<Shape>& shapes) {
  return ad::compile<double>(f, shapes);
}

/// How often each op runs in the compiled function.
std::map<std::string, int> ops_of(const Function& f) {
  std::map<std::string, int> count;
  for (const auto& node : f.graph().nodes) ++count[node.operation->name()];
  return count;
}
using Ops = std::map<std::string, int>;

void check_plan(const Function& f) {
  BOOST_TEST(verify(f.program(), ad::Plan<double>(f.program())).empty(),
             verify(f.program(), ad::Plan<double>(f.program())) << "\n"
                                                                << f.describe());
}

/// Compiled and eager results of f at x, which must be equal numbers.
void check_compiled(const ad::FunctionOfVariables<double>& f, const Values& x) {
  const auto compiled = compile(f, shapes_of(x));
  ad::Tape<double> tape;
  BOOST_TEST(difference(compiled(x), f(record(tape, x))) == 0, compiled.describe());
  check_plan(compiled);
}

/// Training a small network: products, loops, a gradient inside.
Variables training(const Variables& x) {
  const auto step = [](auto carry, auto batch, auto rate) {
    const auto loss = ad::mean(ad::cross_entropy(ad::matmul(ad::tanh(batch[0]), carry[0]), batch[1]));
    return ad::StepResult<Variable>{{carry[0] - rate[0] * ad::gradient(loss, carry[0])}, {loss}};
  };
  const auto loop = ad::scan<double>(step, {x[0]}, {x[1], ad::softmax(x[2])}, {ad::exp(x[3])}, 5);
  return {ad::mean(loop.results[0]), loop.carry[0]};
}
const Values training_inputs = distinct_values({{3, 2}, {20, 3}, {20, 2}, {1, 1}}, 1);
Variables training_with_gradient(const Variables& x) { return with_derivatives(training, x); }

}  // namespace

BOOST_AUTO_TEST_SUITE(function)

BOOST_AUTO_TEST_CASE(a_compiled_function_computes_what_the_eager_one_does) {
  check_compiled(training, training_inputs);
  check_compiled(training_with_gradient, training_inputs);
  check_compiled([](const Variables& x) { return with_derivatives(training, x, 2); }, training_inputs);
}

BOOST_AUTO_TEST_CASE(what_was_recorded_between_variables_can_be_compiled) {
  ad::Tape<double> tape;
  const auto x = tape.variable(2.0), y = ad::exp(x), z = tape.variable(3.0), r = ad::tanh(y * z) * y;
  const auto f = ad::compile<double>(tape, {y, z}, {r, ad::gradient(r, y)});  // y is an input of its own
  const auto found = f({Value(0.1), Value(0.2)});
  const double t = std::tanh(0.1 * 0.2);
  BOOST_TEST(found[0].item() == t * 0.1, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(found[1].item() == t + 0.1 * 0.2 * (1 - t * t), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(a_result_that_depends_on_something_else_is_an_error) {
  ad::Tape<double> tape;
  const auto x = tape.variable(2.0), w = tape.variable(matrix({{1, 2}}));
  expect_error(
      "[compile] a result depends on variable 1 (1,2), which is not among the inputs;"
      " pass it as an input, or record it as a constant",
      [&] { ad::compile<double>(tape, {x}, {ad::sum(w * x)}); });
  BOOST_TEST(ad::compile<double>(tape, {x}, {x * x})({Value(3.0)})[0].item() == 9);
}

BOOST_AUTO_TEST_CASE(variables_of_outside_do_not_leak_in) {
  ad::Tape<double> tape;
  const auto outer = tape.variable(2.0);
  const auto text = [](const char* where) {
    return fmt::format(
        "[{}] variables of two tapes are used together; record both on one, or pass a constant;"
        " scan and compile take it as an argument",
        where);
  };
  expect_error(text("multiply"), [&] { compile([&](auto x) { return Variables{x[0] * outer}; }, {{1, 1}}); });
  expect_error(text("multiply"), [&] { compile([&](auto x) { return Variables{outer * x[0]}; }, {{1, 1}}); });
  expect_error(text("compile"), [&] { compile([&](auto) { return Variables{outer}; }, {{1, 1}}); });
}

BOOST_AUTO_TEST_CASE(inputs_must_have_the_compiled_shapes) {
  const auto f = compile([](auto x) { return Variables{x[0] + x[1]}; }, {{2, 3}, {1, 1}});
  expect_error("[function] 1 inputs for a function of 2", [&] { f({Value(1.0)}); });
  expect_error("[function] input 0 is (3,2), but was compiled as (2,3)", [&] {
    f({random_value({3, 2}, 1), Value(1.0)});
  });
  BOOST_TEST((f.input_shapes()[0] == Shape{2, 3}));
  BOOST_TEST((f.output_shapes()[0] == Shape{2, 3}));
}

BOOST_AUTO_TEST_CASE(a_run_gets_as_many_addresses_as_there_are_inputs_and_outputs) {
  const auto f = compile([](const Variables& x) { return Variables{x[0] + x[1]}; }, {{1, 1}, {1, 1}});
  auto workspace = f.workspace();
  const double x = 2;
  double y = 0;
  const std::vector<const double*> in{&x, &x};
  const std::vector<double*> out{&y, &y};
  expect_error("[function] 1 inputs and 1 outputs for a function from 2 to 1",
               [&] { f.run(workspace, std::span(in).first(1), std::span(out).first(1)); });
  expect_error("[function] 2 inputs and 2 outputs for a function from 2 to 1",
               [&] { f.run(workspace, in, out); });
  f.run(workspace, in, std::span(out).first(1));
  BOOST_TEST(y == 4);
}

BOOST_AUTO_TEST_CASE(a_workspace_serves_its_own_function_only) {
  const auto f =
      compile([](const Variables& x) { return Variables{ad::sin(ad::cos(x[0])) * 2.0}; }, {{1, 1}});
  const auto g = compile([](const Variables& x) { return Variables{x[0] + 1.0}; }, {{1, 1}});
  const double x = 2;
  double y = 0;
  const std::array in{&x};
  const std::array out{&y};
  auto workspace = g.workspace();
  expect_error(
      "[function] the workspace is another function's; use one that this function's workspace() returned",
      [&] { f.run(workspace, in, out); });
  auto moved = std::move(workspace);
  expect_error("[function] the workspace was moved from; use one that this function's workspace() returned",
               [&] { g.run(workspace, in, out); });
  const auto copy = g;
  copy.run(moved, in, out);
  BOOST_TEST(y == 3);
  workspace = f.workspace();
  f.run(workspace, in, out);
  BOOST_TEST(y == f({Value(2.0)})[0].item());
}

BOOST_AUTO_TEST_CASE(a_workspace_outlives_its_function) {
  double x = 2, y = 0;
  const std::array<const double*, 1> in{&x};
  const std::array out{&y};
  auto f =
      std::make_unique<Function>(compile([](const Variables& v) { return Variables{v[0] * 3.0}; }, {{1, 1}}));
  auto workspace = f->workspace();
  const Function copy = *f;
  f.reset();
  copy.run(workspace, in, out);
  BOOST_TEST(y == 6);
}

BOOST_AUTO_TEST_CASE(one_variable_cannot_be_two_inputs) {
  ad::Tape<double> tape;
  const auto a = tape.variable(2.0), b = tape.variable(3.0);
  expect_error(
      "[compile] input 2 is a variable that stands among the inputs already; record another variable for it, "
      "or pass it once",
      [&] {
        ad::compile<double>(tape, {a, b, a}, {a * a});
      });
}

BOOST_AUTO_TEST_CASE(captured_constants_are_aligned_like_the_memory_of_tapes) {
  for (const ad::Index columns : {1, 3, 40}) {
    const auto f = compile(
        [&](const Variables& x) {
          return Variables{ad::matmul(x[0], x[0].tape().constant(random_value({5, columns}, 1)))};
        },
        {{200, 5}});
    for (const auto& slot : f.program().slots)
      if (slot.constant) BOOST_TEST(reinterpret_cast<std::uintptr_t>(slot.constant->data()) % 64 == 0u);
  }
}

BOOST_AUTO_TEST_CASE(repeated_expressions_are_computed_once) {
  const auto f = compile(
      [](const Variables& x) {
        const auto twice = ad::tanh(x[0] + x[1]) * ad::tanh(x[0] + x[1]);
        return Variables{twice, ad::tanh(x[0] + x[1]) * ad::tanh(x[0] + x[1]), ad::tanh(x[1] + x[0])};
      },
      {{2, 2}, {2, 2}});
  BOOST_TEST((ops_of(f) == Ops{{"add", 2}, {"tanh", 2}, {"multiply", 1}}), f.describe());
}

BOOST_AUTO_TEST_CASE(repeated_ops_with_attributes_are_computed_once) {
  const auto operations = [](std::size_t times) {
    return compile(
               [&](const Variables& x) {
                 Variables results;
                 for (std::size_t i = 0; i < times; ++i) {
                   const auto part = ad::slice_columns(ad::slice_rows(ad::tanh(x[0]), 1, 2), 0, 2);
                   const auto rows = ad::gather_rows(ad::concatenate({part, part}, 1), {1, 1});
                   results.push_back(ad::gradient(ad::sum(ad::square(rows)), x[0]));
                 }
                 return results;
               },
               {{3, 3}})
        .graph()
        .nodes.size();
  };
  BOOST_TEST(operations(2) == operations(1));
}

BOOST_AUTO_TEST_CASE(ops_with_different_attributes_are_not_the_same_expression) {
  check_compiled(
      [](const Variables& x) {
        const auto a = x[0], b = ad::tanh(a);
        return Variables{scale_and_add(2, a, a),
                         scale_and_add(3, a, a),
                         ad::slice_columns(a, 0, 2),
                         ad::slice_columns(a, 1, 2),
                         ad::slice_rows(a, 0, 2),
                         ad::slice_rows(a, 1, 2),
                         ad::split(a, {1, 2}, 0)[1],
                         ad::split(a, {2, 1}, 0)[1],
                         ad::split(a, {1, 2}, 1)[1],
                         ad::split(a, {2, 1}, 1)[1],
                         ad::concatenate({a, b}, 0),
                         ad::concatenate({a, b}, 1),
                         ad::gather_rows(a, {0, 1}),
                         ad::gather_rows(a, {1, 0}),
                         ad::scatter_rows(a, {0, 1, 2}, 4),
                         ad::scatter_rows(a, {0, 1, 2}, 5),
                         ad::scatter_rows(a, {2, 1, 0}, 4),
                         ad::sum(a, 0),
                         ad::sum(a, 1),
                         ad::max(a, 0),
                         ad::max(a, 1),
                         ad::reshape(a, {1, 9}),
                         ad::reshape(a, {9, 1}),
                         ad::matmul(a, b),
                         ad::matmul_tn(a, b),
                         ad::matmul_nt(a, b)};
      },
      {random_value({3, 3}, 1)});
}

BOOST_AUTO_TEST_CASE(what_no_result_needs_is_not_computed) {
  const auto f = compile(
      [](const Variables& x) {
        const auto dead = ad::exp(ad::sin(x[0]));
        ad::gradient(ad::sum(dead), x[0]);
        return Variables{ad::cos(x[0])};
      },
      {{2, 2}, {3, 3}});
  BOOST_TEST((ops_of(f) == Ops{{"cos", 1}}), f.describe());
  BOOST_TEST(f.input_shapes().size() == 2u);  // inputs stay
}

BOOST_AUTO_TEST_CASE(constants_are_folded_and_neutral_operands_dropped) {
  const auto f = compile(
      [](const Variables& x) {
        ad::Tape<double>& tape = x[0].tape();
        const auto c = ad::exp(tape.constant(matrix({{1, 2}}))) * 2.0;
        const auto zeros = ad::zeros_like(x[0]);
        return Variables{x[0] * c, (x[0] + 0.0) * 1.0 + zeros, 1.0 * x[0] + ad::sin(zeros), c};
      },
      {{1, 2}});
  BOOST_TEST((ops_of(f) == Ops{{"multiply", 1}}), f.describe());
  const auto y = f({matrix({{3, 4}})});
  BOOST_TEST(difference(y[0], matrix({{6 * std::exp(1), 8 * std::exp(2)}})) < 1e-15);
  BOOST_TEST(difference(y[1], matrix({{3, 4}})) == 0);
  BOOST_TEST(difference(y[2], matrix({{3, 4}})) == 0);
  BOOST_TEST(difference(y[3], matrix({{2 * std::exp(1), 2 * std::exp(2)}})) < 1e-15);
}

BOOST_AUTO_TEST_CASE(a_neutral_operand_that_broadcasts_is_not_dropped) {
  const auto f = compile(
      [](const Variables& x) {
        return Variables{x[0] + ad::zeros_like(x[1]), ad::zeros_like(x[1]) + x[1], 0.0 - x[1], 1.0 / x[1]};
      },
      {{1, 2}, {3, 2}});
  BOOST_TEST((ops_of(f) == Ops{{"add", 1}, {"subtract", 1}, {"divide", 1}}), f.describe());
  BOOST_TEST((f.output_shapes()[0] == Shape{3, 2}));
}

/// a - b; only the second operand may be left out.
struct Minus {
  static constexpr auto name = "minus";
  static constexpr double neutral = 0;
  static Shape shape(Shape a, Shape) { return a; }
  template <class S>
  static void forward(ad::View<S> y, ad::ConstView<S> a, ad::ConstView<S> b) {
    y.map() = a.map() - b.map();
  }
  static constexpr auto vjp = ad::rules([](auto& g, auto&, auto&, auto&) { return g; },
                                        [](auto& g, auto&, auto&, auto&) { return -g; });
};

BOOST_AUTO_TEST_CASE(an_operand_is_neutral_on_the_side_that_its_op_names) {
  const auto f = compile(
      [](const Variables& x) {
        const auto zero = ad::zeros_like(x[0]);
        return Variables{ad::apply(Minus{}, zero, x[0]),
                         ad::apply(Minus{}, x[0], zero),
                         x[0] - 0.0,
                         0.0 - x[0],
                         x[0] / 1.0,
                         1.0 / x[0]};
      },
      {{1, 1}});
  BOOST_TEST((ops_of(f) == Ops{{"minus", 1}, {"subtract", 1}, {"divide", 1}}), f.describe());
  const Values y = f({Value(4.0)});
  BOOST_TEST(y[0].item() == -4);
  BOOST_TEST(y[1].item() == 4);
  BOOST_TEST(y[2].item() == 4);
  BOOST_TEST(y[3].item() == -4);
  BOOST_TEST(y[4].item() == 4);
  BOOST_TEST(y[5].item() == 0.25);
}

BOOST_AUTO_TEST_CASE(large_constant_results_are_computed_when_run) {
  const auto f = compile(
      [](const Variables& x) {
        const auto large = ad::broadcast_to(x[0].tape().constant(2.0), {100, 100});
        return Variables{x[0] + ad::sum(large * large), ad::slice_rows(large, 3, 2)};
      },
      {{1, 1}});
  BOOST_TEST(f({Value(1.0)})[0].item() == 40001);
  BOOST_TEST((f({Value(1.0)})[1].array() == 2).all());
  BOOST_TEST(f.describe().find(" 8 bytes of constants") != std::string::npos, f.describe());
  check_plan(f);
}

BOOST_AUTO_TEST_CASE(parts_of_large_constants_lie_in_them) {
  const Value large = random_value({100, 100}, 1);
  check_compiled(
      [&](const Variables& x) {
        const auto part = ad::slice_rows(x[0].tape().constant(large), 20, 70);
        return Variables{part, x[0] * part, ad::slice_rows(part, 30, 10)};
      },
      {Value(2.0)});
}

BOOST_AUTO_TEST_CASE(results_may_be_inputs_constants_parts_and_repeated) {
  check_compiled(
      [](const Variables& x) {
        const auto y = ad::tanh(x[0]), c = x[0].tape().constant(matrix({{1, 2}, {3, 4}, {5, 6}}));
        const auto part = ad::slice_rows(y, 1, 1), all = ad::reshape(y, {2, 3}), grown = ad::exp(all) * all;
        return Variables{x[0],
                         x[0],
                         c,
                         ad::slice_rows(c, 1, 2),
                         y,
                         y,
                         part,
                         all,
                         ad::reshape(all, {6, 1}),
                         ad::stop_gradient(y),
                         ad::slice_rows(x[0], 0, 2),
                         ad::reshape(x[0], {1, 6}),
                         grown,
                         ad::split(grown, {1, 1}, 0)[1],
                         part};
      },
      {random_value({3, 2}, 1)});
  check_compiled(
      [](const Variables& x) {
        return Variables{x[1], x[0]};
      },
      {random_value({3, 2}, 1), random_value({2, 2}, 2)});
  check_compiled([](const Variables&) { return Variables{}; }, {Value(1.0)});
}

BOOST_AUTO_TEST_CASE(elementwise_chains_work_in_place) {
  const auto f = compile(
      [](const Variables& x) {
        auto y = x[0];
        for (int i = 0; i < 20; ++i) y = scale_and_add(0.5, ad::tanh(y), ad::sin(y));
        return Variables{ad::sum(y)};
      },
      {{8, 8}});
  BOOST_TEST(ad::Plan<double>(f.graph()).buffer_size <= 3 * 64, f.describe());
  check_plan(f);
}

BOOST_AUTO_TEST_CASE(an_operand_read_as_a_whole_and_in_part_is_not_written_over) {
  check_compiled(
      [](const Variables& x) {
        const auto y = ad::tanh(x[0]), z = ad::exp(x[0]), u = ad::sin(x[1]);
        return Variables{ad::exp(y * ad::slice_rows(y, 0, 1)), ad::exp(ad::split(z, {2, 1}, 0)[1] - z),
                         ad::exp(u * ad::reshape(u, {1, 3})), ad::exp(ad::reshape(u, {1, 3}) - u)};
      },
      {random_value({3, 2}, 1), random_value({3, 1}, 2)});
}

BOOST_AUTO_TEST_CASE(results_nobody_uses_do_not_hold_memory) {
  const auto size = [](int steps) {
    const auto f = compile(
        [=](const Variables& x) {
          auto y = x[0];
          for (int i = 0; i < steps; ++i) y = cos_sin(y)[1];
          return Variables{ad::sum(y)};
        },
        {{8, 8}});
    check_plan(f);
    return ad::Plan<double>(f.graph()).buffer_size;
  };
  BOOST_TEST(size(20) == size(3));
}

BOOST_AUTO_TEST_CASE(the_verifier_finds_a_value_written_over) {
  const auto f = compile(
      [](const Variables& x) { return Variables{ad::sum(ad::exp(x[0]) * ad::sum(ad::exp(x[0]), 0))}; },
      {{8, 8}});
  ad::Plan<double> plan(f.graph());
  BOOST_TEST(verify(f.graph(), plan) == "");
  for (auto& place : plan.places)
    if (place.home == ad::Plan<double>::Home::buffer) place.offset = 0;
  BOOST_TEST(verify(f.graph(), plan) == "op 1 (sum) writes %2, over %1");
}

BOOST_AUTO_TEST_CASE(a_workspace_forgets_the_addresses_of_the_last_run) {
  const auto f = compile(
      [](const Variables& x) {
        return Variables{ad::tanh(x[0]), ad::reshape(x[0], {1, 6}), x[0]};
      },
      {{2, 3}});
  auto workspace = f.workspace();
  for (const std::uint64_t seed : {1, 2}) {
    const Value x = random_value({2, 3}, seed);
    Values y = {Value(Shape{2, 3}), Value(Shape{1, 6}), Value(Shape{2, 3})};
    const double* in[] = {x.data()};
    double* out[] = {y[0].data(), y[1].data(), y[2].data()};
    f.run(workspace, in, out);
    BOOST_TEST(difference(y[0], x.array().tanh().eval()) < 1e-15);
    BOOST_TEST(difference(y[2], x) == 0);
    BOOST_TEST(std::equal(x.data(), x.data() + 6, y[1].data()));
  }
}

BOOST_AUTO_TEST_CASE(a_copy_of_a_function_works_when_the_first_is_gone) {
  std::vector<Function> copies;
  {
    const auto f = compile(
        [](const Variables& x) {
          return Variables{x[0] * x[0].tape().constant(matrix({{2, 3}}))};
        },
        {{1, 2}});
    copies = {f, f};
  }
  BOOST_TEST(difference(copies[1]({matrix({{1, 2}})})[0], matrix({{2, 6}})) == 0);
}

BOOST_AUTO_TEST_CASE(many_threads_run_one_function_to_the_same_bits) {
  const auto f = compile(training_with_gradient, shapes_of(training_inputs));
  const auto round = [&](std::uint64_t seed) {
    Values x;
    for (const auto& v : training_inputs) x.push_back(random_value(v.shape(), seed));
    return f(x);
  };
  constexpr std::uint64_t rounds = 30;
  std::vector<std::vector<Values>> found(4);
  std::vector<std::thread> threads;  // the first run, which compiles the loop's body, is raced for too
  for (auto& results : found)
    threads.emplace_back([&] {
      for (std::uint64_t seed = 0; seed < rounds; ++seed) results.push_back(round(seed));
    });
  for (auto& thread : threads) thread.join();
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    const Values expected = round(seed);
    for (const auto& results : found) BOOST_TEST(difference(results[seed], expected) == 0);
  }
}

BOOST_AUTO_TEST_CASE(empty_matrices_pass_through) {
  check_compiled(
      [](const Variables& x) {
        return Variables{ad::matmul(x[0], x[1]), ad::sum(ad::tanh(x[0])), ad::tanh(x[0]),
                         ad::reshape(x[0], {5, 0}), x[0]};
      },
      {Value(Shape{0, 3}), random_value({3, 2}, 1)});
}

BOOST_AUTO_TEST_CASE(the_description_counts_operations_and_bytes) {
  const auto f = compile(
      [](const Variables& x) {
        return Variables{ad::sum(ad::tanh(x[0]) * x[0].tape().constant(random_value({3, 4}, 1)))};
      },
      {{3, 4}});
  BOOST_TEST(f.describe() ==
             "2 operations, 36 flops, 128 bytes of buffers, 96 bytes of constants\n"
             "inputs %0 (3,4)\n"
             "%2 (3,4) = tanh %0 (3,4)\n"
             "%4 (1,1) = sum_of_products %2 (3,4), %1 (3,4)\n"
             "outputs %4 (1,1)\n");
}

BOOST_AUTO_TEST_CASE(single_precision_compiles_too) {
  const auto f = ad::compile<float>(
      [](const auto& x) { return std::vector{ad::gradient(ad::sum(ad::exp(x[0])), x[0])}; }, {{1, 2}});
  BOOST_TEST(difference(f({matrix<float>({{0, 1}})})[0], matrix({{1, std::exp(1)}})) < 1e-6);
}

BOOST_AUTO_TEST_SUITE_END()
