/// Entries by their size, and entries that numbers choose along an axis at run time. An axis is 0, which runs
/// over the rows, or 1, over the columns. Numbers are values like others, exact in float up to 2^24; nothing
/// flows back through them.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// The numbers of the entries along an axis in rising order. Equal ones stay in their order, NaN come last.
template <Differentiable T>
T argsort(const T& x, int axis);

/// Along axis 0, entry (i, j) of the result is x(indices(i, j), j); along axis 1 it is x(i, indices(i, j)).
/// Which entries is decided when it runs, in compiled functions, too. An index that does not exist is an
/// error; in a compiled function it gives NaN, which find_non_finite finds.
template <Differentiable T>
T take_along(const T& x, const T& indices, int axis);

/// The entries in rising order along an axis, NaN last. A cotangent flows to where its entry came from.
template <Differentiable T>
T sort(const T& x, int axis) {
  return take_along(x, argsort(x, axis), axis);
}

/// Largest entries along an axis, and which these are.
template <class T>
struct TopK {
  T values, indices;
};
/// The k largest entries along an axis, in falling order; of equal ones those that stand first. NaN count as
/// smallest.
template <Differentiable T>
TopK<T> top_k(const T& x, Index k, int axis);

/// Column k of the result is column indices[k] of x.
template <Differentiable T>
T gather_columns(const T& x, const std::vector<Index>& indices);
/// Zeros of so many columns, to which column k of x is added at column indices[k].
template <Differentiable T>
T scatter_columns(const T& x, const std::vector<Index>& indices, Index columns);

/// (columns x columns): the covariances of x's columns, whose rows are observations, all of the same weight:
/// mean products of distances from the mean.
template <Differentiable T>
T cov(const T& x);

ENGRAM_AUTODIFF_END
