/// Moving values about: shapes, parts, rows.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// xᵀ
template <Differentiable T>
T transpose(const T& x);
/// The same values, row by row, under another shape of the same size. Costs nothing.
template <Differentiable T>
T reshape(const T& x, Shape shape);
/// `count` rows from row `first` on. Costs nothing.
template <Differentiable T>
T slice_rows(const T& x, Index first, Index count);
/// `count` columns from column `first` on.
template <Differentiable T>
T slice_columns(const T& x, Index first, Index count);
/// Puts parts below each other (axis 0) or side by side (axis 1).
template <Differentiable T>
T concatenate(std::span<const T> parts, int axis);
/// `concatenate({a, b}, 0)`
template <Differentiable T>
T concatenate(std::initializer_list<T> parts, int axis) {
  return concatenate(std::span<const T>(parts.begin(), parts.size()), axis);
}
/// The same for parts in a vector.
template <Differentiable T>
T concatenate(const std::vector<T>& parts, int axis) {
  return concatenate(std::span<const T>(parts), axis);
}
/// Cuts x into parts of the given numbers of rows (axis 0; costs nothing) or columns (axis 1): the inverse of
/// concatenate.
template <Differentiable T>
std::vector<T> split(const T& x, const std::vector<Index>& sizes, int axis);
/// Row `indices[i]` of x as row i; a row may be taken more than once.
template <Differentiable T>
T gather_rows(const T& x, const std::vector<Index>& indices);
/// Adds row i of x to row `indices[i]` of a result with `rows` rows, zero elsewhere: the transpose of
/// gather_rows. Many rows that go to one are summed pairwise.
template <Differentiable T>
T scatter_rows(const T& x, const std::vector<Index>& indices, Index rows);

ENGRAM_AUTODIFF_END
