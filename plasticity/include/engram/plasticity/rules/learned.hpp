/// The learned rule: one small network, shared by all neurons, layers and examples.
///
/// Source: Gu, Greydanus, Metz, Maheswaranathan, Sohl-Dickstein, "Meta-Learning Biologically Plausible
/// Semi-Supervised Update Rules", bioRxiv 2019.12.30.891184. With f = (z, z̄, z̿) of a neuron and an example:
///
///     h = tanh(f A + a),  m = mean of h over the batch,  g = tanh([h, m] B + b),  outputs = g C + c
///
/// in the order δ, α, β, ᾱ, β̄, α̿, β̿. Without batch accumulation g = tanh(h B + b).
#pragma once

#include <engram/plasticity/methods/rule_method.hpp>
#include <engram/plasticity/theta.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Small random parameters to start meta-training from: a readout of scale 0.3, since larger ones diverge
/// within tens of steps, and gains that undo the 1/L of the update's scale.
Theta<Array<double>> initial_theta(const RuleSettings& settings, std::size_t depth, Random random);

/// The rule; T is Variable or Value.
template <Differentiable T>
class LearnedRule {
 public:
  LearnedRule(const Theta<T>& theta, bool batch_accumulation) : theta_(theta) {
    const Index width = theta.A.columns();
    if (batch_accumulation) {
      // [h, m] B = h B_h + m B_m: the mean is multiplied once per neuron, not once per example.
      const auto parts = split(theta.B, {width, width}, 0);
      B_h_ = parts[0];
      B_m_ = parts[1];
      accumulates_ = true;
    } else {
      B_h_ = theta.B;
    }
    const auto s = split(exp(theta.s), {1, 1, 1}, 1);
    gains_ = {s[0], s[1], s[2]};
  }

  Gains<T> gains() const { return gains_; }

  SynapticSignals<T> operator()(const LocalSignals<T>& signals) const {
    const Index batch = signals.z.rows(), neurons = signals.z.columns();
    const Index width = theta_.A.columns(), all = batch * neurons;
    // One row per example and neuron; the signals lie below each other, which costs less than side by side.
    const T f = autodiff::concatenate(
        {reshape(signals.z, {1, all}), reshape(signals.z_bar, {1, all}), reshape(signals.z_lat, {1, all})},
        0);
    const T h = tanh(matmul_tn(f, theta_.A) + theta_.a);
    T g = matmul(h, B_h_);
    if (accumulates_) {
      const T m = reshape(mean(reshape(h, {batch, neurons * width}), 0), {neurons, width});
      const T per_neuron = matmul(m, B_m_) + theta_.b;
      g = reshape(reshape(g, {batch, neurons * width}) + reshape(per_neuron, {1, neurons * width}),
                  {all, width});
    } else {
      g = g + theta_.b;
    }
    // One row per output, as the layers want them.
    const T outputs = matmul_tt(theta_.C, tanh(g)) + transpose(theta_.c);
    const auto o = split(reshape(outputs, {7 * batch, neurons}), std::vector<Index>(7, batch), 0);
    return {o[0], o[1], o[2], o[3], o[4], o[5], o[6]};
  }

 private:
  Theta<T> theta_;
  T B_h_, B_m_;
  bool accumulates_ = false;
  Gains<T> gains_;
};

/// Makes the rule of the leaves of θ.
struct MakeLearnedRule {
  static constexpr std::string_view kind = "learned";
  static constexpr auto parameter_names = Theta<Shape>::names;
  static constexpr bool has_network = true;
  static MakeLearnedRule of(const RuleSettings& settings) { return {settings}; }

  RuleSettings settings;

  std::vector<Shape> parameters() const { return flatten(theta_shapes(settings)); }
  template <class T>
  LearnedRule<T> operator()(std::span<const T> p) const {
    return LearnedRule<T>(unflatten(theta_shapes(settings), p), settings.batch_accumulation);
  }
  std::vector<Array<double>> initial(const Network& network, Random random) const {
    return flatten(initial_theta(settings, network.depth(), random));
  }
};

/// The learned rule as a method.
inline RuleMethod<MakeLearnedRule> learned_method(const Network& network, const RuleSettings& settings) {
  return {network, settings, {settings}};
}

ENGRAM_PLASTICITY_END
