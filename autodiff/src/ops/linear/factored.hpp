/// Factors of a matrix, found once for all that is solved with them.
#pragma once

#include "common.hpp"

ENGRAM_AUTODIFF_BEGIN

/// Which factors are given beside a matrix: of a general one those of `lu_factors`, of a symmetric positive
/// definite one its Cholesky factor. Nothing flows to factors: an op that gets them gets the matrix itself as
/// well, to which its cotangent flows.
enum class Factors { lu, cholesky };

/// (n+1 x n): the LU factors of a (n x n), and in the last row the row with which each row was exchanged.
template <class T>
T lu_factors(const T& a);
/// What `lu_factors` gave. Row k of lu was exchanged with row pivots[k].
template <class S>
struct LuView {
  const S* lu;
  const S* pivots;
  Index n;
  explicit LuView(ConstView<S> f)
      : lu(f.data), pivots(f.data + f.shape.columns * f.shape.columns), n(f.shape.columns) {}

  Index pivot(Index k) const { return static_cast<Index>(pivots[k]); }
  S diagonal(Index k) const { return lu[k * n + k]; }
  Index first_singular() const {
    return first_without_pivot(n, [&](Index k) { return diagonal(k); });
  }
  /// Of the determinant; NaN if a pivot is.
  S sign() const {
    S sign = 1;
    for (Index k = 0; k < n; ++k) {
      const S d = diagonal(k);
      sign *= d == 0 ? S{0} : std::isnan(d) ? d : std::copysign(S{1}, d);
      if (pivot(k) != k) sign = -sign;
    }
    return sign;
  }
};

/// The Cholesky factor of a where that is the kind, else the LU factors.
template <class T>
T factors_of(const T& a, Factors kind) {
  return kind == Factors::lu ? lu_factors(a) : cholesky(a);
}
/// x with a x = b, or aᵀ x = b.
template <class T>
T solve_factored(const T& a, const T& factors, const T& b, Factors kind, bool transposed = false);

ENGRAM_AUTODIFF_END
