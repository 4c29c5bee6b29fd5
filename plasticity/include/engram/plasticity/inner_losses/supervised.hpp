/// The loss of the labelled points alone; and, as a bound that no fair method reaches, of all points with the
/// labels that were withheld.
#pragma once

#include <engram/plasticity/method.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Base of objectives: how many numbers of its own one has, and how many times the batch's shape of random
/// numbers it wants.
template <std::size_t numbers, Index copies = 0>
struct Objective {
  static constexpr std::size_t hyperparameters = numbers;
  static constexpr Index noise_copies = copies;
};

/// Mean cross-entropy of the labelled points of a batch, from the logits of all of them.
template <class T>
T labelled_loss(const T& logits, const Batches<T>& batch) {
  return autodiff::sum(cross_entropy(logits, batch.targets, batch.mask)) / autodiff::sum(batch.mask);
}

/// The mean over the points without a label of a value for each point, 0 if there are none.
template <class T>
T unlabelled_mean(const T& per_point, const Batches<T>& batch) {
  const T unlabelled = 1.0 - batch.mask;
  return autodiff::sum(select(unlabelled, per_point, 0.0)) / maximum(autodiff::sum(unlabelled), 1.0);
}

/// Backpropagation as usual.
struct Supervised : Objective<0> {
  template <class T>
  T operator()(const Network& network, const std::vector<T>& weights, const StepData<T>& data,
               std::span<const T>) const {
    return labelled_loss(logits(network, weights, data.batch.x), data.batch);
  }
};

/// Backpropagation with the labels of all points.
struct AllLabels : Objective<0> {
  template <class T>
  T operator()(const Network& network, const std::vector<T>& weights, const StepData<T>& data,
               std::span<const T>) const {
    return mean(cross_entropy(logits(network, weights, data.batch.x), data.batch.targets));
  }
};

ENGRAM_PLASTICITY_END
