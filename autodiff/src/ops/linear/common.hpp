/// What the ops of linear algebra share.
#pragma once

#include <engram/autodiff/ops.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

ENGRAM_AUTODIFF_BEGIN

/// Errors of empty matrices and of those that are not square.
inline void require_entries(const char* where, Shape a) {
  if (a.rows == 0 || a.columns == 0) fail(where, "the matrix is empty: {}", to_string(a));
}
inline void require_square(const char* where, Shape a) {
  if (a.rows != a.columns) fail(where, "the matrix must be square, and is {}", to_string(a));
  require_entries(where, a);
}
/// The same, and that b has a row for each row of a.
inline void require_system(const char* where, Shape a, Shape b) {
  require_square(where, a);
  if (a.rows != b.rows)
    fail(where, "a matrix {} and a right side {} differ in rows", to_string(a), to_string(b));
}

/// The first of n rows that has no finite pivot other than 0, with `pivot(row)`; n if all have one.
inline Index first_without_pivot(Index n, const auto& pivot) {
  Index row = 0;
  while (row < n && pivot(row) != 0 && std::isfinite(pivot(row))) ++row;
  return row;
}

/// Why a matrix of n rows is singular whose first row without a pivot is this one; nothing if it is n.
inline std::string why_singular(Index row, Index n) {
  return row < n ? fmt::format("the matrix is singular: there is no pivot for row {}", row) : "";
}

/// Applies a variadic op with one result.
template <class Op, class T, class... Rest>
T apply_one(const Op& op, Shape shape, const T& x, const Rest&... rest) {
  const std::array inputs{x, rest...};
  return apply_all(make_operation<typename T::Scalar>(op), std::span<const T>(inputs),
                   std::span<const Shape>(&shape, 1))[0];
}

template <class T>
T identity_like(const T& x, Index n) {
  using S = typename T::Scalar;
  return constant_like(x, Value<S>(Matrix<S>::Identity(n, n)));
}

template <class S>
void fill_nan(View<S> y) {
  std::fill_n(y.data, y.shape.size(), std::numeric_limits<S>::quiet_NaN());
}
template <class S>
bool all_finite(ConstView<S> x) {
  return std::all_of(x.data, x.data + x.shape.size(), [](S v) { return std::isfinite(v); });
}

/// The values of v (n x 1) that are told apart: entry (i, j) is 1 where values i and j differ, NaN where they
/// are equal but for rounding, and 0 on the diagonal. Rounding is n ulps of the largest. Nothing flows back.
template <class T>
T distinct(const T& v);
/// 1 for each value of v (n x 1), NaN for those that are 0 but for rounding, which is `count` ulps of the
/// largest. Nothing flows back.
template <class T>
T nonzero(const T& v, Index count);

/// Vectors that are negative where they are largest turn round, with their partners: so signs are determined.
void fix_signs(auto&& vectors, auto&&... partners) {
  for (Index k = 0; k < vectors.cols(); ++k) {
    Index largest = 0;
    vectors.col(k).abs().maxCoeff(&largest);
    if (vectors(largest, k) >= 0) continue;
    vectors.col(k) *= -1;
    (..., (partners.col(k) *= -1));
  }
}

ENGRAM_AUTODIFF_END
