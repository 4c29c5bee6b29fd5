/// Neurons that fire together wire together: the change of a synapse is the product of both neurons' outputs.
///
/// Source: Hebb, "The organization of behavior", Wiley 1949. Nothing tells a hidden neuron what it is for;
/// the output layer learns by its own error (the delta rule of Widrow, Hoff, "Adaptive switching circuits",
/// 1960), so that the rule differs from backpropagation in the hidden layers only.
#pragma once

#include <engram/plasticity/methods/rule_method.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The rule; T is Variable or Value.
template <Differentiable T>
class Hebb {
 public:
  /// `step`: 1x1, the step size of the forward weights. The other weights stay as they are.
  explicit Hebb(const T& step) : step_(step) {}

  Gains<T> gains() const { return {step_, 0.0 * step_, 0.0 * step_}; }

  SynapticSignals<T> operator()(const LocalSignals<T>& s) const {
    const T none = zeros_like(s.z);
    return {none, s.x, s.is_output ? -s.z_bar : s.x, none, none, none, none};
  }

 private:
  T step_;
};

/// Makes a rule whose only parameter is its step size.
template <template <Differentiable> class Rule>
struct MakeOfStepSize {
  static constexpr std::array<const char*, 1> parameter_names{"step"};
  static constexpr bool has_network = false;

  std::vector<Shape> parameters() const { return {{1, 1}}; }
  template <Differentiable T>
  Rule<T> operator()(std::span<const T> p) const {
    return Rule<T>(p[0]);
  }
};

/// Makes Hebb's rule.
struct MakeHebb : MakeOfStepSize<Hebb> {
  static constexpr std::string_view kind = "hebb";
  static MakeHebb of(const RuleSettings&) { return {}; }
};

ENGRAM_PLASTICITY_END
