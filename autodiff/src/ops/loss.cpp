#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"

#include <limits>

ENGRAM_AUTODIFF_BEGIN

/// x - largest, an op of arithmetic.cpp.
template <Differentiable T>
T below_largest(const T& x, const T& largest);

// All of these are compositions. The largest entry is taken out: then no exponential overflows, and their sum
// is at least 1, so that its logarithm and its inverse are finite with all their derivatives.

template <Differentiable T>
T log_sum_exp(const T& x, int axis) {
  const T largest = stop_gradient(max(x, axis));
  return largest + log(sum(exp(below_largest(x, largest)), axis));
}

template <Differentiable T>
T log_softmax(const T& logits) {
  const T d = below_largest(logits, max(logits, 1));
  return d - log(sum(exp(d), 1));
}

template <Differentiable T>
T softmax(const T& logits) {
  const T e = exp(below_largest(logits, max(logits, 1)));
  return e / sum(e, 1);
}

static void require_same(Shape logits, Shape targets) {
  if (logits != targets)
    fail("cross_entropy", "logits {} and targets {} differ in shape", to_string(logits), to_string(targets));
}

template <Differentiable T>
T cross_entropy(const T& logits, const T& targets) {
  require_same(logits.shape().matrix(), targets.shape().matrix());
  const T log_p = log_softmax(logits);
  // 0 log 0 = 0: a class that is impossible, and not the target either, does not count.
  const T impossible = equal(log_p, -std::numeric_limits<double>::infinity()) * equal(targets, 0.0);
  return -sum(targets * select(impossible, 0.0, log_p), 1);
}

template <Differentiable T>
T cross_entropy(const T& logits, const T& targets, const T& mask) {
  require_same(logits.shape().matrix(), targets.shape().matrix());
  if (mask.shape().matrix() != Shape{logits.rows(), 1})
    fail("cross_entropy", "the mask is {}, not one number for each of {} rows", to_string(mask.shape()),
         logits.rows());
  // Examples that take no part may hold NaN: 0 * NaN would not be 0.
  return mask * cross_entropy(select(mask, logits, 0.0), select(mask, targets, 0.0));
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
