#include <engram/autodiff/ops.hpp>
#include <engram/autodiff/transform.hpp>

#include "passes.hpp"
#include "uses.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// The sums of a graph whose terms are all pads.
template <class S>
class SumsOfPads {
 public:
  explicit SumsOfPads(const Graph<S>& graph)
      : graph_(graph), uses_(graph), is_sum_(graph.slots.size(), 0), is_inner_(graph.slots.size(), 0) {
    for (const auto& node : graph.nodes) {
      const auto serves = [&](std::uint32_t s) {
        return graph.slots[s].shape == graph.slots[node.outputs[0]].shape &&
               (place_of(s) || (is_sum_[s] && uses_.count(s) == 1));
      };
      if (!is_sum(*node.operation) || !std::ranges::all_of(node.inputs, serves)) continue;
      is_sum_[node.outputs[0]] = 1;
      for (const auto s : node.inputs) is_inner_[s] = 1;
    }
  }

  bool empty() const { return std::ranges::find(is_sum_, 1) == is_sum_.end(); }

  /// A matrix that is padded with zeros, and where its first entry comes to lie.
  struct Part {
    std::uint32_t slot;
    Shape first;
  };
  /// The parts of which slot s is the sum, if it is no part of a larger one.
  std::vector<Part> parts(std::uint32_t s) const {
    std::vector<Part> result;
    if (!is_sum_[s] || is_inner_[s]) return result;
    std::vector<std::uint32_t> left{s};
    while (!left.empty()) {
      const auto* node = uses_.producer(left.back());
      left.pop_back();
      for (const auto x : node->inputs)
        if (const auto first = place_of(x))
          result.push_back({uses_.producer(x)->inputs[0], *first});
        else
          left.push_back(x);
    }
    return result;
  }

 private:
  std::optional<Shape> place_of(std::uint32_t s) const {
    const auto* node = uses_.producer(s);
    return node ? place_of_pad(*node->operation) : std::nullopt;
  }

  const Graph<S>& graph_;
  const Uses<S> uses_;
  std::vector<char> is_sum_, is_inner_;
};

/// What has the parts beside each other along an axis, and zeros between them; nothing if they do not lie so.
/// Its inputs are the parts in their order along the axis, to which `parts` is brought.
template <class S>
std::optional<Graph<S>> side_by_side(const Graph<S>& graph, std::vector<typename SumsOfPads<S>::Part>& parts,
                                     Shape whole, int axis) {
  const auto along = [&](Shape s) { return axis == 0 ? s.rows : s.columns; };
  const auto across = [&](Shape s) { return axis == 0 ? s.columns : s.rows; };
  std::ranges::sort(parts, {}, [&](const auto& part) { return along(part.first); });
  std::vector<Shape> shapes;
  Index end = 0;
  for (const auto& part : parts) {
    const Shape shape = graph.slots[part.slot].shape;
    if (across(shape) != across(whole) || along(part.first) < end) return std::nullopt;
    end = along(part.first) + along(shape);
    shapes.push_back(shape);
  }
  return trace<S>(
      [&](std::span<const Variable<S>> in) {
        std::vector<Variable<S>> pieces;
        Index at = 0;
        const auto fill_to = [&](Index next) {
          if (next == at) return;
          const Shape gap = axis == 0 ? Shape{next - at, whole.columns} : Shape{whole.rows, next - at};
          pieces.push_back(in[0].tape().constant(Value<S>(Array<S>::Zero(gap.rows, gap.columns))));
          at = next;
        };
        for (std::size_t i = 0; i < parts.size(); ++i) {
          fill_to(along(parts[i].first));
          pieces.push_back(in[i]);
          at += along(shapes[i]);
        }
        fill_to(along(whole));
        return std::vector{concatenate(pieces, axis) + 0.0};  // as a pad is added: -0 becomes 0
      },
      std::span<const Shape>(shapes));
}

}  // namespace

template <class S>
Graph<S> join_pads(const Graph<S>& graph) {
  const SumsOfPads<S> sums(graph);
  if (sums.empty()) return graph;
  Graph<S> result = graph;
  result.nodes.clear();
  for (const auto& node : graph.nodes) {
    const Shape whole = graph.slots[node.outputs[0]].shape;
    auto parts = sums.parts(node.outputs[0]);
    std::optional<Graph<S>> joined;
    for (int axis = 0; axis < 2 && !joined && !parts.empty(); ++axis)
      joined = side_by_side(graph, parts, whole, axis);
    if (!joined) {
      result.nodes.push_back(node);
      continue;
    }
    std::vector<std::uint32_t> inputs;
    for (const auto& part : parts) inputs.push_back(part.slot);
    insert(result, *joined, inputs, node);
  }
  return without_dead_code(result);
}

template Graph<float> join_pads(const Graph<float>&);
template Graph<double> join_pads(const Graph<double>&);

ENGRAM_AUTODIFF_END
