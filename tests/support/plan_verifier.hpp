/// Checks a memory plan from first principles: no op writes where a value lies that is still to be read.
#pragma once

#include <engram/autodiff/graph.hpp>

#include "plan.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace engram::test {

namespace ad = engram::autodiff;

/// What is wrong with the plan; empty if nothing is.
template <class S>
std::string verify(const ad::Graph<S>& graph, const ad::Plan<S>& plan) {
  using Plan = ad::Plan<S>;
  using Home = typename Plan::Home;
  const auto size = [&](std::uint32_t s) { return graph.slots[s].shape.size(); };
  const auto overlap = [&](std::uint32_t a, std::uint32_t b) {
    const auto &p = plan.places[a], &q = plan.places[b];
    return size(a) > 0 && size(b) > 0 && p.home == q.home && p.index == q.index &&
           p.offset < q.offset + size(b) && q.offset < p.offset + size(a) && p.home != Home::constant;
  };

  // When each value is read for the last time: an op's number, or the end for outputs. What a part is read
  // for, its origin is read for too: they are the same memory, and compared value by value here.
  const std::size_t end = graph.nodes.size();
  std::vector<std::size_t> last_read(graph.slots.size(), 0);
  std::vector<char> defined(graph.slots.size(), 0);
  for (std::size_t n = 0; n < end; ++n)
    for (const auto s : graph.nodes[n].inputs) last_read[s] = n;
  for (const auto s : graph.outputs) last_read[s] = end;
  for (const auto s : graph.inputs) defined[s] = 1;
  for (std::uint32_t s = 0; s < graph.slots.size(); ++s)
    if (graph.slots[s].constant) defined[s] = 1;

  for (std::size_t n = 0; n < end; ++n) {
    const auto& node = graph.nodes[n];
    const auto text = [&](std::uint32_t s, const char* what) {
      return fmt::format("op {} ({}) writes %{}, {}", n, node.operation->name(), s, what);
    };
    for (const auto s : node.inputs)
      if (!defined[s]) return fmt::format("op {} ({}) reads %{} too early", n, node.operation->name(), s);
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      const auto s = node.outputs[k];
      const auto& place = plan.places[s];
      if (const auto offset = ad::part_of(graph, node, k)) {
        const auto& origin = plan.places[node.inputs[0]];
        if (place.home != origin.home || place.index != origin.index ||
            (place.home != Home::constant && place.offset != origin.offset + *offset))
          return text(s, "a part that does not lie in its origin");
        defined[s] = 1;
        continue;
      }
      if (place.home != Home::buffer && place.home != Home::output) return text(s, "which is not writable");
      if (place.offset < 0 || (place.home == Home::buffer && place.offset + size(s) > plan.buffer_size))
        return text(s, "outside the buffer");
      if (place.home == Home::output && size(s) > size(graph.outputs[place.index]))
        return text(s, "outside the output");
      for (std::uint32_t other = 0; other < graph.slots.size(); ++other) {
        if (!defined[other] || other == s || last_read[other] < n || !overlap(s, other)) continue;
        const bool in_place = node.operation->elementwise() && last_read[other] == n &&
                              plan.places[other].offset == place.offset &&
                              graph.slots[other].shape == graph.slots[s].shape;
        if (!in_place) return text(s, "over %") + std::to_string(other);
      }
      defined[s] = 1;
      last_read[s] = std::max(last_read[s], n);  // a result nobody reads is still written
    }
  }

  std::vector<char> delivered(graph.outputs.size(), 0);
  for (std::uint32_t k = 0; k < delivered.size(); ++k) {
    const auto& place = plan.places[graph.outputs[k]];
    delivered[k] = place.home == Home::output && place.index == k && place.offset == 0;
  }
  for (const auto& [s, k] : plan.copies) {
    if (delivered[k] || s != graph.outputs[k]) return fmt::format("output {} is copied needlessly", k);
    delivered[k] = 1;
  }
  for (std::size_t k = 0; k < delivered.size(); ++k)
    if (!delivered[k]) return fmt::format("output {} is not delivered", k);
  return {};
}

}  // namespace engram::test
