#include <engram/autodiff/ops.hpp>
#include <engram/autodiff/transform.hpp>

#include "passes.hpp"
#include "uses.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// The sum of two numbers that lie side by side, or one below the other.
template <class S>
Graph<S> sum_of_parts(Shape x) {
  return trace<S>([](std::span<const Variable<S>> in) { return std::vector{at(in[0], 0) + at(in[0], 1)}; },
                  std::span<const Shape>(&x, 1));
}

}  // namespace

template <class S>
Graph<S> split_sums(const Graph<S>& graph) {
  Graph<S> result = graph;
  result.nodes.clear();
  for (const auto& node : graph.nodes) {
    const Shape x = node.inputs.empty() ? Shape{} : graph.slots[node.inputs[0]].shape;
    if (x.size() != 2 || x.stack != 1 || graph.slots[node.outputs[0]].shape.size() != 1 ||
        !is_total(*node.operation)) {
      result.nodes.push_back(node);
      continue;
    }
    insert(result, sum_of_parts<S>(x), std::span(node.inputs).first(1), node);
  }
  return result;
}

template Graph<float> split_sums(const Graph<float>&);
template Graph<double> split_sums(const Graph<double>&);

ENGRAM_AUTODIFF_END
