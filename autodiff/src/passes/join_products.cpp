#include "../ops/recognise.hpp"
#include "passes.hpp"
#include "uses.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// The node that computes s, if it is an entrywise product and nobody else reads s.
template <class S>
const typename Graph<S>::Node* product_only_read_here(const Uses<S>& uses, std::uint32_t s) {
  const auto* product = uses.count(s) == 1 ? uses.producer(s) : nullptr;
  return product && entrywise_product(*product->operation) ? product : nullptr;
}

/// a + factor b in place of the sum `node`, if b with its factor is a product that nobody else reads.
template <class S>
std::optional<typename Graph<S>::Node> sum_with_factor(const Graph<S>& graph, const Uses<S>& uses,
                                                       const typename Graph<S>::Node& node) {
  const auto shape = [&](std::uint32_t s) { return graph.slots[s].shape; };
  const Shape sum = shape(node.outputs[0]);
  for (const std::size_t i : {1, 0}) {
    const auto scaled = node.inputs[i], other = node.inputs[1 - i];
    const auto* product = product_only_read_here(uses, scaled);
    if (!product || shape(scaled) != sum || shape(other) != sum || sum.size() == 1) continue;
    for (const std::size_t factor : {0, 1})
      if (shape(product->inputs[factor]) == Shape{1, 1})
        return typename Graph<S>::Node{add_scaled<S>(*entrywise_product(*product->operation), factor),
                                       {other, product->inputs[factor], product->inputs[1 - factor]},
                                       node.outputs,
                                       node.scope};
  }
  return std::nullopt;
}

/// The sum of a product in place of the sum `node`, if nobody else reads the product.
template <class S>
std::optional<typename Graph<S>::Node> sum_of_product(const Graph<S>& graph, const Uses<S>& uses,
                                                      const typename Graph<S>::Node& node) {
  const auto* product = node.inputs.size() == 1 ? product_only_read_here(uses, node.inputs[0]) : nullptr;
  if (!product) return std::nullopt;
  if (graph.slots[product->inputs[0]].shape != graph.slots[product->inputs[1]].shape) return std::nullopt;
  const auto operation = sum_of_products(*node.operation, *entrywise_product(*product->operation));
  if (!operation) return std::nullopt;
  return typename Graph<S>::Node{operation, product->inputs, node.outputs, node.scope};
}

}  // namespace

template <class S>
Graph<S> join_products(const Graph<S>& graph) {
  return with_replacements(graph, [&](const Uses<S>& uses, const auto& node) {
    return is_sum(*node.operation) ? sum_with_factor(graph, uses, node) : sum_of_product(graph, uses, node);
  });
}

template Graph<float> join_products(const Graph<float>&);
template Graph<double> join_products(const Graph<double>&);

ENGRAM_AUTODIFF_END
