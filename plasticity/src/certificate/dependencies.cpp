#include "dependencies.hpp"

#include <algorithm>

ENGRAM_PLASTICITY_BEGIN

void RecordedDependencies::declare(const Variable<double>& v,
                                   const std::function<Index(Index, Index)>& source) {
  auto& d = of_slots_[v.id()];
  for (Index r = 0; r < v.rows(); ++r)
    for (Index c = 0; c < v.columns(); ++c) {
      d.sources.push_back(source(r, c));
      d.first.push_back(static_cast<Index>(d.sources.size()));
    }
}

void RecordedDependencies::follow() {
  const auto slots = tape_.slots();
  for (const auto& node : tape_.nodes()) {
    std::vector<autodiff::Shape> x, y;
    std::vector<const autodiff::Dependencies*> inputs;
    for (const std::uint32_t s : tape_.inputs(node)) {
      x.push_back(slots[s].shape);
      inputs.push_back(&of_slots_[s]);
    }
    for (std::uint32_t k = 0; k < node.output_count; ++k) y.push_back(slots[node.first_output + k].shape);
    auto results = autodiff::carried<double>(*node.operation, y, x, inputs);
    for (std::size_t k = 0; k < y.size(); ++k) of_slots_[node.first_output + k] = std::move(results[k]);
  }
}

std::span<const Index> RecordedDependencies::of(const Variable<double>& v, Index row, Index column) const {
  const auto& d = of_slots_[v.id()];
  return d.sources.empty() ? std::span<const Index>() : d.of(row * v.columns() + column);
}

std::string RecordedDependencies::path(const Variable<double>& v, Index row, Index column,
                                       Index source) const {
  if (!std::ranges::binary_search(of(v, row, column), source)) return "";
  std::string names;
  // Any entry of an input that has the source will do for a way that people can follow.
  for (std::uint32_t slot = v.id(); tape_.slots()[slot].node != Tape<double>::no_node;) {
    const auto& node = tape_.nodes()[tape_.slots()[slot].node];
    names += (names.empty() ? "" : " <- ") + std::string(node.operation->name());
    std::uint32_t next = slot;
    for (const std::uint32_t x : tape_.inputs(node))
      if (std::ranges::find(of_slots_[x].sources, source) != of_slots_[x].sources.end()) next = x;
    if (next == slot) break;
    slot = next;
  }
  return names;
}

ENGRAM_PLASTICITY_END
