/// Triangular solves and factorizations in place, by halves: almost all of the work is products, which the
/// library's kernels do. Nothing is allocated; `work` is memory of the caller.
#pragma once

#include <engram/autodiff/array.hpp>
#include <engram/autodiff/kernels.hpp>

#include <algorithm>
#include <cmath>
#include <type_traits>

ENGRAM_AUTODIFF_BEGIN
namespace dense {

/// So many rows are worked off by plain loops.
constexpr Index few = 12;

/// A part of a row-major matrix.
template <class S>
struct Block {
  S* data;
  Index rows, columns, stride;

  S& operator()(Index i, Index j) const { return data[i * stride + j]; }
  Block part(Index i, Index j, Index m, Index n) const { return {data + i * stride + j, m, n, stride}; }
  /// The same to be read only.
  Block<const S> read() const { return {data, rows, columns, stride}; }
};

/// Copies a part to contiguous memory, row by row, or column by column; returns the end of the copy.
template <class S>
S* pack(Block<const S> a, bool transposed, S* to) {
  if (transposed)
    for (Index j = 0; j < a.columns; ++j)
      for (Index i = 0; i < a.rows; ++i) *to++ = a(i, j);
  else
    for (Index i = 0; i < a.rows; ++i) to = std::copy_n(a.data + i * a.stride, a.columns, to);
  return to;
}

/// c -= the product, whose operands are contiguous.
template <class S>
void subtract_product(Block<S> c, kernels::Product<S> product, S* work) {
  kernels::matmul(product, work);
  for (Index i = 0; i < c.rows; ++i, work += c.columns)
    for (Index j = 0; j < c.columns; ++j) c(i, j) -= work[j];
}

/// How a triangular matrix stands in a system. Passed by reference: bytes that are stored and then read as a
/// word hold up a processor for longer than a tiny system takes.
struct Triangular {
  bool lower;
  bool transposed = false;
  bool unit = false;  ///< with a diagonal of ones, which is not stored
};

/// Solves for `width` columns of n rows x. l is a lower triangle.
template <Index width, Index n, class S>
void substitute(const S (&l)[n][n], bool unit, S (&x)[n][width]) {
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < i; ++j)
      for (Index c = 0; c < width; ++c) x[i][c] -= l[i][j] * x[j][c];
    if (!unit)
      for (Index c = 0; c < width; ++c) x[i][c] /= l[i][i];
  }
}

/// `solve` with as few rows as fit in registers, in the order of its plain loops.
template <Index n, class S>
void solve_rows(const Triangular& kind, Block<const S> t, S* b, Index k) {
  const bool down = kind.lower != kind.transposed;
  const Index first = down ? 0 : n - 1, sign = down ? 1 : -1;
  const Index next_row = sign * (kind.transposed ? 1 : t.stride),
              next_column = sign * (kind.transposed ? t.stride : 1);
  S l[n][n];
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j <= i; ++j) l[i][j] = (&t(first, first))[i * next_row + j * next_column];
  const auto columns = [&]<Index width>(S* at, std::integral_constant<Index, width>) {
    S x[n][width];
    for (Index i = 0; i < n; ++i) std::copy_n(at + i * sign * k, width, x[i]);
    substitute(l, kind.unit, x);
    for (Index i = 0; i < n; ++i) std::copy_n(x[i], width, at + i * sign * k);
  };
  S *at = b + first * k, *const end = at + k;
  for (; end - at >= 2; at += 2) columns(at, std::integral_constant<Index, 2>());
  if (at < end) columns(at, std::integral_constant<Index, 1>());
}

/// b (n x k, contiguous) = t⁻¹ b. Needs n² / 4 + n k / 2 numbers of work from `few` rows on.
template <class S>
void solve(const Triangular& kind, Block<const S> t, S* b, Index k, S* work) {
  const Index n = t.rows;
  const bool down = kind.lower != kind.transposed;  // from the first row to the last
  if (n > few) {
    const Index half = n / 2, rest = n - half;
    const Index first = down ? 0 : half, second = down ? half : 0;  // rows that are solved for
    const Index size = down ? half : rest, other = n - size;
    solve(kind, t.part(first, first, size, size), b + first * k, k, work);
    const auto coupling =
        kind.transposed ? t.part(first, second, size, other) : t.part(second, first, other, size);
    S* const product = pack(coupling, kind.transposed, work);
    subtract_product<S>({b + second * k, other, k, k}, {other, k, size, work, b + first * k}, product);
    return solve(kind, t.part(second, second, other, other), b + second * k, k, work);
  }
  if (n == 2) return solve_rows<2>(kind, t, b, k);
  if (n == 3) return solve_rows<3>(kind, t, b, k);
  if (n == 4) return solve_rows<4>(kind, t, b, k);
  for (Index step = 0; step < n; ++step) {
    const Index i = down ? step : n - 1 - step;
    S* const row = b + i * k;
    for (Index done = 0; done < step; ++done) {
      const Index j = down ? done : n - 1 - done;
      const S factor = kind.transposed ? t(j, i) : t(i, j);
      for (Index c = 0; c < k; ++c) row[c] -= factor * b[j * k + c];
    }
    if (!kind.unit)
      for (Index c = 0; c < k; ++c) row[c] /= t(i, i);
  }
}

/// Replaces the lower triangle of a by its Cholesky factor; what is above it is undefined. Returns the number
/// of minors that are positive, as far as it got: a.rows if all are. Needs n² numbers of work from `few` rows
/// on.
template <class S>
Index cholesky(Block<S> a, S* work) {
  const Index n = a.rows;
  if (n > few) {
    const Index half = n / 2, rest = n - half;
    const auto corner = a.part(0, 0, half, half), below = a.part(half, 0, rest, half);
    if (const Index positive = cholesky(corner, work); positive < half) return positive;
    S* const end = pack(below.read(), true, work);
    solve<S>({.lower = true}, corner.read(), work, rest, end);
    for (Index i = 0; i < rest; ++i)
      for (Index j = 0; j < half; ++j) below(i, j) = work[j * rest + i];
    S* const product = pack(below.read(), false, work);
    constexpr Index strip = 32;  // of rows, as long as the triangle is there
    for (Index i = 0; i < rest; i += strip) {
      const Index m = std::min(strip, rest - i), columns = i + m;
      subtract_product<S>(a.part(half + i, half, m, columns),
                          {m, columns, half, work + i * half, work, false, true}, product);
    }
    return half + cholesky(a.part(half, half, rest, rest), work);
  }
  for (Index j = 0; j < n; ++j) {
    S square = a(j, j);
    for (Index k = 0; k < j; ++k) square -= a(j, k) * a(j, k);
    if (!(square > 0) || !std::isfinite(square)) return j;
    a(j, j) = std::sqrt(square);
    for (Index i = j + 1; i < n; ++i) {
      S entry = a(i, j);
      for (Index k = 0; k < j; ++k) entry -= a(i, k) * a(j, k);
      a(i, j) = entry / a(j, j);
    }
  }
  return n;
}

template <class S>
void swap_rows(Block<S> a, Index i, Index j) {
  if (i != j) std::swap_ranges(&a(i, 0), &a(i, 0) + a.columns, &a(j, 0));
}

/// Replaces a (m x n, m >= n) by its LU factors, l with a unit diagonal. Row k was exchanged with row
/// pivots[k], in this order. Needs m n numbers of work from `few` columns on. A column without a pivot is
/// left as it is.
template <class S>
void lu(Block<S> a, S* pivots, S* work) {
  const Index m = a.rows, n = a.columns;
  if (n > few) {
    const Index half = n / 2, rest = n - half;
    const auto left = a.part(0, 0, m, half), right = a.part(0, half, m, rest);
    lu(left, pivots, work);
    for (Index k = 0; k < half; ++k) swap_rows(right, k, static_cast<Index>(pivots[k]));
    S* const end = pack(right.part(0, 0, half, rest).read(), false, work);
    solve<S>({.lower = true, .unit = true}, left.part(0, 0, half, half).read(), work, rest, end);
    for (Index k = 0; k < half; ++k) std::copy_n(work + k * rest, rest, &right(k, 0));
    S* const product = pack(left.part(half, 0, m - half, half).read(), false, end);
    subtract_product<S>(right.part(half, 0, m - half, rest), {m - half, rest, half, end, work}, product);
    lu(right.part(half, 0, m - half, rest), pivots + half, work);
    for (Index k = half; k < n; ++k) {
      swap_rows(left, k, half + static_cast<Index>(pivots[k]));
      pivots[k] += static_cast<S>(half);
    }
    return;
  }
  for (Index k = 0; k < n; ++k) {
    Index pivot = k;
    for (Index i = k + 1; i < m; ++i)
      if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
    pivots[k] = static_cast<S>(pivot);
    swap_rows(a, k, pivot);
    if (a(k, k) == 0) continue;
    for (Index i = k + 1; i < m; ++i) {
      const S factor = a(i, k) /= a(k, k);
      for (Index j = k + 1; j < n; ++j) a(i, j) -= factor * a(k, j);
    }
  }
}

}  // namespace dense
ENGRAM_AUTODIFF_END
