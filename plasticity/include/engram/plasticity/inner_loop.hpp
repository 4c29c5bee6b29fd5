/// One step of the inner loop, in which a network learns a task by a plasticity rule, without gradients.
#pragma once

#include <engram/plasticity/rule.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Which weights take part in a step, and how their updates are scaled.
struct StepSettings {
  UpdateScale update_scale = UpdateScale::symmetric;
  bool lateral = true;
  FeedbackWeights feedback = FeedbackWeights::plastic;

  StepSettings() = default;
  StepSettings(UpdateScale scale) : update_scale(scale) {}
  StepSettings(const RuleSettings& rule)
      : update_scale(rule.update_scale), lateral(rule.lateral), feedback(rule.feedback) {}
};

/// One mini-batch, or the batches of all steps below each other.
template <class T>
struct Batches {
  T x;        ///< examples x dimension
  T targets;  ///< examples x classes: one-hot; where there is no label, what is withheld
  T mask;     ///< examples x 1: 1 for labelled examples, 0 for the others

  static constexpr auto members = std::tuple{&Batches::x, &Batches::targets, &Batches::mask};
};

/// All signals of a step, layer by layer, for those who look inside.
template <class T>
struct StepSignals {
  std::vector<LocalSignals<T>> local;
  std::vector<SynapticSignals<T>> synaptic;
};

/// Runs the network and asks the rule, layer by layer from the top down.
template <Differentiable T, PlasticityRule<T> Rule>
StepSignals<T> step_signals(const Network& network, const StepSettings& settings, const Rule& rule,
                            const Synapses<T>& synapses, const Batches<T>& batch) {
  const std::size_t top = network.depth();
  const Activity<T> a = forward(network, synapses.forward, batch.x);
  StepSignals<T> s;
  s.local.resize(top + 1);
  s.synaptic.resize(top + 1);
  for (std::size_t l = top + 1; l-- > 0;) {
    const auto top_down = [&] {
      if (l == top) return (softmax(a.z[l]) - batch.targets) * batch.mask;
      if (settings.feedback == FeedbackWeights::none) return zeros_like(a.z[l]);
      const std::size_t source = network.feedback_source(l);
      return matmul(slice_columns(s.synaptic[source].delta, 0, network.sizes[source]), synapses.feedback[l]);
    };
    const T z_lat = settings.lateral ? matmul(a.x[l], synapses.lateral[l]) : zeros_like(a.z[l]);
    s.local[l] = {a.z[l], top_down(), z_lat, a.x[l], l == top};
    s.synaptic[l] = rule(s.local[l]);
  }
  return s;
}

/// What divides the update of a rows x columns matrix of forward weights.
double forward_divisor(UpdateScale scale, Index rows, Index columns, std::size_t depth);
/// The same for the feedback and lateral weights.
double feedback_divisor(UpdateScale scale, Index rows, Index columns, std::size_t depth);

/// The weights after one step: every synapse moves by the batch's mean of before times behind, all three sets
/// at once, from the weights as they were.
template <Differentiable T, PlasticityRule<T> Rule>
Synapses<T> inner_step(const Network& network, const StepSettings& settings, const Rule& rule,
                       const Synapses<T>& synapses, const Batches<T>& batch) {
  const auto step = step_signals(network, settings, rule, synapses, batch);
  const auto& signals = step.synaptic;
  const UpdateScale scale = settings.update_scale;
  const double examples = static_cast<double>(batch.x.rows());
  const Gains<T> gains = rule.gains();
  // A bias neuron is presynaptic, gets feedback and lateral input, but is nobody's target in W and sends
  // nothing down.
  const auto moved = [&](const T& w, const T& gain, double divisor, const T& before, const T& behind) {
    const T change = matmul_tn(slice_columns(before, 0, w.rows()), slice_columns(behind, 0, w.columns()));
    return w + (gain * (1 / (examples * divisor))) * change;
  };
  Synapses<T> next = synapses;
  for (std::size_t l = 0; l < network.depth(); ++l) {
    const T &w = synapses.forward[l], &w_bar = synapses.feedback[l];
    next.forward[l] = moved(w, gains.forward, forward_divisor(scale, w.rows(), w.columns(), network.depth()),
                            signals[l].alpha, signals[l + 1].beta);
    if constexpr (ExtendedRule<Rule, T>) {
      const double divisor = forward_divisor(scale, w.rows(), w.columns(), network.depth());
      next.forward[l] = next.forward[l] + (gains.forward * (1 / (examples * divisor))) *
                                              rule.extra(step.local[l], step.local[l + 1], w);
    }
    if (settings.feedback == FeedbackWeights::plastic)
      next.feedback[l] = moved(w_bar, gains.feedback,
                               feedback_divisor(scale, w_bar.rows(), w_bar.columns(), network.depth()),
                               signals[network.feedback_source(l)].alpha_bar, signals[l].beta_bar);
  }
  for (std::size_t l = 0; settings.lateral && l <= network.depth(); ++l) {
    const T& w = synapses.lateral[l];
    next.lateral[l] = moved(w, gains.lateral, feedback_divisor(scale, w.rows(), w.columns(), network.depth()),
                            signals[l].alpha_lat, signals[l].beta_lat);
  }
  return next;
}

ENGRAM_PLASTICITY_END
