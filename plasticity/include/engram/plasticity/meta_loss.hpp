/// How good a trained network is, and the meta-objective: how good a method is.
#pragma once

#include <engram/plasticity/method.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Mean cross-entropy, 1x1.
template <Differentiable T>
T mean_loss(const Network& network, const std::vector<T>& weights, const T& x, const T& targets) {
  return mean(cross_entropy(logits(network, weights, x), targets));
}

/// The fraction of examples whose class has the largest score, 1x1; scores and targets (1 for an example's
/// class, else 0) are examples x classes. Where k classes share the largest score, each is right by 1/k, so
/// equal scores have the accuracy of guessing. An example with a NaN among its scores counts as wrong. No
/// gradient flows.
template <Differentiable T>
T accuracy(const T& scores, const T& targets) {
  const T largest = greater_equal(scores, autodiff::max(scores, 1));
  return mean(autodiff::sum(largest * targets, 1) / maximum(autodiff::sum(largest, 1), 1.0));
}

/// The same for a network's logits.
template <Differentiable T>
T accuracy(const Network& network, const std::vector<T>& weights, const T& x, const T& targets) {
  return accuracy(logits(network, weights, x), targets);
}

/// The steps of a method from a carry on. The result is the last carry, and the query losses after every
/// `every` steps and after the last one, below each other.
template <Differentiable T, class M>
autodiff::StepResult<T> learn_and_ask(const M& method, const std::vector<T>& parameters,
                                      const std::vector<T>& start, const StepData<T>& data, const T& query_x,
                                      const T& query_targets, Index steps, Index every) {
  const std::size_t own = parameters.size();
  std::vector<T> constants = parameters;
  constants.insert(constants.end(), {query_x, query_targets});
  const auto nothing = [](const auto&, auto) { return std::vector<T>{}; };
  const auto take = [&](const std::vector<T>& carry, const StepData<T>& part, std::span<const T> c,
                        Index count) {
    const std::vector<T> p(c.begin(), c.begin() + static_cast<std::ptrdiff_t>(own));
    return learn(method, carry, part, p, count, nothing).carry;
  };
  const auto query_loss = [&](const std::vector<T>& carry, std::span<const T> c) {
    return mean_loss(network_of(method), weights_of<T>(method, carry), c[own], c[own + 1]);
  };

  // A loop over blocks of steps, each a loop and a query; then the steps that fill no block.
  const Index blocks = steps / every, rest = steps % every;
  const auto block = [&](std::span<const T> carry, std::span<const T> x, std::span<const T> c) {
    auto next = take({carry.begin(), carry.end()}, unflatten(data, x), c, every);
    std::vector<T> loss{query_loss(next, c)};
    return autodiff::StepResult<T>{std::move(next), std::move(loss)};
  };
  autodiff::StepResult<T> asked{start, {}};
  if (blocks > 0)
    asked =
        autodiff::scan(block, start, flatten(cut_steps(data, 0, blocks * every, steps)), constants, blocks);
  if (rest > 0) {
    asked.carry = take(asked.carry, cut_steps(data, blocks * every, rest, steps), constants, rest);
    asked.results.push_back(query_loss(asked.carry, constants));
  }
  return {asked.carry, {autodiff::concatenate(asked.results, 0)}};
}

/// The mean query loss after every `every` steps and after the last one, of a network that learns an episode
/// by a method. With a window, the derivative is that of truncated backpropagation through time: nothing
/// flows from one window of so many steps into the one before. Source: Williams, Peng, "An efficient
/// gradient-based algorithm for on-line training of recurrent network trajectories", Neural Computation 2
/// (1990).
template <Differentiable T, class M>
T meta_loss(const M& method, const std::vector<T>& parameters, const Episode<T>& episode, Index steps,
            Index every, Index window = 0) {
  const auto start = method.start(episode.start, std::span<const T>(parameters));
  const auto data = step_data(episode.batches, steps, window);
  return mean(
      learn_and_ask(method, parameters, start, data, episode.query_x, episode.query_targets, steps, every)
          .results[0]);
}

ENGRAM_PLASTICITY_END
