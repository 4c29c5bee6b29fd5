/// What a graph gives for inputs of either kind.
#pragma once

#include <engram/autodiff/function.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Records the graph's operations on the inputs' tape.
template <class S>
std::vector<Variable<S>> evaluate(const Graph<S>& graph, std::span<const Variable<S>> inputs) {
  const auto slots = replay<S>(graph, inputs[0].tape(), inputs);
  std::vector<Variable<S>> outputs;
  for (const auto s : graph.outputs) outputs.push_back(*slots[s]);
  return outputs;
}

template <class S>
std::vector<Value<S>> evaluate(const Graph<S>& graph, std::span<const Value<S>> inputs) {
  return Function<S>(graph)(inputs);
}

/// Hands out the results of a graph that computes the cotangents of the wanted inputs, in their order.
template <class T>
void hand_out(const std::vector<T>& x_bar, Pullback<T>& p) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < p.x.size(); ++i)
    if (p.wanted[i]) p.x_bar[i] = x_bar[next++];
}

ENGRAM_AUTODIFF_END
