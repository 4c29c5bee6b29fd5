/// Learning by gradient descent with backpropagation, as a method: on the labelled points alone, or on what
/// an objective makes of all points.
#pragma once

#include <engram/plasticity/adam.hpp>
#include <engram/plasticity/method.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The step that gradient descent takes.
enum class Optimizer { sgd, adam };
/// Its values' names.
constexpr auto names_of(Optimizer) { return std::array<std::string_view, 2>{"sgd", "adam"}; }

/// The parameters are the learning rate and the objective's numbers, 1x1 each. An objective tells how many
/// these are (`hyperparameters`), how many times the batch's shape of random numbers it wants
/// (`noise_copies`), and the loss of a step: `objective(network, weights, data, numbers)`, 1x1.
template <class Objective>
struct GradientDescent {
  Network network;
  Optimizer optimizer = Optimizer::sgd;
  Objective objective = {};

  std::vector<Shape> parameters() const {
    return std::vector<Shape>(1 + Objective::hyperparameters, Shape{1, 1});
  }
  Index noise_copies() const { return Objective::noise_copies; }

  template <class T>
  std::vector<T> start(const Synapses<T>& synapses, std::span<const T>) const {
    std::vector<T> carry = synapses.forward;
    if (optimizer == Optimizer::adam)
      for (const T& leaf : flatten(adam_start(synapses.forward))) carry.push_back(leaf);
    return carry;
  }

  template <class T>
  std::vector<T> step(std::span<const T> carry, const StepData<T>& data, std::span<const T> p) const {
    const auto layers = static_cast<std::ptrdiff_t>(network.depth());
    const std::vector<T> weights(carry.begin(), carry.begin() + layers);
    const auto g = gradient(objective(network, weights, data, p.subspan(1)), weights);
    std::vector<T> next;
    if (optimizer == Optimizer::sgd) {
      for (std::size_t l = 0; l < weights.size(); ++l) next.push_back(weights[l] - p[0] * g[l]);
      return next;
    }
    const auto number = [&](double v) {
      return constant_like(p[0], Value<typename T::Scalar>(static_cast<typename T::Scalar>(v)));
    };
    AdamState<Shape> form{std::vector<Shape>(weights.size()), std::vector<Shape>(weights.size()), {}, {}};
    AdamState<T> state = unflatten(form, carry.subspan(weights.size()));
    next = adam_step({p[0], number(0.9), number(0.999), number(1e-8)}, state, weights, g);
    for (const T& leaf : flatten(state)) next.push_back(leaf);
    return next;
  }
};

ENGRAM_PLASTICITY_END
