/// Source: Laine, Aila, "Temporal ensembling for semi-supervised learning", ICLR 2017: the Π-model.
#pragma once

#include <engram/plasticity/inner_losses/supervised.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Every point is seen twice under different normal noise on the input; the labelled loss of the first sight
/// plus w(t) times the mean square by which the probabilities of both differ, over all points.
/// w(t) = λ exp(-5 (1 - T)²), where T rises from 0 to 1 during the first 80/300 of the steps, as in the
/// paper. The numbers are λ and the noise's standard deviation.
struct PiModel : Objective<2, 2> {
  template <class T>
  T operator()(const Network& network, const std::vector<T>& weights, const StepData<T>& data,
               std::span<const T> numbers) const {
    const auto seen = [&](std::size_t copy) {
      return logits(network, weights, data.batch.x + numbers[1] * data.noise[copy]);
    };
    const T z = seen(0);
    const T risen = minimum(data.progress / (80.0 / 300.0), 1.0);
    const T weight = numbers[0] * exp(-5.0 * square(1.0 - risen));
    return labelled_loss(z, data.batch) + weight * mean(square(softmax(z) - softmax(seen(1))));
  }
};

ENGRAM_PLASTICITY_END
