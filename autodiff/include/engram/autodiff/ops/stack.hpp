/// Stacks: many matrices of one shape in one value.
///
/// Every op acts on each matrix of a stack by itself: on the first matrix of each operand, then on the
/// second, and so on. An operand that is one matrix serves for all of them. So a function written for
/// matrices runs on stacks of them as it is. What is differentiated in it, too: the gradient of a stack of
/// 1x1 matrices is that of each of them, and a shared matrix, which all of them depend on, gets the sum of
/// their gradients.
///
/// Only the functions here go across a stack. They move values, or add them, along it; what they move
/// nothing, costs nothing.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// One stack of several values with matrices of one shape; values that are stacks themselves are put one
/// after the other.
template <Differentiable T>
T stack(std::span<const T> parts);
/// `stack({a, b})`
template <Differentiable T>
T stack(std::initializer_list<T> parts) {
  return stack(std::span<const T>(parts.begin(), parts.size()));
}
/// The same of a vector.
template <Differentiable T>
T stack(const std::vector<T>& parts) {
  return stack(std::span<const T>(parts));
}
/// The matrices of a stack, one by one. Costs nothing.
template <Differentiable T>
std::vector<T> unstack(const T& x);
/// `count` matrices of a stack, from matrix `first` on. Costs nothing.
template <Differentiable T>
T slice_stack(const T& x, Index first, Index count);
/// One matrix `count` times. With respect to the result, each has a gradient of its own.
template <Differentiable T>
T repeat_stack(const T& x, Index count);

/// The sum of a stack's matrices: one matrix.
template <Differentiable T>
T sum_stack(const T& x);
/// The mean of a stack's matrices. Throws if there are none.
template <Differentiable T>
T mean_stack(const T& x);

/// The same values in the same order, matrix by matrix, row by row, under another shape, whose stack may be
/// another one: `restack(x, {1, 3, 5})` makes 5 rows of 3 values a stack of 5 matrices (1,3). Costs nothing.
/// (`reshape` gives each matrix of a stack another shape.)
template <Differentiable T>
T restack(const T& x, Shape shape);

/// x as a stack of `count` matrices: one matrix is repeated, a stack becomes its sum if count is 1. Throws if
/// it is another stack.
template <Differentiable T>
T fit_stack(T x, Index count);

/// A function written for matrices, as one of stacks of them: the same function, for every op acts on stacks.
/// Arguments that are no stacks are shared by all matrices. With respect to a shared argument the gradient is
/// the sum over the stack; `repeat_stack` the argument first to have one gradient for each matrix.
template <class F>
F vmap(F function) {
  return function;
}

ENGRAM_AUTODIFF_END
