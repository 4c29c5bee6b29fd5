// Linear algebra: what comes out, what does not exist, what is refused.
#include "../support/allocations.hpp"
#include "../support/linear_rows.hpp"
#include "../support/replay.hpp"

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

using namespace engram::test;

namespace {

Value identity(ad::Index n) { return Value(Eigen::MatrixXd::Identity(n, n)); }

/// f(x...) of plain values fails with this text, and of variables too.
void refused(const std::string& text, const std::vector<Shape>& shapes, auto f) {
  for_all_kinds([&](auto make) {
    std::vector<decltype(make(0.0))> x;
    for (const Shape s : shapes) x.push_back(make(random_value(s, 1)));
    expect_error(text, [&] { f(x); });
  });
}
#define CALL(function, ...) [](const auto& x) { ad::function(__VA_ARGS__); }

/// The op that find_non_finite blames for the sum of f(x), or for its gradient, and why.
std::string cause(const Value& x, auto f, bool in_derivative) {
  ad::Tape<double> tape;
  const auto v = tape.variable(x);
  const auto y = ad::sum(f(v));
  BOOST_TEST(std::isfinite(y.item()) == in_derivative);
  ad::gradient(y, v);
  const auto found = ad::find_non_finite(tape);
  BOOST_REQUIRE(found);
  return found->operation + found->text.substr(found->text.rfind("]: ") + 1);
}

const Value twice = matrix({{2, 0, 0}, {0, 1, 0}, {0, 0, 2}});
const Value singular = matrix({{1, 2, 3}, {2, 4, 6}, {1, 0, 1}});

}  // namespace

BOOST_AUTO_TEST_SUITE(linear)

BOOST_AUTO_TEST_CASE(factors_multiply_to_the_matrix_for_all_sizes) {
  for (const ad::Index n : {1, 2, 5, 12, 13, 30, 65, 100}) {
    const Value a = random_value({n, n}, static_cast<std::uint64_t>(n)), b = random_value({n, 3}, 7);
    const Value s = ad::matmul_nt(a, a) + identity(n);
    const Value l = ad::cholesky(s);
    BOOST_TEST(difference(ad::matmul_nt(l, l), s) < 1e-13);
    BOOST_TEST(difference(ad::tril(l), l) == 0);
    BOOST_TEST(difference(ad::matmul(a, ad::solve(a, b)), b) < 1e-9);
    BOOST_TEST(difference(ad::matmul(s, ad::solve(s, b, ad::positive_definite)), b) < 1e-9);
    BOOST_TEST(difference(ad::matmul(a, ad::inverse(a)), identity(n)) < 1e-9);
    for (const bool transposed : {false, true}) {
      const Value x = ad::solve_triangular(l, b, ad::Triangle::lower, transposed);
      BOOST_TEST(difference(transposed ? ad::matmul_tn(l, x) : ad::matmul(l, x), b) < 1e-12);
      const Value u = ad::transpose(l), y = ad::solve_triangular(u, b, ad::Triangle::upper, transposed);
      BOOST_TEST(difference(transposed ? ad::matmul_tn(u, y) : ad::matmul(u, y), b) < 1e-12);
    }
    const auto [log_abs, sign] = ad::log_det(a);
    BOOST_TEST(ad::det(a).item() == sign.item() * std::exp(log_abs.item()),
               boost::test_tools::tolerance(1e-9));
    BOOST_TEST(std::exp(log_abs.item()) * sign.item() == a.matrix().determinant(),
               boost::test_tools::tolerance(1e-9));
    const auto [values, vectors] = ad::eigh(s);
    BOOST_TEST(difference(ad::matmul(s, vectors), vectors * ad::transpose(values)) < 1e-12);
  }
  for (const Shape shape : {Shape{5, 3}, Shape{3, 5}, Shape{20, 20}, Shape{1, 4}}) {
    const Value a = random_value(shape, 3);
    const auto [q, r] = ad::qr(a);
    BOOST_TEST(difference(ad::matmul(q, r), a) < 1e-13);
    BOOST_TEST(difference(ad::matmul_tn(q, q), identity(q.columns())) < 1e-13);
    BOOST_TEST((ad::diagonal(r).array() > 0).all());
    const auto [u, s, v] = ad::svd(a);
    BOOST_TEST(difference(ad::matmul_nt(u * ad::transpose(s), v), a) < 1e-13);
    BOOST_TEST(difference(ad::matmul_tn(v, v), identity(v.columns())) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(determinants_neither_overflow_nor_need_an_inverse) {
  const Value large(Eigen::MatrixXd(1e200 * Eigen::MatrixXd::Identity(3, 3)));
  BOOST_TEST(ad::log_det(large).log_abs.item() == 600 * std::log(10.0), boost::test_tools::tolerance(1e-14));
  const Value mixed = matrix({{1e200, 0, 0}, {0, 1e200, 0}, {0, 0, -1e-300}});
  BOOST_TEST(ad::det(mixed).item() == -1e100, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(ad::log_det(mixed).sign.item() == -1);
  BOOST_TEST(ad::log_det(singular).sign.item() == 0);
  BOOST_TEST(ad::log_det(singular).log_abs.item() == -infinity);
  ad::Tape<double> tape;
  const auto a = tape.variable(singular);
  const auto y = ad::det(a);
  BOOST_TEST(y.item() == 0);
  const Value cofactors = matrix({{4, 4, -4}, {-2, -2, 2}, {0, 0, 0}});
  BOOST_TEST(difference(ad::gradient(y, a), cofactors) < 1e-14);
}

BOOST_AUTO_TEST_CASE(the_exponential_of_a_rotation_is_a_rotation) {
  const Value y = ad::expm(matrix({{0, -2}, {2, 0}}));
  BOOST_TEST(difference(y, matrix({{std::cos(2), -std::sin(2)}, {std::sin(2), std::cos(2)}})) < 1e-15);
}

BOOST_AUTO_TEST_CASE(a_large_cotangent_costs_the_derivative_of_an_exponential_no_digits) {
  const auto gradient = [](double factor) {
    ad::Tape<double> tape;
    const auto a = tape.variable(random_value({3, 3}, 1));
    return Value(ad::gradient(factor * ad::sum(ad::sin(ad::expm(a))), a).value() / factor);
  };
  BOOST_TEST(difference(gradient(1e12), gradient(1)) < 1e-14);
  BOOST_TEST(difference(gradient(1e-12), gradient(1)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(the_norm_neither_overflows_nor_underflows_and_has_derivative_0_at_0) {
  for (const double size : {1e-320, 1e-200, 1e-150, 1.0, 1e150, 1e200}) {
    ad::Tape<double> tape;
    const auto x = tape.variable(matrix({{3 * size, -4 * size}}));
    const auto y = ad::norm(x);
    BOOST_TEST(y.item() == 5 * size, boost::test_tools::tolerance(size < 1e-300 ? 1e-3 : 1e-15));
    BOOST_TEST(difference(ad::gradient(y, x), matrix({{0.6, -0.8}})) < (size < 1e-300 ? 1e-3 : 1e-15));
  }
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{0, 0}}));
  const auto g = ad::gradient(ad::norm(x), x);
  BOOST_TEST(difference(g, matrix({{0, 0}})) == 0);
  BOOST_TEST(difference(ad::gradient(ad::sum(g), x), matrix({{0, 0}})) == 0);
  BOOST_TEST(ad::norm(matrix({{infinity, 1}})).item() == infinity);
  BOOST_TEST(std::isnan(ad::norm(matrix({{infinity, not_a_number}})).item()));
  BOOST_TEST(ad::norm(Value(Shape{0, 3})).item() == 0);
}

BOOST_AUTO_TEST_CASE(a_kronecker_product_has_its_second_factor_in_blocks) {
  BOOST_TEST(difference(ad::kron(matrix({{1, 2}, {3, 4}}), matrix({{5, 6, 7}})),
                        matrix({{5, 6, 7, 10, 12, 14}, {15, 18, 21, 20, 24, 28}})) == 0);
}

BOOST_AUTO_TEST_CASE(eigenvalues_that_are_equal_have_derivatives_where_they_are_treated_alike) {
  ad::Tape<double> tape;
  const auto a = tape.variable(twice);
  const auto y = ad::sum(ad::square(ad::eigh(a).values));  // the sum of squares of a
  BOOST_TEST(difference(ad::gradient(y, a), 2.0 * twice) < 1e-15);
}

BOOST_AUTO_TEST_CASE(what_does_not_exist_is_nan_and_the_cause_is_named) {
  const auto value = [](const Value& x, auto f) { return cause(x, f, false); };
  const auto derivative = [](const Value& x, auto f) { return cause(x, f, true); };
  const Value indefinite = matrix({{2, 0, 0}, {0, 1, 3}, {0, 3, 1}});
  BOOST_TEST(value(indefinite, [](auto& a) { return ad::cholesky(a); }) ==
             "cholesky: the matrix is not positive definite: its leading minor of 3 row(s) is not positive");
  const std::string pivot = ": the matrix is singular: there is no pivot for row 2";
  BOOST_TEST(value(singular, [](auto& a) { return ad::solve(a, a); }) == "solve" + pivot);
  BOOST_TEST(value(singular, [](auto& a) { return ad::inverse(a); }) == "inverse" + pivot);
  BOOST_TEST(value(singular, [](auto& a) { return ad::log_det(a).log_abs; }) == "log_det" + pivot);
  BOOST_TEST(value(matrix({{1, 0}, {1, 0}}), [](auto& a) { return ad::solve_triangular(a, a); }) ==
             "solve_triangular: the matrix is singular: its entry (1,1) is 0");
  const auto all_ones = [](auto& x) {
    const auto two = ad::concatenate({x, x}, 0);
    return ad::solve_tridiagonal(x, two, x, two);
  };
  BOOST_TEST(value(matrix({{1}}), all_ones) ==
             "solve_tridiagonal: the matrix is singular: there is no pivot for row 1");
  const Value bands = matrix({{0, 1, 1}, {1, 1, 0}, {1, 1, 0}});  // two equal rows
  BOOST_TEST(value(bands, [](auto& a) { return ad::solve_banded(a, 1, 1, a); }) == "solve_banded" + pivot);
  BOOST_TEST(derivative(twice, [](auto& a) { return ad::eigh(a).vectors; }) ==
             "distinct: values 1 and 2, 2 and 2, are equal up to rounding: their vectors have no derivative");
  BOOST_TEST(derivative(twice, [](auto& a) { return ad::svd(a).u; }) ==
             "distinct: values 0 and 1, 2 and 2, are equal up to rounding: their vectors have no derivative");
  const auto rank = [](const std::string& text) { return text.substr(text.rfind(", ")); };
  BOOST_TEST(rank(derivative(singular, [](auto& a) { return ad::svd(a).values; })) ==
             ", is 0 up to rounding: the matrix has not full rank");
  BOOST_TEST(rank(derivative(singular, [](auto& a) { return ad::qr(ad::transpose(a)).r; })) ==
             ", is 0 up to rounding: the matrix has not full rank");
}

BOOST_AUTO_TEST_CASE(a_nan_or_an_infinity_in_a_matrix_gives_nan) {
  for (const double bad : {not_a_number, infinity}) {
    const Value a = matrix({{2, bad}, {bad, 3}}), b = matrix({{1}, {2}});
    const Values results = {ad::cholesky(a),
                            ad::solve(a, b),
                            ad::solve(a, b, ad::positive_definite),
                            ad::inverse(a),
                            ad::expm(a),
                            ad::eigh(a).values,
                            ad::svd(a).u,
                            ad::solve_banded(a, 0, 1, b)};
    for (const Value& y : results) BOOST_TEST(y.array().isNaN().any());
  }
}

BOOST_AUTO_TEST_CASE(matrices_that_do_not_fit_are_refused) {
  const auto not_square = [](const char* op) {
    return fmt::format("[{}] the matrix must be square, and is (2,3)", op);
  };
  const std::vector<Shape> wide = {{2, 3}, {2, 1}}, none = {{0, 0}, {0, 1}};
  refused(not_square("cholesky"), wide, CALL(cholesky, x[0]));
  refused(not_square("solve"), wide, CALL(solve, x[0], x[1]));
  refused(not_square("solve"), wide, CALL(solve, x[0], x[1], ad::positive_definite));
  refused(not_square("solve_triangular"), wide, CALL(solve_triangular, x[0], x[1]));
  refused(not_square("inverse"), wide, CALL(inverse, x[0]));
  refused(not_square("log_det"), wide, CALL(log_det, x[0]));
  refused(not_square("log_det"), wide, CALL(log_det, x[0], ad::positive_definite));
  refused(not_square("det"), wide, CALL(det, x[0]));
  refused(not_square("eigh"), wide, CALL(eigh, x[0]));
  refused(not_square("expm"), wide, CALL(expm, x[0]));
  refused(not_square("trace"), wide, CALL(trace, x[0]));
  refused(not_square("symmetric_part"), wide, CALL(symmetric_part, x[0]));
  const auto empty = [](const char* op) { return fmt::format("[{}] the matrix is empty: (0,0)", op); };
  refused(empty("cholesky"), none, CALL(cholesky, x[0]));
  refused(empty("solve"), none, CALL(solve, x[0], x[1]));
  refused(empty("solve_triangular"), none, CALL(solve_triangular, x[0], x[1]));
  refused(empty("inverse"), none, CALL(inverse, x[0]));
  refused(empty("qr"), none, CALL(qr, x[0]));
  refused(empty("svd"), none, CALL(svd, x[0]));
  refused(empty("diagonal"), none, CALL(diagonal, x[0]));
  refused(empty("diagonal_matrix"), none, CALL(diagonal_matrix, x[0]));
  refused(empty("kron"), none, CALL(kron, x[0], x[0]));
  refused("[solve] a matrix (3,3) and a right side (2,1) differ in rows", {{3, 3}, {2, 1}},
          CALL(solve, x[0], x[1]));
  refused("[solve_triangular] a matrix (3,3) and a right side (2,1) differ in rows", {{3, 3}, {2, 1}},
          CALL(solve_triangular, x[0], x[1]));
  refused(
      "[diagonal_matrix] wants a row or a column, not (2,3); diagonal_matrix(diagonal(a)) clears a matrix",
      wide, CALL(diagonal_matrix, x[0]));
  refused("[dot] wants rows or columns, not (2,3)", wide, CALL(dot, x[0], x[1]));
  refused("[dot] (3,1) and (1,2) differ in length", {{3, 1}, {1, 2}}, CALL(dot, x[0], x[1]));
  refused("[outer] wants rows or columns, not (2,3)", wide, CALL(outer, x[1], x[0]));
  const std::vector<Shape> diagonals = {{2, 1}, {3, 1}, {3, 1}, {2, 2}, {1, 3}};
  refused("[solve_tridiagonal] beside a diagonal of 3 entries stand two of 2, not (3,1)", diagonals,
          CALL(solve_tridiagonal, x[0], x[1], x[2], x[1]));
  refused("[solve_tridiagonal] 3 rows and a right side (2,2) differ in rows", diagonals,
          CALL(solve_tridiagonal, x[0], x[1], x[0], x[3]));
  refused("[solve_tridiagonal] the diagonal must be a column, and is (1,3)", diagonals,
          CALL(solve_tridiagonal, x[0], x[4], x[0], x[1]));
  const std::vector<Shape> bands = {{5, 3}, {5, 1}, {4, 1}};
  refused("[solve_banded] the main diagonal with 2 below and 1 above it are 4 columns of bands, not (5,3)",
          bands, CALL(solve_banded, x[0], 2, 1, x[1]));
  refused("[solve_banded] 5 rows and a right side (4,1) differ in rows", bands,
          CALL(solve_banded, x[0], 1, 1, x[2]));
  refused("[solve_banded] -1 and 3 diagonals below and above the main one; there cannot be less than 0",
          bands, CALL(solve_banded, x[0], -1, 3, x[1]));
  refused("[solve_banded] the matrix is empty: (0,1)", {{0, 1}, {0, 1}},
          CALL(solve_banded, x[0], 0, 0, x[1]));
}

BOOST_AUTO_TEST_CASE(they_run_in_a_loop_and_its_derivative_to_second_order) {
  const auto filter = [](const Variables& x) {
    const auto step = [](auto carry, auto in, auto k) {
      const Variable s = positive(carry[0]), gain = ad::solve(s, k[0], ad::positive_definite);
      const Variable t = ad::solve_tridiagonal(0.1 * ad::slice_rows(in[0], 0, 1), 3.0 + in[0],
                                               ad::slice_rows(in[0], 1, 1), gain);
      return ad::StepResult<Variable>{{ad::expm(0.1 * ad::matmul_nt(t, k[0]))},
                                      {ad::log_det(s).log_abs + ad::norm(ad::eigh(s).vectors * t)}};
    };
    const auto y = ad::scan<double>(step, {x[0]}, {x[1]}, {x[2]}, 3);
    return Variables{y.carry[0], y.results[0]};
  };
  const auto report = ad::gradcheck(filter, distinct_values({{2, 2}, {6, 1}, {2, 2}}, 1));
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(compiled_they_run_without_allocating) {
  const auto f = [](const Variables& x) {
    const Variable s = positive(x[0]);
    const auto factors = ad::qr(x[0]);
    return with_derivatives(
        [&](const Variables&) {
          return Variables{ad::cholesky(s),
                           ad::solve(x[0], x[0]),
                           ad::log_det(s).log_abs,
                           factors.q,
                           factors.r,
                           ad::kron(x[0], s),
                           ad::solve_banded(x[0], 1, x[0].columns() - 2, x[0])};
        },
        x, 1);
  };
  for (const ad::Index n : {3, 20}) {
    const Values x = {random_value({n, n}, 1)};
    const auto compiled = ad::compile<double>(f, shapes_of(x));
    Replay replay(compiled, x);
    replay.run();
    BOOST_TEST(allocations([&] { replay.run(); }) == 0u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
