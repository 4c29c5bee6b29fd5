/// The supervised baseline: the same network, trained on the labelled points by gradient descent with
/// backpropagation.
#pragma once

#include <engram/plasticity/adam.hpp>
#include <engram/plasticity/objective.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The step that gradient descent takes.
enum class Optimizer { sgd, adam };

/// `steps` full-batch steps on the mean cross-entropy of the labelled points, as one loop. `learning_rate` is
/// 1x1. `observe(weights, constants)` as in `inner_loop`; the constants are the learning rate, then the
/// labelled points and their targets, then `more`.
template <Differentiable T, class Observe>
InnerLoopResult<T> backprop_loop(const Network& network, Optimizer optimizer, const T& learning_rate,
                                 const Synapses<T>& start, const T& x, const T& targets,
                                 const std::vector<T>& more, Index steps, const Observe& observe) {
  const std::size_t layers = network.depth();
  const AdamState<T> state0 = adam_start(start.forward);
  std::vector<T> carry = start.forward;
  if (optimizer == Optimizer::adam)
    for (const T& leaf : flatten(state0)) carry.push_back(leaf);
  std::vector<T> constants{learning_rate, x, targets};
  constants.insert(constants.end(), more.begin(), more.end());

  const auto body = [&](std::span<const T> in, std::span<const T>, std::span<const T> c) {
    const std::vector<T> weights(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(layers));
    const auto g = gradient(mean_loss(network, weights, c[1], c[2]), weights);
    std::vector<T> next;
    if (optimizer == Optimizer::adam) {
      const auto number = [&](double v) {
        return constant_like(c[0], Value<typename T::Scalar>(static_cast<typename T::Scalar>(v)));
      };
      AdamState<T> state = unflatten(state0, in.subspan(layers));
      next = adam_step({c[0], number(0.9), number(0.999), number(1e-8)}, state, weights, g);
      for (const T& leaf : flatten(state)) next.push_back(leaf);
    } else {
      for (std::size_t l = 0; l < layers; ++l) next.push_back(weights[l] - c[0] * g[l]);
    }
    const std::vector<T> after(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(layers));
    return autodiff::StepResult<T>{next, observe(after, c)};
  };
  const auto result = autodiff::scan(body, carry, std::vector<T>{}, constants, steps);
  Synapses<T> last = start;
  for (std::size_t l = 0; l < layers; ++l) last.forward[l] = result.carry[l];
  return {last, result.results};
}

ENGRAM_PLASTICITY_END
