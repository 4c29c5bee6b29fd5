/// Source: Lee, "Pseudo-label: the simple and efficient semi-supervised learning method for deep neural
/// networks", ICML 2013 workshop on challenges in representation learning.
#pragma once

#include <engram/plasticity/inner_losses/supervised.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The labelled loss plus α(t) times that of the unlabelled points, whose labels are the network's answers.
/// α is 0 during the first tenth of the steps, then rises linearly to λ, which it reaches after six tenths,
/// as in the paper. The number is λ.
struct PseudoLabels : Objective<1> {
  template <class T>
  T operator()(const Network& network, const std::vector<T>& weights, const StepData<T>& data,
               std::span<const T> numbers) const {
    const T z = logits(network, weights, data.batch.x);
    const T winners = equal(z, autodiff::max(z, 1));  // more than one where logits are equal: shared
    const T answers = winners / autodiff::sum(winners, 1);
    const T alpha = numbers[0] * minimum(maximum((data.progress - 0.1) / 0.5, 0.0), 1.0);
    return labelled_loss(z, data.batch) + alpha * unlabelled_mean(cross_entropy(z, answers), data.batch);
  }
};

ENGRAM_PLASTICITY_END
