#include "../ops/recognise.hpp"
#include "passes.hpp"
#include "uses.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// A product and what is added to it, if `node` is a sum whose product nobody else reads.
template <class S>
std::optional<typename Graph<S>::Node> product_with_addend(const Graph<S>& graph, const Uses<S>& uses,
                                                           const typename Graph<S>::Node& node) {
  if (!is_sum(*node.operation)) return std::nullopt;
  const Shape sum = graph.slots[node.outputs[0]].shape;
  for (const std::size_t i : {1, 0}) {
    const auto slot = uses.only_read_here(node.inputs[i]);
    const auto* product = slot ? uses.producer(*slot) : nullptr;
    if (!product || !is_matmul(*product->operation) || graph.slots[*slot].shape != sum) continue;
    const auto addend = uses.before_repetition(node.inputs[1 - i], sum);
    const auto a = product->inputs[0], b = product->inputs[1];
    const auto third = addend.frame == sum ? addend.slot : node.inputs[1 - i];
    const auto shape = [&](auto k) { return graph.slots[k].shape; };
    if (auto operation = with_addend(*product->operation, shape(a), shape(b), shape(third)))
      return typename Graph<S>::Node{operation, {a, b, third}, node.outputs, node.scope};
  }
  return std::nullopt;
}

}  // namespace

template <class S>
Graph<S> attach_addends(const Graph<S>& graph) {
  return with_replacements(
      graph, [&](const Uses<S>& uses, const auto& node) { return product_with_addend(graph, uses, node); });
}

template Graph<float> attach_addends(const Graph<float>&);
template Graph<double> attach_addends(const Graph<double>&);

ENGRAM_AUTODIFF_END
