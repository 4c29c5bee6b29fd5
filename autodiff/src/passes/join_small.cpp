#include "../small/builder.hpp"
#include "passes.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Gathers nodes on few numbers. Other nodes that stand between them run before those that were gathered; one
/// that depends on them ends the gathering. So the larger matrices are computed in the order in which they
/// were recorded, and need no more memory.
template <class S>
class Gatherer {
 public:
  using Node = typename Graph<S>::Node;

  explicit Gatherer(const Graph<S>& graph) : graph_(graph), readers_(graph.slots.size(), 0) {
    for (const auto& node : graph.nodes)
      for (const auto s : node.inputs) ++readers_[s];
    for (const auto s : graph.outputs) ++readers_[s];
  }

  std::vector<Node> run() {
    builder_.emplace(graph_);
    for (const Node& node : graph_.nodes) {
      if (SmallBuilder<S>::can_translate(graph_, node)) {
        if (!builder_->has_room_for(node)) close();
        builder_->add(node);
        gathered_.push_back(&node);
      } else {
        const bool depends = std::any_of(node.inputs.begin(), node.inputs.end(),
                                         [&](auto s) { return builder_->computes(s); });
        if (depends) close();
        result_.push_back(node);
      }
    }
    close();
    return std::move(result_);
  }

 private:
  /// What was gathered, as one node if that spares a call.
  void close() {
    if (builder_->size() > 1) {
      std::vector<std::uint32_t> outputs;
      for (const Node* node : gathered_)
        for (const auto s : node->inputs) --readers_[s];
      for (const Node* node : gathered_)
        for (const auto s : node->outputs)
          if (readers_[s] > 0) outputs.push_back(s);
      result_.push_back(builder_->node(outputs));
    } else {
      for (const Node* node : gathered_) result_.push_back(*node);
    }
    gathered_.clear();
    builder_.emplace(graph_);
  }

  const Graph<S>& graph_;
  std::vector<std::size_t> readers_;  // of each slot, but for those gathered before
  std::optional<SmallBuilder<S>> builder_;
  std::vector<const Node*> gathered_;
  std::vector<Node> result_;
};

}  // namespace

template <class S>
Graph<S> join_small(const Graph<S>& graph) {
  Graph<S> result = graph;
  result.nodes = Gatherer<S>(graph).run();
  return result;
}

template Graph<float> join_small(const Graph<float>&);
template Graph<double> join_small(const Graph<double>&);

ENGRAM_AUTODIFF_END
