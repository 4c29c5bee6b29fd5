#include "packed.hpp"

#include "../shapes_of_slots.hpp"
#include "../small/builder.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// The nodes of `part`, between these slots of `graph`.
template <class S>
std::vector<typename Graph<S>::Node> between(Graph<S>& graph, const Graph<S>& part,
                                             std::span<const std::uint32_t> inputs,
                                             std::span<const std::uint32_t> outputs) {
  constexpr auto unknown = ~std::uint32_t{0};
  std::vector<std::uint32_t> slot_of(part.slots.size(), unknown);
  for (std::size_t i = 0; i < inputs.size(); ++i) slot_of[part.inputs[i]] = inputs[i];
  for (std::size_t k = 0; k < outputs.size(); ++k) slot_of[part.outputs[k]] = outputs[k];
  const auto all = [&](std::vector<std::uint32_t> slots) {
    for (auto& s : slots) {
      if (slot_of[s] == unknown) slot_of[s] = graph.add_slot(part.slots[s].shape);
      s = slot_of[s];
    }
    return slots;
  };
  std::vector<typename Graph<S>::Node> nodes;
  for (const auto& node : part.nodes)
    nodes.push_back({node.operation, all(node.inputs), all(node.outputs), node.scope});
  return nodes;
}

Shape column(Shape s) { return {s.size(), 1}; }

}  // namespace

template <class S>
std::vector<std::uint32_t> worth_packing(const Graph<S>& body, std::span<const std::uint32_t> slots) {
  std::vector<char> in_registers(body.slots.size(), 0);
  for (const auto& node : body.nodes)
    if (SmallBuilder<S>::can_translate(body, node))
      for (const auto& some : {node.inputs, node.outputs})
        for (const auto s : some) in_registers[s] = 1;
  std::vector<std::uint32_t> result;
  std::copy_if(slots.begin(), slots.end(), std::back_inserter(result),
               [&](auto s) { return in_registers[s]; });
  return result.size() > 1 ? result : std::vector<std::uint32_t>();
}

template <class S>
void pack(Graph<S>& graph, std::span<const std::uint32_t> slots) {
  const auto shapes = shapes_of_slots(graph, slots);
  const Graph<S> part = trace<S>(
      [](const std::vector<Variable<S>>& x) {
        std::vector<Variable<S>> columns;
        for (const auto& v : x) columns.push_back(reshape(v, column(v.shape())));
        return std::vector{concatenate(columns, 0)};
      },
      std::span<const Shape>(shapes));
  const auto packed = graph.add_slot(part.slots[part.outputs[0]].shape);
  for (auto& node : between(graph, part, slots, std::span(&packed, 1)))
    graph.nodes.push_back(std::move(node));
  graph.outputs.push_back(packed);
}

template <class S>
void unpack_inputs(Graph<S>& graph, std::size_t first, std::size_t count) {
  const auto begin = graph.inputs.begin() + static_cast<std::ptrdiff_t>(first);
  const std::vector<std::uint32_t> slots(begin, begin + static_cast<std::ptrdiff_t>(count));
  const auto shapes = shapes_of_slots(graph, std::span(slots));
  Shape all{0, 1};
  std::vector<Index> sizes;
  for (const Shape s : shapes) all.rows += sizes.emplace_back(s.size());
  const Graph<S> part = trace<S>(
      [&](const std::vector<Variable<S>>& x) {
        auto parts = split(x[0], sizes, 0);
        for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = reshape(parts[i], shapes[i]);
        return parts;
      },
      std::span<const Shape>(&all, 1));
  const auto packed = graph.add_slot(all);
  auto nodes = between(graph, part, std::span(&packed, 1), std::span<const std::uint32_t>(slots));
  graph.nodes.insert(graph.nodes.begin(), std::make_move_iterator(nodes.begin()),
                     std::make_move_iterator(nodes.end()));
  *begin = packed;
  graph.inputs.erase(begin + 1, begin + static_cast<std::ptrdiff_t>(count));
}

#define ENGRAM_INSTANTIATE(S)                                                                         \
  template std::vector<std::uint32_t> worth_packing(const Graph<S>&, std::span<const std::uint32_t>); \
  template void pack(Graph<S>&, std::span<const std::uint32_t>);                                      \
  template void unpack_inputs(Graph<S>&, std::size_t, std::size_t);
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)

ENGRAM_AUTODIFF_END
