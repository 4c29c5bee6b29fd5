#include "../ops/recognise.hpp"
#include "passes.hpp"
#include "uses.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// f(a + b, ...) in place of `node`, which computes f(x, ...), if x is a sum that nobody else reads.
template <class S>
std::optional<typename Graph<S>::Node> function_of_sum(const Graph<S>& graph, const Uses<S>& uses,
                                                       const typename Graph<S>::Node& node) {
  if (!node.operation->elementwise()) return std::nullopt;
  const auto slot = uses.only_read_here(node.inputs[0]);
  const auto* sum = slot ? uses.producer(*slot) : nullptr;
  if (!sum || !is_sum(*sum->operation)) return std::nullopt;
  // Of the two summands, b is the one that is repeated.
  const Shape shape = graph.slots[*slot].shape;
  auto a = sum->inputs[0], b = sum->inputs[1];
  if (graph.slots[a].shape != shape || uses.before_repetition(a, shape).slot != a) std::swap(a, b);
  if (graph.slots[a].shape != shape) return std::nullopt;
  const auto repeated = uses.before_repetition(b, shape);
  const auto operation = of_sum(*node.operation, repeated.frame);
  if (!operation) return std::nullopt;
  typename Graph<S>::Node result{operation, {a, repeated.slot}, node.outputs, node.scope};
  result.inputs.insert(result.inputs.end(), node.inputs.begin() + 1, node.inputs.end());
  return result;
}

}  // namespace

template <class S>
Graph<S> join_sums(const Graph<S>& graph) {
  return with_replacements(
      graph, [&](const Uses<S>& uses, const auto& node) { return function_of_sum(graph, uses, node); });
}

template Graph<float> join_sums(const Graph<float>&);
template Graph<double> join_sums(const Graph<double>&);

ENGRAM_AUTODIFF_END
