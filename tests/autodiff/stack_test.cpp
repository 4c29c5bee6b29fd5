// On a stack every op does what it does on each matrix.
#include "../support/agreement.hpp"
#include "../support/op_row.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>

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

BOOST_AUTO_TEST_SUITE_END()
