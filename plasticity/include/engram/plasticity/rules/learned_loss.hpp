/// The meta-loss of the learned rule.
#pragma once

#include <engram/plasticity/meta_loss.hpp>
#include <engram/plasticity/rules/learned.hpp>

ENGRAM_PLASTICITY_BEGIN

/// `meta_loss` of a network that learns by the rule θ.
template <Differentiable T>
T meta_loss(const Network& network, const RuleSettings& settings, const Theta<T>& theta,
            const Episode<T>& episode, Index steps, Index every, Index window = 0) {
  return meta_loss(learned_method(network, settings), flatten(theta), episode, steps, every, window);
}

ENGRAM_PLASTICITY_END
