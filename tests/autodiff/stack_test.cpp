// On a stack every op does what it does on each matrix.
#include "../support/agreement.hpp"
#include "../support/op_row.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <numeric>
#include <set>

using namespace engram::test;

namespace {

/// Shapes of inputs, some of which are stacks of n matrices.
std::vector<Shape> stacked(std::vector<Shape> shapes, ad::Index n, const std::vector<char>& is_stack) {
  for (std::size_t i = 0; i < shapes.size(); ++i)
    if (is_stack[i]) shapes[i].stack = n;
  return shapes;
}

bool has_stacks(const Variables& y) {
  return std::any_of(y.begin(), y.end(), [](const auto& v) { return v.stack() != 1; });
}

/// Whether the row's function is written for matrices.
bool is_for_matrices(const Row& row, const std::vector<Shape>& shapes) {
  ad::Tape<double> tape;
  const Variables x = record(tape, distinct_values(shapes, 1, row.shift));
  return !row.function.ends_with("stack") && !has_stacks(x) && !has_stacks(row.f(x));
}

/// All inputs as stacks; then each alone, the others shared.
std::vector<std::vector<char>> choices(std::size_t inputs) {
  std::vector<std::vector<char>> all{std::vector<char>(inputs, 1)};
  for (std::size_t i = 0; inputs > 1 && i < inputs; ++i) {
    all.emplace_back(inputs, 0);
    all.back()[i] = 1;
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stacks)

BOOST_AUTO_TEST_CASE(every_op_acts_on_each_matrix_of_a_stack_to_second_order) {
  std::size_t checked = 0;
  for (const Row& row : rows())
    for (const auto& shapes : row.shapes) {
      if (!is_for_matrices(row, shapes)) continue;
      for (const ad::Index n : {2, 3, 7})
        for (const auto& is_stack : choices(shapes.size())) {
          const Values inputs = distinct_values(stacked(shapes, n, is_stack), 3, row.shift);
          ad::Tape<double> tape;
          const Variables x = record(tape, inputs);
          const auto each = [&](const Variables& in) { return one_by_one(row.f, in, n); };
          // A gradient of something shared, in the function itself, is a sum over the stack.
          const Variables y = row.f(x);
          if (std::any_of(y.begin(), y.end(), [](const auto& v) { return v.stack() == 1; })) continue;
          const Variables found = with_derivatives_on_stacks(row.f, x),
                          expected = with_derivatives_on_stacks(each, x);
          // The bits are the same, unless something is summed over the stack.
          const bool sums = std::count(is_stack.begin(), is_stack.end(), 0) > 0;
          const double d = difference(found, expected);
          BOOST_TEST(d <= (sums ? 1e-11 : 0),
                     row.function << " on " << n << " of " << ad::to_string(shapes[0]) << ": " << d);
          ++checked;
        }
    }
  BOOST_TEST(checked > 1000u);
}

BOOST_AUTO_TEST_CASE(a_compiled_program_on_stacks_has_the_bits_of_the_recorded_one) {
  for (const Row& row : rows())
    for (const auto& shapes : row.shapes) {
      if (!is_for_matrices(row, shapes)) continue;
      const auto in = stacked(shapes, 3, std::vector<char>(shapes.size(), 1));
      const auto f = [&](const Variables& x) { return with_derivatives_on_stacks(row.f, x); };
      ad::Tape<double> tape;
      const Values inputs = distinct_values(in, 3, row.shift);
      const Variables eager = f(record(tape, inputs));
      BOOST_TEST(difference(ad::compile<double>(f, in)(inputs), eager) == 0, row.function);
    }
}

BOOST_AUTO_TEST_CASE(stacks_are_made_and_taken_apart) {
  const Values matrices{random_value({2, 3}, 1), random_value({2, 3}, 2), random_value({2, 3}, 3)};
  const Value all = ad::stack(matrices);
  BOOST_TEST(ad::to_string(all.shape()) == "3x(2,3)");
  BOOST_TEST(difference(ad::unstack(all), matrices) == 0);
  BOOST_TEST(difference(ad::slice_stack(all, 1, 1), matrices[1]) == 0);
  BOOST_TEST(difference(ad::stack({ad::slice_stack(all, 0, 2), matrices[2]}), all) == 0);
  BOOST_TEST(difference(ad::sum_stack(all), matrices[0] + matrices[1] + matrices[2]) < 1e-15);
  BOOST_TEST(difference(ad::mean_stack(ad::repeat_stack(matrices[0], 5)), matrices[0]) == 0);
  BOOST_TEST(difference(ad::restack(ad::restack(all, {6, 3}), {2, 3, 3}), all) == 0);
  BOOST_TEST(difference(ad::sum_stack(Value(Shape{2, 3, 0})), Value(Eigen::MatrixXd::Zero(2, 3))) == 0);
  BOOST_TEST(ad::unstack(Value(Shape{2, 3, 0})).empty());
}

BOOST_AUTO_TEST_CASE(stacks_that_do_not_fit_are_refused) {
  const Value two(Shape{2, 2, 2}), three(Shape{2, 2, 3});
  expect_error("[add] a stack of 2 and a stack of 3 matrices do not fit", [&] { two + three; });
  expect_error("[matmul] a stack of 2 and a stack of 3 matrices do not fit", [&] { ad::matmul(two, three); });
  expect_error("[concatenate] a stack of 2 and a stack of 3 matrices do not fit", [&] {
    ad::concatenate({two, three}, 0);
  });
  expect_error("[stack] (2,2) and (2,3) do not fit: all matrices of a stack have one shape", [&] {
    ad::stack({two, Value(Shape{2, 3})});
  });
  expect_error("[stack] needs at least one matrix", [&] { ad::stack(Values{}); });
  expect_error("[repeat_stack] 2x(2,2) is a stack already", [&] { ad::repeat_stack(two, 3); });
  expect_error("[repeat_stack] -1 times; there cannot be less than 0", [&] {
    ad::repeat_stack(Value(Shape{2, 2}), -1);
  });
  expect_error("[reshape] 2x(2,2) has 8 values, 3x(2,2) wants 12", [&] { ad::restack(two, {2, 2, 3}); });
  expect_error("[slice] a block of (2,4) from (1,0) on does not lie inside (2,4)",
               [&] { ad::slice_stack(two, 1, 2); });
  expect_error("[mean] there is no mean of no elements: (0,4)", [&] {
    ad::mean_stack(Value(Shape{2, 2, 0}));
  });
  expect_error("[matrix] 2x(2,2) is a stack; take one of its matrices",
               [&] { two.matrix<Eigen::Matrix2d>(); });
  expect_error("[item] the value has shape 2x(1,1), not (1,1)", [] { Value(Shape{1, 1, 2}).item(); });
}

BOOST_AUTO_TEST_CASE(a_shared_matrix_gets_the_sum_of_the_gradients_and_a_repeated_one_each_of_them) {
  ad::Tape<double> tape;
  const auto loss = ad::vmap(
      [](const Variable& w, const Variable& x) { return ad::sum(ad::square(ad::tanh(ad::matmul(x, w)))); });
  const Variable w = tape.variable(random_value({3, 2}, 1)), x = tape.variable(random_value({1, 3, 5}, 2));
  const Variable own = ad::repeat_stack(w, 5);
  const Variable each = ad::gradient(loss(own, x), own), sum = ad::gradient(loss(w, x), w);
  const Variables examples = ad::unstack(x);
  Variables expected;
  for (const Variable& example : examples) expected.push_back(ad::gradient(loss(w, example), w));
  BOOST_TEST(difference(ad::unstack(each), expected) == 0);
  BOOST_TEST(difference(sum, ad::sum_stack(each)) < 1e-15);
  BOOST_TEST(difference(ad::gradient_values(loss(w, x), w), sum) == 0);
}

BOOST_AUTO_TEST_CASE(each_matrix_is_a_sequence_of_its_own) {
  const auto body = [](auto carry, auto x, auto k) {
    using T = std::decay_t<decltype(carry[0])>;
    const T next = ad::tanh(ad::matmul(carry[0], k[0]) + x[0]);
    return ad::StepResult<T>{{next}, {ad::concatenate({next, x[0]}, 0), ad::sum(next)}};
  };
  const auto results = [](auto loop) { return std::vector{loop.carry[0], loop.results[0], loop.results[1]}; };
  // One matrix starts all of them, and all share the constant.
  const Values inputs{random_value({1, 2}, 1), random_value({4, 2, 3}, 2), random_value({2, 2}, 3)};
  for (const bool reverse : {false, true})
    for (const auto keep : {ad::Keep::everything, ad::Keep::carries, ad::Keep::binomial(2)}) {
      const auto scanned = [&](const auto& x) {
        using T = std::decay_t<decltype(x[0])>;
        return results(ad::scan<double>(body, std::vector<T>{x[0]}, std::vector<T>{x[1]},
                                        std::vector<T>{x[2]}, 4,
                                        ad::ScanOptions{.keep = keep, .reverse = reverse}));
      };
      ad::Tape<double> tape;
      const Variables x = record(tape, inputs);
      const auto each = [&](const Variables& in) { return one_by_one(scanned, in, 3); };
      BOOST_TEST(ad::to_string(scanned(x)[1].shape()) == "3x(8,2)");
      BOOST_TEST(difference(with_derivatives_on_stacks(scanned, x), with_derivatives_on_stacks(each, x)) <
                 1e-13);
      BOOST_TEST(difference(scanned(inputs), scanned(x)) == 0);
      const auto report = ad::gradcheck(scanned, inputs);
      BOOST_TEST(report.passed, report.text);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_named_with_its_matrix) {
  ad::Tape<double> tape;
  Value a = ad::repeat_stack(Value(Eigen::MatrixXd::Identity(2, 2)), 3);
  a.data()[4 + 3] = -1;  // of matrix 1
  ad::cholesky(tape.variable(a));
  const auto found = ad::find_non_finite(tape);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->text.find("of matrix 1 of 3x(2,2)") != std::string::npos, found->text);
  BOOST_TEST(found->text.find("in matrix 1 of the stack, ") != std::string::npos, found->text);
}

BOOST_AUTO_TEST_CASE(many_directions_at_once_give_what_one_after_the_other_gives) {
  const auto column = [](const Variables& y) {
    Variables parts;
    for (const auto& v : y) parts.push_back(ad::reshape(v, {v.shape().size(), 1}));
    return ad::concatenate(parts, 0);
  };
  std::size_t checked = 0;
  for (const Row& row : rows())
    for (const auto& shapes : row.shapes) {
      if (!is_for_matrices(row, shapes)) continue;
      ad::Tape<double> tape;
      const Variables x = record(tape, distinct_values(shapes, 3, row.shift));
      const Variable once = column(row.f(x));
      for (const Variable& y : {once, ad::concatenate(Variables(8, once), 0)}) {  // backwards, forwards
        std::vector<Variables> expected(x.size());
        for (ad::Index k = 0; k < y.rows(); ++k) {
          const Variables x_bar = ad::gradient(ad::at(y, k, 0), x);
          for (std::size_t i = 0; i < x.size(); ++i)
            expected[i].push_back(ad::reshape(x_bar[i], {1, x[i].shape().size()}));
        }
        const Variables found = ad::jacobian(y, x);
        for (std::size_t i = 0; i < x.size(); ++i)
          BOOST_TEST(difference(found[i], ad::concatenate(expected[i], 0)) < 1e-13, row.function);
        checked += y.rows() > 8;
      }
    }
  BOOST_TEST(checked > 300u);
}

BOOST_AUTO_TEST_CASE(more_directions_of_a_jacobian_are_no_more_operations) {
  const std::set<std::string> one_at_a_time{"scan",        "while_loop", "checkpoint", "custom_vjp",
                                            "fixed_point", "root",       "minimize",   "odeint"};
  for (const Row& row : rows()) {
    if (one_at_a_time.count(row.function)) continue;
    for (const auto& shapes : row.shapes) {
      if (!is_for_matrices(row, shapes)) continue;
      const auto operations = [&](ad::Index directions) {
        ad::Tape<double> tape;
        const Variables x = record(tape, distinct_values(shapes, 3, row.shift));
        const Variable y = ad::sum(row.f(x)[0]) * tape.constant(random_value({directions, 1}, 1));
        const std::size_t before = tape.nodes().size();
        ad::jacobian(y, x);
        return tape.nodes().size() - before;
      };
      // Backwards both, or forwards both, as is less.
      const bool is_nine = std::accumulate(shapes.begin(), shapes.end(), ad::Index{0},
                                           [](ad::Index n, Shape v) { return n + v.size(); }) == 9;
      BOOST_TEST(operations(is_nine ? 10 : 9) == operations(is_nine ? 11 : 10), row.function);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_work_on_a_stack_is_that_on_all_its_matrices) {
  for (const Row& row : rows())
    for (const auto& shapes : row.shapes) {
      if (!is_for_matrices(row, shapes)) continue;
      bool is_shared = false;
      const auto compiled = [&](ad::Index n) {
        const auto f = [&](const Variables& x) {
          Variables y = row.f(x);
          is_shared = std::any_of(y.begin(), y.end(), [](const auto& v) { return v.stack() == 1; });
          for (const Variable& v : ad::gradient(total(y), x)) y.push_back(v);
          return y;
        };
        return ad::compile<double>(f, stacked(shapes, n, std::vector<char>(shapes.size(), 1)));
      };
      const auto one = compiled(1), four = compiled(4);
      if (is_shared) continue;
      // Loops count their own steps once for all matrices.
      const double each = ad::flops(one.graph()), all = ad::flops(four.graph());
      BOOST_TEST_CONTEXT(row.function << "\n" << one.describe() << four.describe())
      BOOST_TEST((each >= 0 && std::abs(all - 4 * each) <= 0.5 * each));
    }
}

BOOST_AUTO_TEST_CASE(a_jacobian_is_that_of_each_matrix) {
  ad::Tape<double> tape;
  const Variable x = tape.variable(random_value({2, 2, 3}, 1));
  const auto f = [](const Variable& v) { return ad::sin(ad::matmul(v, ad::transpose(v))); };
  const Variable all = ad::jacobian(f(x), list(x))[0];
  const Variables matrices = ad::unstack(x);
  for (std::size_t s = 0; s < 3; ++s)
    BOOST_TEST(difference(ad::unstack(all)[s], ad::jacobian(f(matrices[s]), list(matrices[s]))[0]) == 0);
}

BOOST_AUTO_TEST_CASE(a_product_with_a_shared_matrix_is_one_tall_product) {
  ad::Tape<double> tape(ad::tracing);
  const Variable a = tape.placeholder({2, 3, 4}), b = tape.placeholder({3, 5});
  const std::size_t before = tape.nodes().size();
  const Variable b_bar =
      ad::vjp<double>(list(ad::matmul(a, b)), list(tape.placeholder({2, 5, 4})), list(b))[0];
  BOOST_TEST(ad::to_string(b_bar.shape()) == "(3,5)");
  const auto nodes = tape.nodes().subspan(before);
  BOOST_TEST(std::none_of(nodes.begin(), nodes.end(),
                          [](const auto& n) { return std::string(n.operation->name()) == "sum"; }));
}

BOOST_AUTO_TEST_SUITE_END()
