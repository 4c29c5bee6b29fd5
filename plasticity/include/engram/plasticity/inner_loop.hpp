/// The inner loop: a network learns one task by a plasticity rule, without gradients.
#pragma once

#include <engram/plasticity/rule.hpp>

ENGRAM_PLASTICITY_BEGIN

/// One mini-batch, or the batches of all steps below each other.
template <class T>
struct Batches {
  T x;        ///< examples x dimension
  T targets;  ///< examples x classes: one-hot; anything where there is no label
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
StepSignals<T> step_signals(const Network& network, const Rule& rule, const Synapses<T>& synapses,
                            const Batches<T>& batch) {
  const std::size_t top = network.depth();
  const Activity<T> a = forward(network, synapses.forward, batch.x);
  StepSignals<T> s;
  s.local.resize(top + 1);
  s.synaptic.resize(top + 1);
  for (std::size_t l = top + 1; l-- > 0;) {
    const T z_bar = l == top ? (softmax(a.z[l]) - batch.targets) * batch.mask
                             : matmul(slice_columns(s.synaptic[l + 1].delta, 0, network.sizes[l + 1]),
                                      synapses.feedback[l]);
    s.local[l] = {a.z[l], z_bar, matmul(a.x[l], synapses.lateral[l]), a.x[l], l == top};
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
Synapses<T> inner_step(const Network& network, UpdateScale scale, const Rule& rule,
                       const Synapses<T>& synapses, const Batches<T>& batch) {
  const auto signals = step_signals(network, rule, synapses, batch).synaptic;
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
    next.feedback[l] =
        moved(w_bar, gains.feedback, feedback_divisor(scale, w_bar.rows(), w_bar.columns(), network.depth()),
              signals[l + 1].alpha_bar, signals[l].beta_bar);
  }
  for (std::size_t l = 0; l <= network.depth(); ++l) {
    const T& w = synapses.lateral[l];
    next.lateral[l] = moved(w, gains.lateral, feedback_divisor(scale, w.rows(), w.columns(), network.depth()),
                            signals[l].alpha_lat, signals[l].beta_lat);
  }
  return next;
}

/// What is left of a loop: the weights, and what was observed on the way.
template <class T>
struct InnerLoopResult {
  Synapses<T> synapses;     ///< after the last step
  std::vector<T> observed;  ///< stacked over the steps
};

/// Many inner steps as one loop. The rule is made inside it, by `make_rule(constants)`, and
/// `observe(synapses, constants)` says after every step what to report of it, as a vector. `keep` is what is
/// stored for the derivative.
template <Differentiable T, class MakeRule, class Observe>
InnerLoopResult<T> inner_loop(const Network& network, UpdateScale scale, const MakeRule& make_rule,
                              const std::vector<T>& constants, const Synapses<T>& start,
                              const Batches<T>& batches, Index steps, const Observe& observe,
                              autodiff::Keep keep = autodiff::Keep::automatic) {
  const auto body = [&](std::span<const T> carry, std::span<const T> x, std::span<const T> c) {
    const auto next =
        inner_step(network, scale, make_rule(c), unflatten(start, carry), unflatten(batches, x));
    return autodiff::StepResult<T>{flatten(next), observe(next, c)};
  };
  auto result = autodiff::scan(body, flatten(start), flatten(batches), constants, steps, keep);
  return {unflatten(start, std::span<const T>(result.carry)), std::move(result.results)};
}

/// The same without observing.
template <Differentiable T, class MakeRule>
Synapses<T> inner_loop(const Network& network, UpdateScale scale, const MakeRule& make_rule,
                       const std::vector<T>& constants, const Synapses<T>& start, const Batches<T>& batches,
                       Index steps, autodiff::Keep keep = autodiff::Keep::automatic) {
  const auto nothing = [](const auto&, auto) { return std::vector<T>{}; };
  return inner_loop(network, scale, make_rule, constants, start, batches, steps, nothing, keep).synapses;
}

ENGRAM_PLASTICITY_END
