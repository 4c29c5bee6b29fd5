/// Source: Grandvalet, Bengio, "Semi-supervised learning by entropy minimization", NeurIPS 2004 (2005).
#pragma once

#include <engram/plasticity/inner_losses/supervised.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The labelled loss plus λ times the mean entropy of the answers to the unlabelled points. Its number is λ.
struct EntropyMinimisation : Objective<1> {
  template <class T>
  T operator()(const Network& network, const std::vector<T>& weights, const StepData<T>& data,
               std::span<const T> numbers) const {
    const T z = logits(network, weights, data.batch.x);
    return labelled_loss(z, data.batch) +
           numbers[0] * unlabelled_mean(cross_entropy(z, softmax(z)), data.batch);
  }
};

ENGRAM_PLASTICITY_END
