/// Who makes the values of a graph, and who reads them.
#pragma once

#include <engram/autodiff/graph.hpp>

#include "../ops/recognise.hpp"

ENGRAM_AUTODIFF_BEGIN

template <class S>
class Uses {
 public:
  explicit Uses(const Graph<S>& graph)
      : graph_(graph), producer_(graph.slots.size(), nobody), count_(graph.slots.size(), 0) {
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      for (const auto s : graph.nodes[n].outputs) producer_[s] = n;
      for (const auto s : graph.nodes[n].inputs) ++count_[s];
    }
    for (const auto s : graph.outputs) ++count_[s];
  }

  /// The node that computes a slot; null for inputs and constants.
  const typename Graph<S>::Node* producer(std::uint32_t s) const {
    return producer_[s] == nobody ? nullptr : &graph_.nodes[producer_[s]];
  }
  /// How often a slot is read, by nodes or as an output of the graph.
  std::size_t count(std::uint32_t s) const { return count_[s]; }

  /// Whether this node only gives its input another shape.
  bool is_reshape(const typename Graph<S>::Node& node) const {
    return node.outputs.size() == 1 && node.operation->alias(0) == Index{0} &&
           graph_.slots[node.outputs[0]].shape.size() == graph_.slots[node.inputs[0]].shape.size();
  }
  /// A slot, and the shape in which it is broadcast.
  struct Broadcast {
    std::uint32_t slot;
    Shape frame;
  };
  /// Slot s is broadcast to `shape`. If s repeats a smaller slot itself, this is that slot and the shape to
  /// which it is repeated: nothing need be repeated in memory. Otherwise it is s and `shape`.
  Broadcast before_repetition(std::uint32_t s, Shape shape) const {
    if (graph_.slots[s].shape != shape) return {s, shape};
    auto whole = s;
    for (const auto* node = producer(whole); node && is_reshape(*node); node = producer(whole))
      whole = node->inputs[0];
    const auto* node = producer(whole);
    if (!node || !is_repetition(*node->operation)) return {s, shape};
    const Shape frame = graph_.slots[whole].shape;
    if (frame != shape && (frame.stack != 1 || shape.stack != 1)) return {s, shape};
    return {node->inputs[0], frame};
  }
  /// Follows s back through changes of shape to the slot that holds its values. Nothing if s, or a slot on
  /// the way, or that slot, has a second reader.
  std::optional<std::uint32_t> only_read_here(std::uint32_t s) const {
    if (count(s) != 1) return std::nullopt;
    for (const auto* node = producer(s); node && is_reshape(*node); node = producer(s)) {
      s = node->inputs[0];
      if (count(s) != 1) return std::nullopt;
    }
    return s;
  }

 private:
  static constexpr std::size_t nobody = ~std::size_t{0};
  const Graph<S>& graph_;
  std::vector<std::size_t> producer_, count_;
};

/// Puts the operations of `part`, which has one output, in the place of `node`, whose scope they get.
template <class S>
void insert(Graph<S>& graph, const Graph<S>& part, std::span<const std::uint32_t> inputs,
            const typename Graph<S>::Node& node) {
  std::vector<std::uint32_t> to(part.slots.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) to[part.inputs[i]] = inputs[i];
  for (std::size_t s = 0; s < part.slots.size(); ++s) {
    if (!part.slots[s].constant) continue;
    to[s] = graph.add_slot(part.slots[s].shape);
    graph.slots[to[s]].constant = part.slots[s].constant;
  }
  for (auto inner : part.nodes) {
    for (auto& s : inner.inputs) s = to[s];
    for (auto& s : inner.outputs) {
      to[s] = s == part.outputs[0] ? node.outputs[0] : graph.add_slot(part.slots[s].shape);
      s = to[s];
    }
    inner.scope = node.scope;
    graph.nodes.push_back(std::move(inner));
  }
}

/// The graph, in which `replacement(uses, node)` takes the place of each node for which it gives one. It has
/// the same results. What nobody needs any more is dropped.
template <class S>
Graph<S> with_replacements(const Graph<S>& graph, auto replacement) {
  const Uses<S> uses(graph);
  Graph<S> result = graph;
  for (auto& node : result.nodes)
    if (std::optional<typename Graph<S>::Node> other = replacement(uses, node)) node = std::move(*other);
  return without_dead_code(result);
}

ENGRAM_AUTODIFF_END
