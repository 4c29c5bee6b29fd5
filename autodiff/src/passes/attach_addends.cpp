#include "../ops/recognise.hpp"
#include "passes.hpp"
#include "uses.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// How the rows of a product (m x n) find what `addend`, broadcast to `sum`, adds to them: `sum` has the
/// product's values, perhaps under another shape. Nothing if a row would need more than one stretch of the
/// addend.
std::optional<AddendLayout> layout_of(Shape product, Shape sum, Shape addend) {
  const Index m = product.rows, n = product.columns;
  if (addend.size() == 1) return AddendLayout{0, 0, 1};
  if (addend.size() == product.size()) return AddendLayout{n, 1, m};
  if (addend.rows == 1 && n > 0 && sum.columns % n == 0) return AddendLayout{n, 1, sum.columns / n};
  if (addend.columns == 1 && sum == product) return AddendLayout{1, 0, m};
  return std::nullopt;
}

/// A product and what is added to it, if the sum `node` is one whose product nobody else reads.
template <class S>
std::optional<typename Graph<S>::Node> product_with_addend(const Graph<S>& graph, const Uses<S>& uses,
                                                           const typename Graph<S>::Node& node) {
  const Shape sum = graph.slots[node.outputs[0]].shape;
  for (int i = 1; i >= 0; --i) {
    const auto own = node.inputs[static_cast<std::size_t>(i)];
    auto other = node.inputs[static_cast<std::size_t>(1 - i)];
    if (graph.slots[own].shape != sum) continue;
    const auto slot = uses.only_read_here(own);
    const auto* product = slot ? uses.producer(*slot) : nullptr;
    if (!product) continue;
    // What is repeated to the sum's size is read where it lies.
    Shape frame = sum;
    const auto whole = uses.before_reshapes(other);
    if (const auto* repeated = uses.producer(whole); graph.slots[whole].shape.size() == sum.size() &&
                                                     repeated && is_repetition(*repeated->operation)) {
      other = repeated->inputs[0];
      frame = graph.slots[whole].shape;
    }
    const Shape shape = graph.slots[*slot].shape;
    const auto layout = layout_of(shape, frame, graph.slots[other].shape);
    if (!layout) continue;
    if (auto operation = with_addend(*product->operation, *layout))
      return typename Graph<S>::Node{
          operation, {product->inputs[0], product->inputs[1], other}, node.outputs, node.scope};
  }
  return std::nullopt;
}

}  // namespace

template <class S>
Graph<S> attach_addends(const Graph<S>& graph) {
  const Uses<S> uses(graph);
  Graph<S> result = graph;
  for (auto& node : result.nodes)
    if (is_sum(*node.operation))
      if (auto product = product_with_addend(graph, uses, node)) node = std::move(*product);
  return without_dead_code(result);
}

template Graph<float> attach_addends(const Graph<float>&);
template Graph<double> attach_addends(const Graph<double>&);

ENGRAM_AUTODIFF_END
