/// Stencils and convolutions of a matrix with a smaller one. `pad`, `roll` and `concatenate` make the borders
/// that a program wants.
#pragma once

#include <engram/autodiff/ops/rearrange.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Where the kernel k (p x q) fits into x (m x n), the sum of the products of what lies on each other,
///
///     y(i, j) = sum over a, b of k(a, b) x(i + a, j + b),    (m - p + 1) x (n - q + 1)
///
/// which is a stencil, and what neural networks call a convolution. A kernel of one row runs along rows.
template <Differentiable T>
T correlate(const T& x, const T& k);

/// The same with the kernel turned round: the convolution of mathematics, where it is whole.
template <Differentiable T>
T convolve(const T& x, const T& k) {
  return correlate(x, reverse(reverse(k, 0), 1));
}

ENGRAM_AUTODIFF_END
