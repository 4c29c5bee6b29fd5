/// Feedback alignment: error signals travel through fixed random feedback weights.
///
/// Source: Lillicrap, Cownden, Tweed, Akerman, "Random synaptic feedback weights support error
/// backpropagation for deep learning", Nature Communications 7 (2016). With W̄^l = (W^(l+1))ᵀ the change of W
/// is the gradient of backpropagation, which makes it an exact test of everything around the rule.
///
/// In a network with direct feedback the same rule is direct feedback alignment: Nøkland, "Direct feedback
/// alignment provides learning in deep neural networks", NeurIPS 2016.
#pragma once

#include <engram/plasticity/methods/rule_method.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The rule; T is Variable or Value.
template <Differentiable T>
class FeedbackAlignment {
 public:
  /// `step`: 1x1, the step size of the forward weights. The other weights stay as they are.
  FeedbackAlignment(Activation activation, const T& step) : activation_(activation), step_(step) {}

  Gains<T> gains() const { return {step_, 0.0 * step_, 0.0 * step_}; }

  SynapticSignals<T> operator()(const LocalSignals<T>& s) const {
    const T delta = s.is_output ? s.z_bar : s.z_bar * slope(s.z);
    const T none = zeros_like(s.z);
    return {delta, s.x, -delta, none, none, none, none};
  }

 private:
  /// φ'(z).
  T slope(const T& z) const {
    switch (activation_) {
      case Activation::relu:
        return greater(z, 0.0);
      case Activation::tanh:
        return 1.0 - square(tanh(z));
      case Activation::identity:
        return equal(z, z);
    }
    throw std::logic_error("unknown activation");
  }

  Activation activation_;
  T step_;
};

/// Makes the rule of its step size.
struct MakeFeedbackAlignment {
  static constexpr std::string_view kind = "feedback_alignment";
  static constexpr std::array<const char*, 1> parameter_names{"step"};
  static constexpr bool has_network = false;
  static MakeFeedbackAlignment of(const RuleSettings& settings) { return {settings.activation}; }

  Activation activation;

  std::vector<Shape> parameters() const { return {{1, 1}}; }
  template <class T>
  FeedbackAlignment<T> operator()(std::span<const T> p) const {
    return FeedbackAlignment<T>(activation, p[0]);
  }
};

ENGRAM_PLASTICITY_END
