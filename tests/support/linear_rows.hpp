/// The rows of linear algebra in the table of derivatives.
#pragma once

#include "op_row.hpp"

namespace engram::test {

inline Variable plus_identity(const Variable& x, double factor) {
  return x + x.tape().constant(Value(factor * Eigen::MatrixXd::Identity(x.rows(), x.columns())));
}
/// Far from singular.
inline Variable regular(const Variable& x) { return plus_identity(x, 4); }
/// Bands of a matrix with one large diagonal.
inline Variable with_larger_column(const Variable& x, ad::Index column) {
  Eigen::MatrixXd far = Eigen::MatrixXd::Zero(x.rows(), x.columns());
  far.col(column).setConstant(5);
  return x + x.tape().constant(Value(far));
}
/// Symmetric and positive definite.
inline Variable positive(const Variable& x) { return plus_identity(ad::matmul_nt(x, x), 2); }
/// Of full rank, with singular values apart.
inline Variable of_full_rank(const Variable& x) {
  Eigen::MatrixXd far = Eigen::MatrixXd::Zero(x.rows(), x.columns());
  for (ad::Index i = 0; i < far.diagonal().size(); ++i) far(i, i) = 3.0 + 2.0 * static_cast<double>(i);
  return 0.5 * x + x.tape().constant(Value(far));
}

/// Each function, once more with the ops of its derivative where these are ops that nothing else uses.
inline std::vector<Row> linear_rows() {
  const Shapes square = {{{1, 1}}, {{2, 2}}, {{3, 3}}, {{4, 4}}};
  const Shapes system = {{{1, 1}, {1, 2}}, {{3, 3}, {3, 1}}, {{4, 4}, {4, 2}}};
  const Shapes any = {{{3, 3}}, {{4, 2}}, {{2, 3}}, {{1, 1}}, {{3, 1}}, {{1, 3}}};
  const auto of_one = [](const char* name, auto f, const Shapes& shapes) {
    return Row{name, [f](const Variables& x) { return f(x[0]); }, shapes};
  };
  const auto of_two = [](const char* name, auto f, const Shapes& shapes) {
    return Row{name, [f](const Variables& x) { return f(x[0], x[1]); }, shapes};
  };
  const auto first_derivative = [](const Variable& y, const Variable& x) {
    return list(ad::gradient(ad::sum(ad::sin(y)), x));
  };
  return {
      of_one(
          "cholesky", [](auto& x) { return list(ad::cholesky(positive(x))); }, square),
      of_one(
          "cholesky", [](auto& x) { return list(ad::cholesky(plus_identity(x, 6))); }, square),
      of_one("cholesky", [=](auto& x) { return first_derivative(ad::cholesky(positive(x)), x); }, {{{3, 3}}}),
      of_one("cholesky", [](auto& x) { return list(ad::cholesky(plus_identity(0.1 * x, 9))); }, {{{15, 15}}}),
      of_two(
          "solve", [](auto& a, auto& b) { return list(ad::solve(regular(a), b)); }, system),
      of_two(
          "solve", [](auto& a, auto& b) { return list(ad::solve(positive(a), b, ad::positive_definite)); },
          system),
      of_two(
          "solve",
          [](auto& a, auto& b) { return list(ad::solve(plus_identity(a, 6), b, ad::positive_definite)); },
          system),
      of_two("solve", [](auto& a, auto& b) { return list(ad::solve(plus_identity(0.1 * a, 9), b)); },
             {{{15, 15}, {15, 1}}}),
      of_two(
          "solve_triangular",
          [](auto& a, auto& b) {
            const Variable t = regular(a);
            Variables x;
            for (const auto triangle : {ad::Triangle::lower, ad::Triangle::upper})
              for (const bool transposed : {false, true})
                x.push_back(ad::solve_triangular(t, b, triangle, transposed));
            return x;
          },
          system),
      {"solve_tridiagonal",
       [](const Variables& x) { return list(ad::solve_tridiagonal(x[0], 4.0 + x[1], x[2], x[3])); },
       {{{0, 1}, {1, 1}, {0, 1}, {1, 2}},
        {{1, 1}, {2, 1}, {1, 1}, {2, 1}},
        {{4, 1}, {5, 1}, {4, 1}, {5, 2}}}},
      {"solve_tridiagonal",  // with rows exchanged
       [](const Variables& x) { return list(ad::solve_tridiagonal(4.0 + x[0], x[1], x[2], x[3])); },
       {{{3, 1}, {4, 1}, {3, 1}, {4, 2}}}},
      {"solve_banded",
       [](const Variables& x) {
         return list(ad::solve_banded(with_larger_column(x[0], 1), 1, 2, x[1]),
                     ad::solve_banded(with_larger_column(x[0], 2), 2, 1, x[1]),
                     ad::solve_banded(with_larger_column(x[0], 0), 0, 3, x[1]));
       },
       {{{1, 4}, {1, 2}}, {{2, 4}, {2, 1}}, {{5, 4}, {5, 2}}}},
      {"solve_banded",  // with rows exchanged
       [](const Variables& x) { return list(ad::solve_banded(with_larger_column(x[0], 0), 2, 1, x[1])); },
       {{{4, 4}, {4, 2}}}},
      of_one(
          "inverse",
          [](auto& x) {
            return list(ad::inverse(regular(x)), ad::inverse(positive(x), ad::positive_definite));
          },
          square),
      of_one(
          "log_det",
          [](auto& x) {
            const auto [log_abs, sign] = ad::log_det(x);
            return list(log_abs, sign, ad::log_det(positive(x), ad::positive_definite));
          },
          square),
      of_one(
          "det", [](auto& x) { return list(ad::det(x)); }, square),
      of_one("det", [=](auto& x) { return first_derivative(ad::det(x), x); }, {{{3, 3}}}),
      of_one("qr",
             [](auto& x) {
               const auto [q, r] = ad::qr(of_full_rank(x));
               return list(q, r);
             },
             {{{1, 1}}, {{3, 3}}, {{4, 2}}, {{2, 4}}}),
      of_one("qr", [](auto& x) { return list(ad::qr(of_full_rank(x)).r); }, {{{3, 2}}}),
      of_one("qr", [=](auto& x) { return first_derivative(ad::qr(of_full_rank(x)).q, x); }, {{{3, 2}}}),
      of_one(
          "eigh",
          [](auto& x) {
            const auto [values, vectors] = ad::eigh(of_full_rank(x));
            return list(values, vectors);
          },
          square),
      of_one("eigh", [](auto& x) { return list(ad::sum(ad::exp(ad::eigh(x).values))); }, {{{3, 3}}}),
      of_one("eigh", [=](auto& x) { return first_derivative(ad::eigh(of_full_rank(x)).vectors, x); },
             {{{3, 3}}}),
      of_one("svd",
             [](auto& x) {
               const auto [u, values, v] = ad::svd(of_full_rank(x));
               return list(u, values, v);
             },
             {{{1, 1}}, {{3, 3}}, {{4, 2}}, {{2, 4}}, {{3, 1}}}),
      of_one("svd", [](auto& x) { return list(ad::svd(of_full_rank(x)).v); }, {{{3, 2}}, {{2, 3}}}),
      of_one("svd", [=](auto& x) { return first_derivative(ad::svd(of_full_rank(x)).u, x); }, {{{3, 2}}}),
      of_one(
          "expm", [](auto& x) { return list(ad::expm(x)); }, square),
      of_one(
          "trace", [](auto& x) { return list(ad::trace(x)); }, square),
      of_one(
          "diagonal", [](auto& x) { return list(ad::diagonal(x)); }, any),
      of_one("diagonal_matrix", [](auto& x) { return list(ad::diagonal_matrix(x)); },
             {{{3, 1}}, {{1, 3}}, {{1, 1}}}),
      of_one(
          "tril", [](auto& x) { return list(ad::tril(x), ad::tril(x, 1), ad::tril(x, -1), ad::tril(x, -9)); },
          any),
      of_one(
          "triu", [](auto& x) { return list(ad::triu(x), ad::triu(x, 1), ad::triu(x, -1), ad::triu(x, 9)); },
          any),
      of_one(
          "symmetric_part", [](auto& x) { return list(ad::symmetric_part(x)); }, square),
      of_two("dot", [](auto& a, auto& b) { return list(ad::dot(a, b)); },
             {{{3, 2}, {3, 2}}, {{3, 1}, {1, 3}}, {{1, 1}, {1, 1}}}),
      of_two("outer", [](auto& a, auto& b) { return list(ad::outer(a, b)); },
             {{{3, 1}, {2, 1}}, {{1, 3}, {2, 1}}, {{1, 1}, {1, 4}}}),
      of_two("kron", [](auto& a, auto& b) { return list(ad::kron(a, b)); },
             {{{2, 3}, {3, 2}}, {{1, 1}, {2, 3}}, {{3, 1}, {1, 2}}}),
      of_one(
          "norm", [](auto& x) { return list(ad::norm(x)); }, any),
  };
}

}  // namespace engram::test
