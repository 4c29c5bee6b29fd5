/// How good a trained network is, and the meta-objective: how good a rule is.
#pragma once

#include <engram/plasticity/episode.hpp>
#include <engram/plasticity/rules/learned.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Mean cross-entropy, 1x1.
template <Differentiable T>
T mean_loss(const Network& network, const std::vector<T>& weights, const T& x, const T& targets) {
  return mean(cross_entropy(logits(network, weights, x), targets));
}

/// The fraction of examples whose class has the largest logit, 1x1. Not differentiable.
template <Differentiable T>
T accuracy(const Network& network, const std::vector<T>& weights, const T& x, const T& targets) {
  const T answer = logits(network, weights, x);
  return mean(greater_equal(autodiff::sum(answer * targets, 1), autodiff::max(answer, 1)));
}

/// Makes the learned rule inside a loop whose constants begin with the leaves of θ.
template <Differentiable T>
auto learned_rule(bool batch_accumulation) {
  return [batch_accumulation](std::span<const T> constants) {
    constexpr std::size_t leaves = std::tuple_size_v<std::remove_const_t<decltype(Theta<T>::members)>>;
    return LearnedRule<T>(unflatten(Theta<T>{}, constants.first(leaves)), batch_accumulation);
  };
}

/// The mean query loss after every `every` steps and after the last one, of a network that learns an episode
/// by the rule θ.
template <Differentiable T>
T meta_loss(const Network& network, const RuleSettings& settings, const Theta<T>& theta,
            const Episode<T>& episode, Index steps, Index every) {
  const auto rule = learned_rule<T>(settings.batch_accumulation);
  const std::vector<T> parameters = flatten(theta);
  std::vector<T> constants = parameters;
  constants.insert(constants.end(), {episode.query_x, episode.query_targets});
  const auto learn = [&](const Synapses<T>& start, const Batches<T>& batches, std::span<const T> c,
                         Index count) {
    const std::vector<T> p(c.begin(), c.begin() + static_cast<std::ptrdiff_t>(parameters.size()));
    return inner_loop(network, settings.update_scale, rule, p, start, batches, count);
  };
  const auto query_loss = [&](const Synapses<T>& s, std::span<const T> c) {
    return mean_loss(network, s.forward, c[parameters.size()], c[parameters.size() + 1]);
  };

  // A loop over blocks of steps, each a loop and a query; then the steps that fill no block.
  const Index blocks = steps / every, rest = steps % every, rows = episode.batches.x.rows() / steps;
  if (blocks == 0) return query_loss(learn(episode.start, episode.batches, constants, steps), constants);
  const auto part = [&](Index first, Index count) {
    return map_leaves(episode.batches, [&](const T& m) { return slice_rows(m, first * rows, count * rows); });
  };
  const auto block = [&](std::span<const T> carry, std::span<const T> x, std::span<const T> c) {
    const auto next = learn(unflatten(episode.start, carry), unflatten(episode.batches, x), c, every);
    return autodiff::StepResult<T>{flatten(next), {query_loss(next, c)}};
  };
  const auto whole =
      autodiff::scan(block, flatten(episode.start), flatten(part(0, blocks * every)), constants, blocks);
  if (rest == 0) return mean(whole.results[0]);
  const auto last = learn(unflatten(episode.start, std::span<const T>(whole.carry)),
                          part(blocks * every, rest), constants, rest);
  return (autodiff::sum(whole.results[0]) + query_loss(last, constants)) *
         (1.0 / static_cast<double>(blocks + 1));
}

ENGRAM_PLASTICITY_END
