/// Sums, means and maxima. Long sums are pairwise: their rounding errors grow like the logarithm of how many
/// numbers are added. Axis 0 runs over the rows (the result has one row), axis 1 over the columns; without an
/// axis, over everything (the result is 1x1). Reduced axes keep size 1, so results broadcast against their
/// origin.
#pragma once

#include <engram/autodiff/tape.hpp>

ENGRAM_AUTODIFF_BEGIN

/// The sum of all entries.
template <Differentiable T>
T sum(const T& x);
/// Sums over an axis.
template <Differentiable T>
T sum(const T& x, int axis);
/// The mean of all entries. If they are equal, it is exactly that number. It is an error if there are none.
template <Differentiable T>
T mean(const T& x);
/// Means over an axis.
template <Differentiable T>
T mean(const T& x, int axis);
/// The largest entry, NaN if any is NaN. It is an error if there are none. If several are largest, they share
/// the cotangent evenly.
template <Differentiable T>
T max(const T& x);
/// The largest over an axis, likewise.
template <Differentiable T>
T max(const T& x, int axis);

/// Sums over the axes along which `shape` is 1 and x is not. This is the transpose of broadcasting from
/// `shape` to the shape of x.
template <Differentiable T>
T sum_to(T x, Shape shape);
/// Repeats x along the axes where it is 1 and `shape` is not.
template <Differentiable T>
T broadcast_to(T x, Shape shape);

ENGRAM_AUTODIFF_END
