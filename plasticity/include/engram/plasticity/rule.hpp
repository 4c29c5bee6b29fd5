/// What a plasticity rule is: local signals of a neuron in, what it gives to its synapses out.
#pragma once

#include <engram/plasticity/network.hpp>

#include <concepts>

ENGRAM_PLASTICITY_BEGIN

/// What the neurons of one layer can know of themselves: (examples x neurons) each.
template <class T>
struct LocalSignals {
  T z;      ///< feed-forward input
  T z_bar;  ///< top-down input; in the top layer the derivative of the loss, 0 for examples without a label
  T z_lat;  ///< lateral input, from the own layer
  T x;      ///< the neuron's own output
  bool is_output;  ///< whether this is the top layer
};

/// What every neuron gives, per example: (examples x neurons) each. A synapse's change is the mean over the
/// batch of one factor of the neuron before it and one of the neuron behind it.
template <class T>
struct SynapticSignals {
  T delta;                ///< sent down through the feedback weights
  T alpha, beta;          ///< before and behind, for the forward weights
  T alpha_bar, beta_bar;  ///< for the feedback weights
  T alpha_lat, beta_lat;  ///< for the lateral weights
};

/// The step sizes of the three sets of weights, 1x1 each.
template <class T>
struct Gains {
  T forward, feedback, lateral;
};

/// A rule is asked once per layer, and must treat all neurons of it alike and apart from each other: it may
/// combine the examples of the batch, never the neurons.
template <class R, class T>
concept PlasticityRule = requires(const R& rule, const LocalSignals<T>& signals) {
  { rule(signals) } -> std::same_as<SynapticSignals<T>>;
  { rule.gains() } -> std::same_as<Gains<T>>;
};

/// A rule whose forward weights also change by something that is no product of two factors, such as a decay.
/// `rule.extra(before, behind, w)` is that change, in the shape of the weights w between the neurons with the
/// signals `before` and those with the signals `behind`: a sum over the examples, of which the step makes a
/// mean.
template <class R, class T>
concept ExtendedRule = PlasticityRule<R, T> &&
    requires(const R& rule, const LocalSignals<T>& signals, const T& w) {
  { rule.extra(signals, signals, w) } -> std::same_as<T>;
};

ENGRAM_PLASTICITY_END
