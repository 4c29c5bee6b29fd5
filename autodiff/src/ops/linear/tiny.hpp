/// Factorizations and solves for stacks of tiny matrices, side by side in vectors, with the bits of
/// dense.hpp.
#pragma once

#include <engram/autodiff/array.hpp>

#include "dense.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

/// So many rows, and columns of a right side, at most.
constexpr Index most_side_by_side = 8;

/// Matrices of a stack, `step` apart; one serves for all if that is 0.
template <class S>
struct Stacked {
  const S* data;
  Index step;
  Stacked(ConstView<S> x) : data(x.data), step(x.shape.stack == 1 ? 0 : x.shape.rows * x.shape.columns) {}
};

/// The LU factors of a (n x n), and below them the pivots, as numbers.
template <class S>
void tiny_lu(Stacked<S> a, S* factors, Index n, Index count);
/// The Cholesky factor of the symmetric part of a (n x n); NaN if that is not positive definite.
template <class S>
void tiny_cholesky(Stacked<S> a, S* l, Index n, Index count);
/// x (n x k) = t⁻¹ b; NaN where the diagonal has a zero.
template <class S>
void tiny_solve(dense::Triangular kind, Stacked<S> t, Stacked<S> b, S* x, Index n, Index k, Index count);
/// x (n x k) = a⁻¹ b, or a⁻ᵀ b, by a's LU factors and pivots; NaN if a is singular.
template <class S>
void tiny_solve_by_lu(Stacked<S> factors, Stacked<S> b, S* x, Index n, Index k, bool transposed, Index count);

}  // namespace kernels

/// Whether the stack of results y of a system of n equations is computed side by side.
inline bool is_side_by_side(Shape y, Index n) {
  return y.stack > 1 && n >= 1 && std::max(n, y.columns) <= kernels::most_side_by_side;
}

ENGRAM_AUTODIFF_END
