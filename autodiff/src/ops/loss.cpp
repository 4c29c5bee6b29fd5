#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"

ENGRAM_AUTODIFF_BEGIN

// All of these are compositions: the largest logit is taken out as a constant, which changes neither value
// nor derivative.

template <Differentiable T>
T log_sum_exp(const T& x, int axis) {
  const T largest = stop_gradient(max(x, axis));
  return largest + log(sum(exp(x - largest), axis));
}

template <Differentiable T>
T log_softmax(const T& logits) {
  return logits - log_sum_exp(logits, 1);
}

template <Differentiable T>
T softmax(const T& logits) {
  const T e = exp(logits - stop_gradient(max(logits, 1)));
  return e / sum(e, 1);
}

static void require_same(Shape logits, Shape targets) {
  if (logits != targets)
    fail("cross_entropy", "logits {} and targets {} differ in shape", to_string(logits), to_string(targets));
}

template <Differentiable T>
T cross_entropy(const T& logits, const T& targets) {
  require_same(logits.shape(), targets.shape());
  return -sum(targets * log_softmax(logits), 1);
}

template <Differentiable T>
T cross_entropy(const T& logits, const T& targets, const T& mask) {
  require_same(logits.shape(), targets.shape());
  if (mask.shape() != Shape{logits.rows(), 1})
    fail("cross_entropy", "the mask is {}, not one number for each of {} rows", to_string(mask.shape()),
         logits.rows());
  // Targets of examples that take no part may be NaN: 0 * NaN would not be 0.
  return mask * cross_entropy(logits, select(mask, targets, 0.0));
}

template <class Scalar>
Array<Scalar> one_hot(std::span<const int> labels, int classes) {
  if (classes < 0) fail("one_hot", "{} classes; there cannot be less than 0", classes);
  Array<Scalar> result = Array<Scalar>::Zero(static_cast<Index>(labels.size()), classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= classes)
      fail("one_hot", "label {} of example {} is not below {} classes", labels[i], i, classes);
    if (labels[i] >= 0) result(static_cast<Index>(i), labels[i]) = 1;
  }
  return result;
}

#define ENGRAM_INSTANTIATE(T)                   \
  template T log_sum_exp(const T&, int);        \
  template T log_softmax(const T&);             \
  template T softmax(const T&);                 \
  template T cross_entropy(const T&, const T&); \
  template T cross_entropy(const T&, const T&, const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)
template Array<float> one_hot(std::span<const int>, int);
template Array<double> one_hot(std::span<const int>, int);

ENGRAM_AUTODIFF_END
