// What ops compute, against plain loops: as values and as variables, in float and in double.
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;
using ad::Array;
using ad::Index;

namespace {

#define CALL(function) [](const auto&... arguments) { return ad::function(arguments...); }

/// f of these inputs, as values and as variables of both precisions, against what double precision expects.
void check(const std::string& what, const Values& inputs, const Array<double>& expected, auto f) {
  for_all_kinds([&](auto make) {
    using T = decltype(make(inputs[0]));
    using S = typename T::Scalar;
    std::vector<T> x;
    for (const auto& v : inputs) x.push_back(make(v));
    const auto found = array_of(f(x));
    BOOST_TEST(difference(found, expected) <= 8 * std::numeric_limits<S>::epsilon(),
               what << " of " << ad::to_string(inputs[0].shape()) << ":\n"
                    << found << "\nnot\n"
                    << expected);
  });
}

/// Doubles that are floats too, so that both precisions start from the same numbers.
Value numbers(Shape shape, std::uint64_t seed, double low = -2, double high = 2) {
  return Value(random_value<float>(shape, seed, static_cast<float>(low), static_cast<float>(high))
                   .array()
                   .cast<double>());
}

void check_unary(const std::string& what, auto f, auto expected, double low = -2, double high = 2) {
  for (const Shape shape : {Shape{3, 4}, {1, 1}, {1, 37}, {19, 1}, {5, 7}, {0, 3}, {3, 0}, {0, 0}}) {
    const Value x = numbers(shape, 1, low, high);
    check(what, {x}, x.array().unaryExpr(expected), [&](const auto& v) { return f(v[0]); });
  }
}

void check_binary(const std::string& what, auto f, auto expected, double low = -2, double high = 2) {
  for (const Shape a : {Shape{3, 4}, {1, 4}, {3, 1}, {1, 1}, {0, 4}, {3, 0}, {0, 1}, {3, 19}})
    for (const Shape b : {Shape{3, 4}, {1, 4}, {3, 1}, {1, 1}, {0, 4}, {3, 0}, {1, 0}, {3, 19}}) {
      if ((a.rows != b.rows && a.rows != 1 && b.rows != 1) ||
          (a.columns != b.columns && a.columns != 1 && b.columns != 1))
        continue;
      const Value x = numbers(a, 1, low, high);
      Value y = numbers(b, 2, low, high);
      if (a == b && a.size() > 0) y.data()[0] = x.data()[0];  // a tie
      const Shape shape = ad::broadcast_shape("test", a, b);
      const auto at = [](const Value& v, Index r, Index c) {
        return v.array()(v.rows() == 1 ? 0 : r, v.columns() == 1 ? 0 : c);
      };
      Array<double> z(shape.rows, shape.columns);
      for (Index r = 0; r < shape.rows; ++r)
        for (Index c = 0; c < shape.columns; ++c) z(r, c) = expected(at(x, r, c), at(y, r, c));
      check(what, {x, y}, z, [&](const auto& v) { return f(v[0], v[1]); });
    }
}

/// The derivative of sum f(x) at these numbers.
Array<double> derivative(const Value& x, auto f) {
  ad::Tape<double> tape;
  const auto v = tape.variable(x);
  return array_of(ad::gradient(ad::sum(f(v)), v));
}

void check_numbers(const Array<double>& found, const Value& expected) {
  BOOST_TEST(difference(found, expected) == 0, found << "\nnot\n" << expected.array());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ops_values)

BOOST_AUTO_TEST_CASE(functions_of_one_variable_are_those_of_the_standard_library) {
  check_unary("negate", CALL(operator-), [](double x) { return -x; });
  check_unary("square", CALL(square), [](double x) { return x * x; });
  check_unary(
      "sqrt", CALL(sqrt), [](double x) { return std::sqrt(x); }, 0, 9);
  check_unary("exp", CALL(exp), [](double x) { return std::exp(x); });
  check_unary(
      "log", CALL(log), [](double x) { return std::log(x); }, 1e-3, 9);
  check_unary(
      "log1p", CALL(log1p), [](double x) { return std::log1p(x); }, -0.9, 9);
  check_unary("expm1", CALL(expm1), [](double x) { return std::expm1(x); });
  check_unary("tanh", CALL(tanh), [](double x) { return std::tanh(x); });
  check_unary("sigmoid", CALL(sigmoid), [](double x) { return 1 / (1 + std::exp(-x)); });
  check_unary("softplus", CALL(softplus), [](double x) { return std::log(1 + std::exp(x)); });
  check_unary("relu", CALL(relu), [](double x) { return std::max(x, 0.0); });
  check_unary("abs", CALL(abs), [](double x) { return std::abs(x); });
  check_unary("sign", CALL(sign), [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; });
  check_unary("sin", CALL(sin), [](double x) { return std::sin(x); });
  check_unary("cos", CALL(cos), [](double x) { return std::cos(x); });
  check_unary("stop_gradient", CALL(stop_gradient), [](double x) { return x; });
}

BOOST_AUTO_TEST_CASE(functions_of_two_variables_broadcast_both_ways) {
  check_binary("add", CALL(operator+), [](double a, double b) { return a + b; });
  check_binary("subtract", CALL(operator-), [](double a, double b) { return a - b; });
  check_binary("multiply", CALL(operator*), [](double a, double b) { return a * b; });
  check_binary(
      "divide", CALL(operator/), [](double a, double b) { return a / b; }, 0.5, 2);
  check_binary(
      "pow", CALL(pow), [](double a, double b) { return std::pow(a, b); }, 0.5, 2);
  check_binary("maximum", CALL(maximum), [](double a, double b) { return std::max(a, b); });
  check_binary("minimum", CALL(minimum), [](double a, double b) { return std::min(a, b); });
  check_binary("greater", CALL(greater), [](double a, double b) { return a > b ? 1.0 : 0.0; });
  check_binary("greater_equal", CALL(greater_equal), [](double a, double b) { return a >= b ? 1.0 : 0.0; });
  check_binary("less", CALL(less), [](double a, double b) { return a < b ? 1.0 : 0.0; });
  check_binary("less_equal", CALL(less_equal), [](double a, double b) { return a <= b ? 1.0 : 0.0; });
  check_binary("equal", CALL(equal), [](double a, double b) { return a == b ? 1.0 : 0.0; });
  const auto select = [](const auto& a, const auto& b) { return ad::select(ad::greater(a, b), a, b); };
  check_binary("select", select, [](double a, double b) { return std::max(a, b); });
}

BOOST_AUTO_TEST_CASE(numbers_stand_on_either_side) {
  const Value x = matrix({{0.5, 1, 2}});
  check("x op 1", {x}, matrix({{1.5, 2, 3}}).array(), [](const auto& v) { return v[0] + 1.0; });
  check("1 op x", {x}, matrix({{0.5, 0, -1}}).array(), [](const auto& v) { return 1.0 - v[0]; });
  check("1 op x", {x}, matrix({{2, 1, 0.5}}).array(), [](const auto& v) { return 1.0 / v[0]; });
  check("x op 2", {x}, matrix({{0.25, 1, 4}}).array(), [](const auto& v) { return ad::pow(v[0], 2.0); });
  check("2 op x", {x}, matrix({{0, 0, 1}}).array(), [](const auto& v) { return ad::less(1.0, v[0]); });
  check("select", {x}, matrix({{7, 1, 2}}).array(),
        [](const auto& v) { return ad::select(ad::less(v[0], 1.0), 7.0, v[0]); });
}

BOOST_AUTO_TEST_CASE(reductions_keep_the_reduced_axis_with_size_one) {
  for (const Shape shape : {Shape{3, 4}, {1, 1}, {1, 37}, {19, 1}, {5, 7}, {33, 2}}) {
    const Value x = numbers(shape, 3);
    const Array<double> a = x.array(), e = a.exp();
    const auto one = [](double v) { return Array<double>::Constant(1, 1, v).eval(); };
    check("sum", {x}, one(a.sum()), [](const auto& v) { return ad::sum(v[0]); });
    check("sum 0", {x}, a.colwise().sum(), [](const auto& v) { return ad::sum(v[0], 0); });
    check("sum 1", {x}, a.rowwise().sum(), [](const auto& v) { return ad::sum(v[0], 1); });
    check("mean", {x}, one(a.mean()), [](const auto& v) { return ad::mean(v[0]); });
    check("mean 0", {x}, a.colwise().mean(), [](const auto& v) { return ad::mean(v[0], 0); });
    check("mean 1", {x}, a.rowwise().mean(), [](const auto& v) { return ad::mean(v[0], 1); });
    check("max", {x}, one(a.maxCoeff()), [](const auto& v) { return ad::max(v[0]); });
    check("max 0", {x}, a.colwise().maxCoeff(), [](const auto& v) { return ad::max(v[0], 0); });
    check("max 1", {x}, a.rowwise().maxCoeff(), [](const auto& v) { return ad::max(v[0], 1); });
    check("log_sum_exp 0", {x}, e.colwise().sum().log(),
          [](const auto& v) { return ad::log_sum_exp(v[0], 0); });
    check("log_sum_exp 1", {x}, e.rowwise().sum().log(),
          [](const auto& v) { return ad::log_sum_exp(v[0], 1); });
    const Array<double> p = e.colwise() / e.rowwise().sum();
    check("softmax", {x}, p, [](const auto& v) { return ad::softmax(v[0]); });
    check("log_softmax", {x}, p.log(), [](const auto& v) { return ad::log_softmax(v[0]); });
    const Value targets(numbers(shape, 4, 0, 1)), mask(numbers({shape.rows, 1}, 5, 0, 1));
    const Array<double> loss = -(targets.array() * p.log()).rowwise().sum();
    check("cross_entropy", {x, targets}, loss, [](const auto& v) { return ad::cross_entropy(v[0], v[1]); });
    check("masked cross_entropy", {x, targets, mask}, loss * mask.array(),
          [](const auto& v) { return ad::cross_entropy(v[0], v[1], v[2]); });
  }
}

BOOST_AUTO_TEST_CASE(sums_and_broadcasts_go_to_any_shape_that_fits) {
  const Value x = numbers({3, 4}, 6), row = numbers({1, 4}, 7), column = numbers({3, 1}, 8);
  check("sum_to", {x}, x.array().rowwise().sum(), [](const auto& v) { return ad::sum_to(v[0], {3, 1}); });
  check("sum_to", {x}, x.array().colwise().sum(), [](const auto& v) { return ad::sum_to(v[0], {1, 4}); });
  check("sum_to", {x}, x.array(), [](const auto& v) { return ad::sum_to(v[0], {3, 4}); });
  check("broadcast_to", {row}, row.array().replicate(3, 1), [](const auto& v) {
    return ad::broadcast_to(v[0], {3, 4});
  });
  check("broadcast_to", {column}, column.array().replicate(1, 4), [](const auto& v) {
    return ad::broadcast_to(v[0], {3, 4});
  });
  check("broadcast_to", {column}, Array<double>(3, 0), [](const auto& v) {
    return ad::broadcast_to(v[0], {3, 0});
  });
}

BOOST_AUTO_TEST_CASE(products_of_any_size_are_eigens) {
  for (const Index m : {0, 1, 3, 8, 33})
    for (const Index k : {0, 1, 2, 7, 20})
      for (const Index n : {0, 1, 5, 16, 31}) {
        const Value a = numbers({m, k}, 9, -1, 1), b = numbers({k, n}, 10, -1, 1);
        const Value at(a.array().transpose().eval()), bt(b.array().transpose().eval());
        const Array<double> c = a.array().matrix() * b.array().matrix();
        check("matmul", {a, b}, c, [](const auto& v) { return ad::matmul(v[0], v[1]); });
        check("matmul_tn", {at, b}, c, [](const auto& v) { return ad::matmul_tn(v[0], v[1]); });
        check("matmul_nt", {a, bt}, c, [](const auto& v) { return ad::matmul_nt(v[0], v[1]); });
      }
}

BOOST_AUTO_TEST_CASE(values_are_moved_row_by_row) {
  const Value x = numbers({4, 6}, 11), y = numbers({4, 2}, 12), z = numbers({3, 6}, 13);
  const Array<double> a = x.array();
  check("transpose", {x}, a.transpose(), [](const auto& v) { return ad::transpose(v[0]); });
  check("transpose", {matrix({{1, 2, 3}})}, matrix({{1}, {2}, {3}}).array(),
        [](const auto& v) { return ad::transpose(v[0]); });
  check("transpose", {Value(Shape{0, 3})}, Array<double>(3, 0),
        [](const auto& v) { return ad::transpose(v[0]); });
  check("reshape", {x}, Eigen::Map<const Array<double>>(x.data(), 3, 8), [](const auto& v) {
    return ad::reshape(v[0], {3, 8});
  });
  check("reshape", {Value(Shape{0, 3})}, Array<double>(7, 0), [](const auto& v) {
    return ad::reshape(v[0], {7, 0});
  });
  check("slice_rows", {x}, a.middleRows(1, 2), [](const auto& v) { return ad::slice_rows(v[0], 1, 2); });
  check("slice_rows", {x}, a.middleRows(4, 0), [](const auto& v) { return ad::slice_rows(v[0], 4, 0); });
  check("slice_columns", {x}, a.middleCols(2, 3),
        [](const auto& v) { return ad::slice_columns(v[0], 2, 3); });
  check("a slice of a slice", {x}, a.block(2, 3, 1, 2), [](const auto& v) {
    return ad::slice_columns(ad::slice_rows(ad::slice_rows(v[0], 1, 3), 1, 1), 3, 2);
  });
  check("concatenate 0", {x, z}, (Array<double>(7, 6) << a, z.array()).finished(), [](const auto& v) {
    return ad::concatenate({v[0], v[1]}, 0);
  });
  check("concatenate 1", {x, y}, (Array<double>(4, 8) << a, y.array()).finished(), [](const auto& v) {
    return ad::concatenate({v[0], v[1]}, 1);
  });
  for (const int axis : {0, 1})
    check("split and back", {x}, a, [&](const auto& v) {
      const Index half = (axis == 0 ? v[0].rows() : v[0].columns()) / 2;
      return ad::concatenate(ad::split(v[0], {half, 0, half}, axis), axis);
    });
  check("a part of a split", {x}, a.middleCols(2, 1), [](const auto& v) {
    return ad::split(v[0], {2, 1, 3}, 1)[1];
  });
  check("split", {x}, a.middleRows(3, 1), [](const auto& v) { return ad::split(v[0], {3, 1}, 0)[1]; });
  BOOST_TEST(ad::split(Value(Shape{0, 3}), {}, 0).empty());
  check("gather_rows", {matrix({{1, 2}, {3, 4}})}, matrix({{3, 4}, {1, 2}, {3, 4}}).array(),
        [](const auto& v) {
          return ad::gather_rows(v[0], {1, 0, 1});
        });
  check("gather_rows", {x}, Array<double>(0, 6), [](const auto& v) { return ad::gather_rows(v[0], {}); });
  check("scatter_rows", {matrix({{1, 2}, {3, 4}})}, matrix({{0, 0}, {4, 6}, {0, 0}}).array(),
        [](const auto& v) {
          return ad::scatter_rows(v[0], {1, 1}, 3);
        });
  check("scatter_rows", {Value(Shape{0, 2})}, Array<double>::Zero(3, 2),
        [](const auto& v) { return ad::scatter_rows(v[0], {}, 3); });
}

BOOST_AUTO_TEST_CASE(one_hot_rows_have_a_one_at_their_label_or_nowhere) {
  const std::vector<int> labels = {2, -1, 0};
  check_numbers(ad::one_hot<double>(labels, 3), matrix({{0, 0, 1}, {0, 0, 0}, {1, 0, 0}}));
}

BOOST_AUTO_TEST_CASE(sums_of_nothing_are_zero) {
  for (const Shape shape : {Shape{0, 3}, {3, 0}, {0, 0}}) {
    const Value x(shape);
    check("sum", {x}, Array<double>::Zero(1, 1), [](const auto& v) { return ad::sum(v[0]); });
    check("sum 0", {x}, Array<double>::Zero(1, shape.columns),
          [](const auto& v) { return ad::sum(v[0], 0); });
    check("sum 1", {x}, Array<double>::Zero(shape.rows, 1), [](const auto& v) { return ad::sum(v[0], 1); });
  }
}

BOOST_AUTO_TEST_CASE(gradients_of_empty_matrices_are_empty_or_zero) {
  ad::Tape<double> tape;
  const auto none = tape.variable(Value(Shape{0, 3})), row = tape.variable(matrix({{1, 2, 3}}));
  const auto weights = tape.variable(random_value({3, 2}, 1));
  const auto y = ad::sum(ad::square(ad::tanh(ad::matmul(none * row, weights)))) + ad::sum(none);
  const auto g = ad::gradient(y, {none, row, weights});
  BOOST_TEST((g[0].shape() == Shape{0, 3}));
  check_numbers(array_of(g[1]), matrix({{0, 0, 0}}));
  check_numbers(array_of(g[2]), matrix({{0, 0}, {0, 0}, {0, 0}}));
}

BOOST_AUTO_TEST_CASE(large_arguments_neither_overflow_nor_cancel) {
  const Value large = matrix({{-1000, -80, 80, 1000}});
  check("sigmoid", {large}, matrix({{0, std::exp(-80.0), 1, 1}}).array(),
        [](const auto& v) { return ad::sigmoid(v[0]); });
  check("softplus", {large}, matrix({{0, std::exp(-80.0), 80, 1000}}).array(),
        [](const auto& v) { return ad::softplus(v[0]); });
  check("tanh", {large}, matrix({{-1, -1, 1, 1}}).array(), [](const auto& v) { return ad::tanh(v[0]); });
  check("softmax", {large}, matrix({{0, 0, 0, 1}}).array(), [](const auto& v) { return ad::softmax(v[0]); });
  check("log_softmax", {large}, matrix({{-2000, -1080, -920, 0}}).array(),
        [](const auto& v) { return ad::log_softmax(v[0]); });
  check("log_sum_exp", {large}, matrix({{1000}}).array(),
        [](const auto& v) { return ad::log_sum_exp(v[0], 1); });
  const Value tiny = matrix({{1e-30, -1e-30}}), ones = matrix({{1, 1}});
  check("log1p", {tiny}, ones.array(), [](const auto& v) { return ad::log1p(v[0]) / v[0]; });
  check("expm1", {tiny}, ones.array(), [](const auto& v) { return ad::expm1(v[0]) / v[0]; });
  BOOST_TEST(derivative(large, CALL(sigmoid)).isFinite().all());
  BOOST_TEST(derivative(large, CALL(softplus)).isFinite().all());
  BOOST_TEST(
      derivative(large, [](const auto& x) { return ad::square(ad::log_softmax(x)); }).isFinite().all());
}

BOOST_AUTO_TEST_CASE(at_kinks_the_derivative_is_what_the_headers_say) {
  const Value x = matrix({{-1, 0, 1}}), zero = matrix({{0}}), ties = matrix({{2, 1, 2}, {2, 2, 2}});
  check_numbers(derivative(x, CALL(relu)), matrix({{0, 0, 1}}));
  check_numbers(derivative(x, CALL(abs)), matrix({{-1, 0, 1}}));
  check_numbers(derivative(x, CALL(sign)), matrix({{0, 0, 0}}));
  check_numbers(derivative(x, [](auto v) { return ad::maximum(v, 0.0); }), matrix({{0, 1, 1}}));
  check_numbers(derivative(x, [](auto v) { return ad::maximum(0.0, v); }), matrix({{0, 0, 1}}));
  check_numbers(derivative(x, [](auto v) { return ad::minimum(v, 0.0); }), matrix({{1, 1, 0}}));
  check_numbers(derivative(x, [](auto v) { return ad::minimum(0.0, v); }), matrix({{1, 0, 0}}));
  check_numbers(derivative(ties, [](auto v) { return ad::max(v, 1); }),
                matrix({{0.5, 0, 0.5}, {1 / 3., 1 / 3., 1 / 3.}}));
  check_numbers(derivative(ties, [](auto v) { return ad::max(v, 0); }),
                matrix({{0.5, 0, 0.5}, {0.5, 1, 0.5}}));
  check_numbers(derivative(ties, [](auto v) { return ad::max(v); }),
                matrix({{0.2, 0, 0.2}, {0.2, 0.2, 0.2}}));
  check_numbers(derivative(zero, CALL(sqrt)), matrix({{infinity}}));
}

BOOST_AUTO_TEST_CASE(powers_of_zero_have_the_derivatives_of_polynomials) {
  const Value x = matrix({{0, 2}});
  for (const double exponent : {0.0, 1.0, 2.0, 3.0}) {
    ad::Tape<double> tape;
    const auto v = tape.variable(x);
    auto y = ad::pow(v, exponent);
    double factor = 1, power = exponent;
    for (int order = 0; order < 4; ++order) {
      BOOST_TEST_CONTEXT("x^" << exponent << ", derivative " << order) {
        const auto at = [&](double number) { return factor == 0 ? 0 : factor * std::pow(number, power); };
        check_numbers(array_of(y), matrix({{at(0), at(2)}}));
      }
      y = ad::gradient(ad::sum(y), v);
      factor *= power--;
    }
  }
}

BOOST_AUTO_TEST_CASE(the_exponents_cotangent_is_zero_where_the_base_is_not_positive) {
  ad::Tape<double> tape;
  const auto a = tape.variable(matrix({{-2, 0, 1}})), b = tape.variable(matrix({{3, 2, 2}}));
  const auto g = ad::gradient(ad::sum(ad::pow(a, b)), b);
  check_numbers(array_of(g), matrix({{0, 0, 0}}));
  check_numbers(array_of(ad::gradient(ad::sum(g), a)), matrix({{0, 0, 1}}));
}

BOOST_AUTO_TEST_CASE(nan_is_never_swallowed) {
  const Value x = matrix({{1, not_a_number, -1}});
  const auto everywhere = [](auto f) {
    for_all_kinds([&](auto make) {
      const auto y = array_of(f(make(matrix({{1, not_a_number, -1, 0.5}, {1, 2, 3, 4}}))));
      BOOST_TEST(y.isNaN().any(), y);
    });
  };
  const auto kept = [](const char* name, auto f) {
    BOOST_TEST_CONTEXT(name) {
      for (const Index columns : {1, 3, 8, 19})
        for_all_kinds([&](auto make) {
          Value v = numbers({1, columns}, 1, 0.1, 0.9);
          v.data()[columns / 2] = not_a_number;
          const auto y = array_of(f(make(v)));
          for (Index c = 0; c < columns; ++c) BOOST_TEST(std::isnan(y(0, c)) == (c == columns / 2));
        });
    }
  };
  kept("negate", CALL(operator-)), kept("square", CALL(square)), kept("sqrt", CALL(sqrt));
  kept("exp", CALL(exp)), kept("log", CALL(log)), kept("log1p", CALL(log1p)), kept("expm1", CALL(expm1));
  kept("tanh", CALL(tanh)), kept("sigmoid", CALL(sigmoid)), kept("softplus", CALL(softplus));
  kept("relu", CALL(relu)), kept("abs", CALL(abs)), kept("sin", CALL(sin)), kept("cos", CALL(cos));
  kept("maximum", [](auto v) { return ad::maximum(v, 0.5); });
  kept("maximum", [](auto v) { return ad::maximum(0.5, v); });
  kept("minimum", [](auto v) { return ad::minimum(v, 0.5); });
  kept("minimum", [](auto v) { return ad::minimum(0.5, v); });
  everywhere([](auto v) { return ad::max(v); }), everywhere([](auto v) { return ad::max(v, 0); });
  everywhere([](auto v) { return ad::max(v, 1); }), everywhere([](auto v) { return ad::sum(v); });
  everywhere([](auto v) { return ad::mean(v, 0); }), everywhere([](auto v) { return ad::softmax(v); });
  everywhere([](auto v) { return ad::matmul_nt(v, 0.0 * v); });
  for (const auto& mask : {ad::greater(x, x), ad::greater_equal(x, 5.0), ad::equal(x, x)})
    BOOST_TEST(mask.array()(0, 1) == 0);
}

BOOST_AUTO_TEST_CASE(square_roots_and_logarithms_of_negative_numbers_are_nan) {
  const Value x = matrix({{-1, 0, 4}});
  check("sqrt", {x}, matrix({{not_a_number, 0, 2}}).array(), [](const auto& v) { return ad::sqrt(v[0]); });
  check("log", {x}, matrix({{not_a_number, -infinity, std::log(4)}}).array(),
        [](const auto& v) { return ad::log(v[0]); });
}

BOOST_AUTO_TEST_CASE(examples_without_a_label_have_no_loss_and_no_gradient) {
  ad::Tape<double> tape;
  const auto logits = tape.variable(random_value({3, 2}, 1));
  const auto zeros = tape.constant(matrix({{0, 0}, {1, 0}, {0, 0}}));
  check_numbers(array_of(ad::cross_entropy(logits, zeros)).row(0), matrix({{0}}));
  const auto g = array_of(ad::gradient(ad::sum(ad::cross_entropy(logits, zeros)), logits));
  check_numbers(g.row(0), matrix({{0, 0}}));
  BOOST_TEST(g.row(1).abs().minCoeff() > 0);

  // Under a mask, whatever their targets.
  const auto any = tape.constant(matrix({{not_a_number, infinity}, {1, 0}, {5, -7}}));
  const auto loss = ad::cross_entropy(logits, any, tape.constant(matrix({{0}, {2}, {0}})));
  BOOST_TEST(loss.value()(0, 0) == 0);
  BOOST_TEST(loss.value()(2, 0) == 0);
  const auto masked = array_of(ad::gradient(ad::sum(loss), logits));
  BOOST_TEST(difference(masked, (g * 2).eval()) == 0, masked);
}

BOOST_AUTO_TEST_CASE(an_empty_batch_has_no_losses) {
  ad::Tape<double> tape;
  const auto logits = tape.variable(Value(Shape{0, 3}));
  const auto loss = ad::cross_entropy(logits, tape.constant(Value(Shape{0, 3})));
  BOOST_TEST((loss.shape() == Shape{0, 1}));
  BOOST_TEST((ad::gradient(ad::sum(loss), logits).shape() == Shape{0, 3}));
}

BOOST_AUTO_TEST_SUITE_END()
