#include "../small/builder.hpp"
#include "passes.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Gathers nodes on few numbers. Other nodes run before those that were gathered, or, if they depend on
/// them, after them.
template <class S>
class Gatherer {
 public:
  using Node = typename Graph<S>::Node;

  explicit Gatherer(const Graph<S>& graph)
      : graph_(graph), readers_(graph.slots.size(), 0), late_(graph.slots.size(), 0) {
    for (const auto& node : graph.nodes)
      for (const auto s : node.inputs) ++readers_[s];
    for (const auto s : graph.outputs) ++readers_[s];
  }

  std::vector<Node> run() {
    start();
    for (const Node& node : graph_.nodes) {
      const bool depends = any_of_inputs(node, [&](auto s) { return late_[s] == round_; });
      if (SmallBuilder<S>::can_translate(graph_, node)) {
        if (depends || !builder_->has_room_for(node)) close();
        builder_->add(node);
        gathered_.push_back(&node);
      } else if (depends || any_of_inputs(node, [&](auto s) { return builder_->computes(s); })) {
        for (const auto s : node.outputs) late_[s] = round_;
        after_.push_back(&node);
      } else {
        result_.push_back(node);
      }
    }
    close();
    return std::move(result_);
  }

 private:
  bool any_of_inputs(const Node& node, auto test) const {
    return std::any_of(node.inputs.begin(), node.inputs.end(), test);
  }

  void start() {
    builder_.emplace(graph_);
    gathered_.clear();
    after_.clear();
    ++round_;
  }

  /// What was gathered, as one node if that spares a call; what depends on it.
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
    for (const Node* node : after_) result_.push_back(*node);
    start();
  }

  const Graph<S>& graph_;
  std::vector<std::size_t> readers_;  // of each slot, but for those gathered before
  std::optional<SmallBuilder<S>> builder_;
  std::vector<const Node*> gathered_, after_;
  std::size_t round_ = 0;
  std::vector<std::size_t> late_;  // of each slot: the last round in which it depended on what was gathered
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
