/// The shapes of a graph's inputs, outputs or others of its values.
#pragma once

#include <engram/autodiff/graph.hpp>

ENGRAM_AUTODIFF_BEGIN

template <class S>
std::vector<Shape> shapes_of_slots(const Graph<S>& graph, std::span<const std::uint32_t> slots) {
  std::vector<Shape> shapes;
  for (const auto s : slots) shapes.push_back(graph.slots[s].shape);
  return shapes;
}

ENGRAM_AUTODIFF_END
