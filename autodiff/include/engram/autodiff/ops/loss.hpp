/// Softmax and what goes with it; one example per row, one class per column. No exponential overflows,
/// however large the logits. Infinite logits have the values and the derivatives of their limits, which
/// docs/derivatives.md lists. None is NaN, unless a logit is.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <span>

ENGRAM_AUTODIFF_BEGIN

/// log Σ exp(x) over an axis: axis 0 runs over the rows (the result has one row), axis 1 over the columns.
template <Differentiable T>
T log_sum_exp(const T& x, int axis);
/// exp(x) / Σ exp(x), row by row, in the shape of the logits.
template <Differentiable T>
T softmax(const T& logits);
/// The logarithm of softmax, accurate where softmax itself underflows.
template <Differentiable T>
T log_softmax(const T& logits);
/// For each row the sum -Σ_c target_c log softmax(logits)_c over its classes c: (examples x 1). A row of
/// targets holds probabilities, for instance one-hot ones. A row of zeros is an example without a label: its
/// loss and its gradient are 0. A class whose logit is -∞ adds nothing to value or gradient where its target
/// is 0. Where it is not, the loss is ∞.
template <Differentiable T>
T cross_entropy(const T& logits, const T& targets);
/// The same, with the loss of row b times mask(b, 0): value and gradient are exactly 0 for examples that take
/// no part, whatever their logits and targets.
template <Differentiable T>
T cross_entropy(const T& logits, const T& targets, const T& mask);

/// (labels x classes): row i is 1 in column labels[i] and 0 elsewhere. A negative label stands for none and
/// gives a row of zeros. Labels that are not below `classes` are an error, and so are negative `classes`.
template <class Scalar>
Array<Scalar> one_hot(std::span<const int> labels, int classes);

ENGRAM_AUTODIFF_END
