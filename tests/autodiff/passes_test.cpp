// What becomes of a graph on its way to the program that runs, and that no bit of the results changes.
#include "../support/values.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace engram::test;

namespace {

constexpr auto list = [](const auto&... y) { return Variables{y...}; };

/// The operations that run, in order: "matmul, tanh of a sum".
template <class S>
std::string program(const ad::Function<S>& f) {
  std::string text;
  for (const auto& node : f.program().nodes) {
    const std::string note = node.operation->note();
    text +=
        (text.empty() ? "" : ", ") + std::string(node.operation->name()) + (note.empty() ? "" : " " + note);
  }
  return text;
}

template <class S>
using Recorded = std::function<std::vector<ad::Variable<S>>(const std::vector<ad::Variable<S>>&)>;

/// How far the results of the compiled function are from the recorded ones.
template <class S>
double difference_from_recorded(const ad::Function<S>& compiled, const Recorded<S>& f,
                                const std::vector<Shape>& shapes) {
  std::vector<ad::Value<S>> x;
  std::vector<ad::Variable<S>> recorded;
  ad::Tape<S> tape;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    x.push_back(random_value<S>(shapes[i], i + 1));
    recorded.push_back(tape.variable(x.back()));
  }
  return difference(compiled(x), f(recorded));
}

/// Compiles f, checks what runs, and compares the results with the recorded ones; these also where any of the
/// inputs are stacks.
template <class S = double>
void check(const std::string& expected, const std::type_identity_t<Recorded<S>>& f,
           const std::vector<Shape>& shapes) {
  const auto compiled = ad::compile<S>(f, shapes);
  BOOST_TEST(program(compiled) == expected);
  BOOST_TEST(difference_from_recorded(compiled, f, shapes) == 0);
  for (unsigned stacked = 1; stacked < 1u << shapes.size(); ++stacked) {
    std::vector<Shape> stacks = shapes;
    for (std::size_t i = 0; i < shapes.size(); ++i)
      if (stacked >> i & 1) stacks[i].stack = 3;
    const auto on_stacks = ad::compile<S>(f, stacks);
    BOOST_TEST_CONTEXT(program(on_stacks) << ", stacks " << stacked)
    BOOST_TEST(difference_from_recorded(on_stacks, f, stacks) == 0);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(passes)

using Scalars = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_CASE(a_sum_of_two_numbers_is_done_in_registers) {
  const auto f = [](const Variables& x) { return list(ad::exp(ad::sum(ad::sin(x[0])))); };
  for (const Shape two : {Shape{1, 2}, Shape{2, 1}}) {
    const auto compiled = ad::compile<double>(f, {two});
    BOOST_REQUIRE(compiled.program().nodes.size() == 1);
    BOOST_TEST(compiled.program().nodes[0].operation->name() == "small");
    BOOST_TEST(difference_from_recorded<double>(compiled, f, {two}) == 0);
  }
  // Of others the kernel knows the order.
  for (const Shape others : {Shape{1, 3}, Shape{2, 2}, Shape{1, 2, 3}}) {
    const auto compiled = ad::compile<double>(f, {others});
    BOOST_TEST(compiled.program().nodes.size() == 3);
    BOOST_TEST(difference_from_recorded<double>(compiled, f, {others}) == 0);
  }
}

BOOST_AUTO_TEST_CASE(cotangents_of_parts_are_laid_side_by_side) {
  const auto gradient = [](auto f) {
    return [f](const Variables& x) { return list(ad::gradient(ad::sum(f(x[0])), x)[0]); };
  };
  const auto rows = [](ad::Index first, ad::Index second) {
    return [=](const Variable& x) {
      return ad::concatenate({ad::sin(ad::slice_rows(x, first, 3)), ad::cos(ad::slice_rows(x, second, 3))},
                             0);
    };
  };
  const auto columns = [](const Variable& x) {
    return ad::sin(ad::slice_columns(x, 5, 2)) * ad::cos(ad::slice_columns(x, 1, 2));
  };
  const auto joined = [](const std::string& text) {
    return text.find("concatenate, add") != std::string::npos && text.find("pad") == std::string::npos;
  };
  const auto expect = [&](bool joins, auto f, Shape shape) {
    for (const ad::Index stack : {1, 3}) {
      shape.stack = stack;
      const auto compiled = ad::compile<double>(gradient(f), {shape});
      BOOST_TEST(joined(program(compiled)) == joins, program(compiled));
      BOOST_TEST(difference_from_recorded<double>(compiled, gradient(f), {shape}) == 0);
    }
  };
  expect(true, rows(0, 3), {6, 4});
  expect(true, rows(5, 1), {9, 4});  // with zeros before, between and behind
  expect(true, columns, {3, 8});
  expect(false, rows(0, 2), {6, 4});  // they overlap
  // Parts of parts.
  expect(
      true,
      [&](const Variable& x) { return columns(ad::slice_rows(x, 0, 3)) + columns(ad::slice_rows(x, 3, 3)); },
      {6, 8});

  // A pad that is added makes 0 of -0.
  const auto zeros = [](const Variables& x) {
    const auto a = ad::slice_rows(x[0], 0, 5), b = ad::slice_rows(x[0], 5, 5);
    return list(ad::gradient(ad::sum(-0.0 * ad::square(a)) + ad::sum(ad::square(b)), x)[0]);
  };
  const auto compiled = ad::compile<double>(zeros, {{10, 3}});
  BOOST_TEST(joined(program(compiled)), program(compiled));
  ad::Tape<double> tape;
  const Value x = random_value({10, 3}, 1), y = compiled(Values{x})[0];
  const Value recorded = zeros({tape.variable(x)})[0].value();
  for (ad::Index i = 0; i < 30; ++i)
    BOOST_TEST(std::signbit(recorded.data()[i]) == std::signbit(y.data()[i]));
}

BOOST_AUTO_TEST_CASE(a_product_takes_up_what_is_added_to_it) {
  const auto after = [](const Variables& x) { return list(ad::matmul(x[0], x[1]) + x[2]); };
  const auto before = [](const Variables& x) { return list(x[2] + ad::matmul(x[0], x[1])); };
  for (const Shape addend : {Shape{9, 5}, Shape{1, 5}, Shape{9, 1}, Shape{1, 1}}) {
    check("matmul_add", after, {{9, 4}, {4, 5}, addend});
    check("matmul_add", before, {{9, 4}, {4, 5}, addend});
  }
  // By each way in which a product is computed: few columns, few rows of a transposed operand, vectors.
  check("matmul_add transposed second",
        [](const Variables& x) { return list(ad::matmul_nt(x[0], x[1]) + x[2]); },
        {{3, 16}, {40, 16}, {3, 1}});
  check("matmul_add", after, {{20, 20}, {20, 2}, {20, 2}});
  check("matmul_add transposed first",
        [](const Variables& x) { return list(ad::matmul_tn(x[0], x[1]) + x[2]); },
        {{20, 20}, {20, 2}, {1, 2}});
  check("matmul_add", after, {{1, 7}, {7, 1}, {1, 1}});
  check("matmul_add", after, {{3, 0}, {0, 2}, {3, 2}});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_tiny_product_takes_up_what_is_added_to_it, S, Scalars) {
  using V = std::vector<ad::Variable<S>>;
  const auto nn = [](const V& x) { return V{ad::matmul(x[0], x[1]) + x[2]}; };
  const auto nt = [](const V& x) { return V{ad::matmul_nt(x[0], x[1]) + x[2]}; };
  const auto tn = [](const V& x) { return V{ad::matmul_tn(x[0], x[1]) + x[2]}; };
  for (ad::Index m = 1; m <= 4; ++m)
    for (ad::Index k = 1; k <= 4; ++k)
      for (ad::Index n = 1; n <= 4; ++n)
        for (const Shape addend : {Shape{m, n}, Shape{1, n}, Shape{m, 1}, Shape{1, 1}}) {
          check<S>("matmul_add", nn, {{m, k}, {k, n}, addend});
          check<S>("matmul_add transposed second", nt, {{m, k}, {n, k}, addend});
          check<S>("matmul_add transposed first", tn, {{k, m}, {k, n}, addend});
        }
}

BOOST_AUTO_TEST_CASE(the_last_of_several_products_takes_up_the_others) {
  check("matmul, matmul_add",
        [](const Variables& x) { return list(ad::matmul(x[0], x[1]) + ad::matmul(x[2], x[3])); },
        {{9, 4}, {4, 5}, {9, 3}, {3, 5}});
}

BOOST_AUTO_TEST_CASE(a_product_that_is_read_elsewhere_stays) {
  check("matmul, add, tanh",
        [](const Variables& x) {
          const auto y = ad::matmul(x[0], x[1]), sum = y + x[2];
          return list(sum, ad::tanh(y));
        },
        {{9, 4}, {4, 5}, {1, 5}});
}

BOOST_AUTO_TEST_CASE(a_product_that_is_broadcast_itself_stays) {
  check("matmul, add", [](const Variables& x) { return list(ad::matmul(x[0], x[1]) + x[2]); },
        {{1, 4}, {4, 5}, {9, 5}});
}

BOOST_AUTO_TEST_CASE(functions_of_sums_do_not_store_them) {
  for (const Shape b : {Shape{9, 5}, Shape{1, 5}, Shape{9, 1}, Shape{1, 1}}) {
    const auto of_sum = [&](const std::string& name, const auto& f) {
      check(name + " of a sum", [&](const Variables& x) { return list(f(x[0] + x[1])); }, {{9, 5}, b});
      check(name + " of a sum", [&](const Variables& x) { return list(f(x[1] + x[0])); }, {{9, 5}, b});
    };
    of_sum("tanh", [](const Variable& x) { return ad::tanh(x); });
    of_sum("sigmoid", [](const Variable& x) { return ad::sigmoid(x); });
    of_sum("softplus", [](const Variable& x) { return ad::softplus(x); });
    of_sum("relu", [](const Variable& x) { return ad::relu(x); });
    of_sum("exp", [](const Variable& x) { return ad::exp(x); });
  }
}

BOOST_AUTO_TEST_CASE(a_sum_of_two_broadcast_operands_is_stored) {
  check("add, tanh", [](const Variables& x) { return list(ad::tanh(x[0] + x[1])); }, {{9, 1}, {1, 5}});
}

BOOST_AUTO_TEST_CASE(a_sum_that_is_read_elsewhere_stays) {
  check("add, tanh",
        [](const Variables& x) {
          const auto y = x[0] + x[1];
          return list(y, ad::tanh(y));
        },
        {{9, 5}, {1, 5}});
}

BOOST_AUTO_TEST_CASE(what_is_repeated_is_read_where_it_lies) {
  // Of every example of a batch of 3 the same 2x4 is added, as a row of 8; and that is what flows back too.
  const auto f = [](const Variables& x) {
    const auto h = ad::reshape(ad::broadcast_to(x[1], {3, 8}), {6, 4});
    return list(ad::tanh(h + ad::matmul(x[0], x[2])));
  };
  check("matmul, tanh of a sum", f, {{6, 5}, {1, 8}, {5, 4}});
}

BOOST_AUTO_TEST_CASE(the_derivative_of_tanh_takes_a_sum_for_its_cotangent) {
  check<float>("tanh, tanh_pullback of a sum",
               [](const auto& x) {
                 const auto y = ad::tanh(x[0]);
                 return std::vector{ad::gradient(ad::sum(y * x[1]) + ad::sum(y * x[2]), x[0])};
               },
               {{9, 5}, {9, 5}, {9, 5}});
}

BOOST_AUTO_TEST_CASE(a_scaled_operand_is_added_at_once) {
  for (const Shape shape : {Shape{7, 9}, Shape{3, 4}, Shape{1, 40}}) {
    check("add_scaled", [](const Variables& x) { return list(x[0] + x[1] * x[2]); }, {shape, {1, 1}, shape});
    check("add_scaled", [](const Variables& x) { return list(x[2] * x[1] + x[0]); }, {shape, {1, 1}, shape});
  }
  check("add_scaled, add_scaled", [](const Variables& x) { return list(x[0] + x[1] * x[2] + x[1] * x[0]); },
        {{7, 9}, {1, 1}, {7, 9}});
  // Not what is broadcast, nor numbers alone, nor a product that is read elsewhere.
  check("multiply, add", [](const Variables& x) { return list(x[0] + x[1] * x[2]); },
        {{7, 9}, {1, 1}, {1, 9}});
  check("small 2 operations in 2 steps", [](const Variables& x) { return list(x[0] + x[1] * x[2]); },
        {{1, 1}, {1, 1}, {1, 1}});
  check("multiply, add",
        [](const Variables& x) {
          const auto y = x[1] * x[2];
          return list(x[0] + y, y);
        },
        {{7, 9}, {1, 1}, {7, 9}});
}

BOOST_AUTO_TEST_CASE(nothing_is_multiplied_by_ones_however_many_they_are) {
  const auto f = [](const Variables& x) { return list(ad::gradient(ad::sum(ad::exp(x[0])), x[0])); };
  check("exp", f, {{3, 4}});
  check("exp", f, {{70, 70}});
}

BOOST_AUTO_TEST_CASE(a_sum_of_products_stores_none) {
  for (ad::Index rows : {1, 2, 3, 5, 33})
    for (ad::Index columns : {3, 4, 8, 16, 17})
      check("sum_of_products", [](const Variables& x) { return list(ad::sum(x[0] * x[1])); },
            {{rows, columns}, {rows, columns}});
  check("multiply, sum", [](const Variables& x) { return list(ad::sum(x[0] * x[1])); }, {{7, 9}, {1, 9}});
  check("multiply, sum", [](const Variables& x) { return list(ad::sum(x[0] * x[1], 0)); }, {{7, 9}, {7, 9}});
}

BOOST_AUTO_TEST_CASE(flops_are_counted) {
  const auto product = [](const Variables& x) { return list(ad::tanh(ad::matmul(x[0], x[1]) + x[2])); };
  const auto f = ad::compile<double>(product, {{6, 5}, {5, 4}, {1, 4}});
  BOOST_TEST(ad::flops(f.graph()) == 2 * 6 * 5 * 4 + 24 + 24);
  BOOST_TEST(ad::flops(f.program()) == ad::flops(f.graph()));
  BOOST_TEST(f.describe().find("288 flops") != std::string::npos, f.describe());
  const auto loop = ad::compile<double>(
      [](const Variables& x) {
        const auto body = [](auto carry, auto, auto k) {
          return ad::StepResult<Variable>{{ad::reshape(ad::matmul(carry[0], k[0]), {1, 3})}, {}};
        };
        return ad::scan<double>(body, {x[0]}, {}, {x[1]}, 10).carry;
      },
      {{1, 3}, {3, 3}});
  BOOST_TEST(ad::flops(loop.graph()) == 10 * 18);
}

BOOST_AUTO_TEST_SUITE_END()
