/// Softmax and what goes with it; one example per row. All are stable for logits of any size.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <span>

ENGRAM_AUTODIFF_BEGIN

/// log Σ exp over an axis.
template <Differentiable T>
T log_sum_exp(const T& x, int axis);
/// exp(x) / Σ exp(x) of each row.
template <Differentiable T>
T softmax(const T& logits);
/// The logarithm of softmax.
template <Differentiable T>
T log_softmax(const T& logits);
/// -Σ_c target_c log softmax(logits)_c of each row: (examples x 1). Targets are probabilities, for instance
/// one-hot; a row of zeros is an example without a label, and has loss 0 and gradient 0.
template <Differentiable T>
T cross_entropy(const T& logits, const T& targets);
/// The same, with the loss of row b times mask(b, 0): 0 for examples that take no part, whatever their
/// targets.
template <Differentiable T>
T cross_entropy(const T& logits, const T& targets, const T& mask);

/// One-hot rows for class labels; a negative label gives a row of zeros (no label).
template <class Scalar>
Array<Scalar> one_hot(std::span<const int> labels, int classes);

ENGRAM_AUTODIFF_END
