/// Sums in which constants are added to each other first.
#pragma once

#include "../passes/uses.hpp"

#include <map>

ENGRAM_AUTODIFF_BEGIN

/// x + (a + b) in place of (x + a) + b, where a and b are constants of the result's shape and nobody else
/// reads x + a. That rounds otherwise, so it is no pass of every compiled function.
template <class S>
Graph<S> with_constants_together(const Graph<S>& graph) {
  const Uses<S> uses(graph);
  Graph<S> result = graph;
  struct Sum {
    std::uint32_t x, constant;
  };
  std::map<std::uint32_t, Sum> sums;  // by the slot that they compute
  for (auto& node : result.nodes) {
    if (!is_sum(*node.operation)) continue;
    const auto y = node.outputs[0];
    const auto is_constant = [&](std::uint32_t s) {
      return result.slots[s].constant && result.slots[s].shape == result.slots[y].shape;
    };
    if (is_constant(node.inputs[0])) std::swap(node.inputs[0], node.inputs[1]);
    if (!is_constant(node.inputs[1]) || result.slots[node.inputs[0]].shape != result.slots[y].shape) continue;
    if (const auto inner = sums.find(node.inputs[0]); inner != sums.end() && uses.count(inner->first) == 1) {
      const Value<S> together =
          *result.slots[inner->second.constant].constant + *result.slots[node.inputs[1]].constant;
      node.inputs = {inner->second.x, result.add_slot(together.shape(), together)};
    }
    sums[y] = {node.inputs[0], node.inputs[1]};
  }
  return without_dead_code(result);
}

ENGRAM_AUTODIFF_END
