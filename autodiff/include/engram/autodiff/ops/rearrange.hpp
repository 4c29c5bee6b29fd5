/// Entries in another order, running sums, statistics, and rows chosen at run time. An axis is 0, which runs
/// over the rows, or 1, over the columns. Masks and indices are values like others; nothing flows back
/// through them.
#pragma once

#include <engram/autodiff/ops/arithmetic.hpp>
#include <engram/autodiff/ops/arrange.hpp>
#include <engram/autodiff/ops/functions.hpp>
#include <engram/autodiff/ops/reduce.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Entry (i, j) of x, (1x1). One that does not exist is an error.
template <Differentiable T>
T at(const T& x, Index i, Index j) {
  if (i < 0 || i >= x.rows() || j < 0 || j >= x.columns())
    fail("at", "there is no entry ({},{}) in {}", i, j, to_string(x.shape()));
  return slice_columns(slice_rows(x, i, 1), j, 1);
}
/// Entry i of a row or a column.
template <Differentiable T>
T at(const T& x, Index i) {
  if (x.rows() != 1 && x.columns() != 1)
    fail("at", "an entry of {} has two indices: at(x, i, j)", to_string(x.shape()));
  return x.columns() == 1 ? at(x, i, 0) : at(x, 0, i);
}
/// Row i of x, (1 x columns).
template <Differentiable T>
T row(const T& x, Index i) {
  return slice_rows(x, i, 1);
}
/// Column j of x, (rows x 1).
template <Differentiable T>
T column(const T& x, Index j) {
  return slice_columns(x, j, 1);
}

/// The entries in the opposite order along an axis.
template <Differentiable T>
T reverse(const T& x, int axis);
/// The entries moved on by `shift` along an axis; those that leave at one end come in at the other.
template <Differentiable T>
T roll(const T& x, Index shift, int axis);
/// x in the middle of zeros: so many rows above and below, so many columns to the left and right.
template <Differentiable T>
T pad(const T& x, Index above, Index below, Index left, Index right);
/// x so many times below itself, and that so many times side by side.
template <Differentiable T>
T tile(const T& x, Index down, Index across);
/// Each row (axis 0) or column (axis 1) so many times in turn.
template <Differentiable T>
T repeat(const T& x, Index count, int axis);

/// Sums of the entries up to each one, itself included, along an axis. In float they are added up in double.
template <Differentiable T>
T cumsum(const T& x, int axis);
/// Products of the entries up to each one, itself included, along an axis; with all derivatives where some
/// are 0, too.
template <Differentiable T>
T cumprod(const T& x, int axis);

/// The smallest entry, NaN if any is NaN; of no entries an error. Where several are smallest the cotangent is
/// shared evenly.
template <Differentiable T>
T min(const T& x) {
  return -max(-x);
}
/// The smallest over an axis, likewise.
template <Differentiable T>
T min(const T& x, int axis) {
  return -max(-x, axis);
}
/// The variance of all entries: the mean square of their distance from their mean.
template <Differentiable T>
T var(const T& x) {
  return mean(square(x - mean(x)));
}
/// Variances over an axis.
template <Differentiable T>
T var(const T& x, int axis) {
  return mean(square(x - mean(x, axis)), axis);
}
/// The root of the variance, whose derivative is infinite or NaN where all entries are equal.
template <Differentiable T>
T std_deviation(const T& x) {
  return sqrt(var(x));
}
/// Over an axis.
template <Differentiable T>
T std_deviation(const T& x, int axis) {
  return sqrt(var(x, axis));
}
/// 1 if any entry is not 0, else 0; over an axis.
template <Differentiable T>
T any(const T& x, int axis) {
  return greater(sum(1.0 - equal(x, 0.0), axis), 0.0);
}
/// 1 if no entry is 0, else 0; over an axis.
template <Differentiable T>
T all(const T& x, int axis) {
  return equal(sum(equal(x, 0.0), axis), 0.0);
}

/// The index of the largest entry over an axis, the first of several; NaN where an entry is.
template <Differentiable T>
T argmax(const T& x, int axis);
/// (labels x classes): row i is 1 in column labels(i, 0), and 0 elsewhere and for other labels.
// Not one template for both: `one_hot<double>(...)` of loss.hpp would ask whether `double` is Differentiable,
// and GCC 12 then can take the next type it asks for, which is, for one that is not.
template <class S>
Variable<S> one_hot(const Variable<S>& labels, Index classes);
/// The same of values.
template <class S>
Value<S> one_hot(const Value<S>& labels, Index classes);
/// Row k of the result is row indices(k, 0) of x: which rows is decided when it runs, in compiled functions,
/// too. An index that is no row of x is an error; in a compiled function it gives a row of NaN, which
/// find_non_finite finds.
template <Differentiable T>
T take_rows(const T& x, const T& indices);

ENGRAM_AUTODIFF_END
