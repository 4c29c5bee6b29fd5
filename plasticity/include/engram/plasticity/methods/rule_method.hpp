/// Learning by a plasticity rule, as a method.
#pragma once

#include <engram/plasticity/method.hpp>

ENGRAM_PLASTICITY_BEGIN

/// `MakeRule` makes the rule of its parameters: `parameters()` tells their shapes, `operator()(leaves)` the
/// rule, and `initial(network, random)`, where there is something to learn, the leaves to start from.
template <class MakeRule>
struct RuleMethod {
  Network network;
  StepSettings settings;
  MakeRule make_rule;

  std::vector<Shape> parameters() const { return make_rule.parameters(); }

  template <Differentiable T>
  std::vector<T> start(const Synapses<T>& synapses, std::span<const T>) const {
    return flatten(synapses);
  }

  template <Differentiable T>
  std::vector<T> step(std::span<const T> carry, const StepData<T>& data,
                      std::span<const T> parameters) const {
    return flatten(inner_step(network, settings, make_rule(parameters),
                              unflatten(synapse_shapes(network), carry), data.batch));
  }

  std::vector<Array<double>> initial(Random random) const requires requires {
    make_rule.initial(network, random);
  }
  { return make_rule.initial(network, random); }
};

/// The type of method follows from what makes the rule.
template <class MakeRule>
RuleMethod(Network, StepSettings, MakeRule) -> RuleMethod<MakeRule>;

ENGRAM_PLASTICITY_END
