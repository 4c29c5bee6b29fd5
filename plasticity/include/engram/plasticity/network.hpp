/// The inner network: its form, its three sets of weights, its forward pass.
///
/// Layers l = 0 ... L with N^l neurons; layer 0 is the input, layer L the logits. Every layer but the last
/// may have one extra neuron that is always on (z = x = 1), the bias neuron; it stands last in its layer. One
/// example per row.
#pragma once

#include <engram/autodiff/autodiff.hpp>
#include <engram/plasticity/random.hpp>
#include <engram/plasticity/settings.hpp>

#include <vector>

ENGRAM_PLASTICITY_BEGIN

using autodiff::Differentiable;
using autodiff::flatten;
using autodiff::map_leaves;
using autodiff::Shape;
using autodiff::unflatten;
using autodiff::Value;
using autodiff::Variable;

/// The form of the inner network.
struct Network {
  std::vector<Index> sizes;
  Activation activation = Activation::tanh;
  bool bias_neuron = true;
  bool direct_feedback = false;

  static constexpr auto members =
      std::tuple{setting("sizes", &Network::sizes,
                         "neurons of every layer, N^0 ... N^L, without bias neurons", {1, 100'000})
                     .no_option(),
                 setting("activation", &Network::activation, "the neurons' nonlinearity").no_option(),
                 setting("bias_neuron", &Network::bias_neuron,
                         "whether every layer but the last has one neuron more, which is always on")
                     .no_option(),
                 setting("direct_feedback", &Network::direct_feedback,
                         "whether every layer hears the top layer by feedback weights of its own, instead of "
                         "the layer above it")};

  /// L, the number of weight layers.
  std::size_t depth() const { return sizes.size() - 1; }
  /// Neurons of layer l, its bias neuron included.
  Index neurons(std::size_t l) const { return sizes[l] + (bias_neuron && l < depth() ? 1 : 0); }

  /// The layer whose signal the feedback weights bring to layer l.
  std::size_t feedback_source(std::size_t l) const { return direct_feedback ? depth() : l + 1; }

  bool operator==(const Network&) const = default;
};

/// Throws std::invalid_argument unless there are at least two layers, of sizes within their bounds.
void validate(const Network& network);

/// All plastic weights of a network. T is a leaf: Variable, Value or Array.
template <class T>
struct Synapses {
  std::vector<T> forward;   ///< W^l, l = 1 ... L: neurons(l-1) x N^l; the only ones that predict
  std::vector<T> feedback;  ///< W̄^l, l = 0 ... L-1: N^source x neurons(l); carry the learning signal down
  std::vector<T> lateral;   ///< W̿^l, l = 0 ... L: neurons(l) x neurons(l); between the neurons of a layer

  static constexpr auto members = std::tuple{&Synapses::forward, &Synapses::feedback, &Synapses::lateral};
};

/// The shapes of all weights.
Synapses<Shape> synapse_shapes(const Network& network);
/// Normal weights of mean 0 and variance 1 / rows.
Synapses<Array<double>> initial_synapses(const Network& network, Random random);

/// What the neurons of every layer hold after a forward pass: (examples x neurons(l)) each, bias neuron last.
template <class T>
struct Activity {
  std::vector<T> z;  ///< inputs; z of layer 0 is the network's input
  std::vector<T> x;  ///< outputs; x of layer L feeds that layer's lateral weights only
};

/// φ(z).
template <Differentiable T>
T activate(Activation activation, const T& z) {
  switch (activation) {
    case Activation::relu:
      return relu(z);
    case Activation::tanh:
      return tanh(z);
    case Activation::identity:
      return z;
  }
  throw std::logic_error("unknown activation");
}

/// A column of ones, the bias neuron's, behind the others'.
template <Differentiable T>
T with_bias_neuron(const Network& network, const T& x) {
  if (!network.bias_neuron) return x;
  using Scalar = typename T::Scalar;
  const Value<Scalar> ones(Array<Scalar>::Ones(x.rows(), 1));
  return autodiff::concatenate({x, autodiff::constant_like(x, ones)}, 1);
}

/// z^l = x^(l-1) W^l, x^l = φ(z^l), for every layer.
template <Differentiable T>
Activity<T> forward(const Network& network, const std::vector<T>& weights, const T& input) {
  Activity<T> a;
  a.z = a.x = {with_bias_neuron(network, input)};
  for (std::size_t l = 1; l <= network.depth(); ++l) {
    const T z = matmul(a.x.back(), weights[l - 1]);
    const T x = activate(network.activation, z);
    a.z.push_back(l < network.depth() ? with_bias_neuron(network, z) : z);
    a.x.push_back(l < network.depth() ? with_bias_neuron(network, x) : x);
  }
  return a;
}

/// The network's answer: (examples x classes).
template <Differentiable T>
T logits(const Network& network, const std::vector<T>& weights, const T& input) {
  T x = input;
  for (std::size_t l = 1; l <= network.depth(); ++l) {
    x = matmul(with_bias_neuron(network, x), weights[l - 1]);
    if (l < network.depth()) x = activate(network.activation, x);
  }
  return x;
}

ENGRAM_PLASTICITY_END
