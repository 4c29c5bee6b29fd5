/// Who makes the values of a graph, and who reads them.
#pragma once

#include <engram/autodiff/graph.hpp>

ENGRAM_AUTODIFF_BEGIN

template <class S>
class Uses {
 public:
  static constexpr std::size_t nobody = ~std::size_t{0};

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
  /// Its number, or `nobody`.
  std::size_t producer_index(std::uint32_t s) const { return producer_[s]; }
  /// How often a slot is read, by nodes or as an output of the graph.
  std::size_t count(std::uint32_t s) const { return count_[s]; }

  /// Whether this node only gives its input another shape.
  bool is_reshape(const typename Graph<S>::Node& node) const {
    return node.outputs.size() == 1 && node.operation->alias(0) == Index{0} &&
           graph_.slots[node.outputs[0]].shape.size() == graph_.slots[node.inputs[0]].shape.size();
  }
  /// The slot that s is another shape of.
  std::uint32_t before_reshapes(std::uint32_t s) const {
    for (const auto* node = producer(s); node && is_reshape(*node); node = producer(s)) s = node->inputs[0];
    return s;
  }
  /// The same, as long as nobody else reads what is passed; and nobody else reads the result.
  std::optional<std::uint32_t> only_read_here(std::uint32_t s) const {
    if (count(s) != 1) return std::nullopt;
    for (const auto* node = producer(s); node && is_reshape(*node); node = producer(s)) {
      s = node->inputs[0];
      if (count(s) != 1) return std::nullopt;
    }
    return s;
  }

 private:
  const Graph<S>& graph_;
  std::vector<std::size_t> producer_, count_;
};

ENGRAM_AUTODIFF_END
