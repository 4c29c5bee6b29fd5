#include "plan.hpp"

#include <algorithm>
#include <map>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Memory by first-fit; offsets and sizes in values.
class Allocator {
 public:
  Index take(Index size) {
    for (auto it = free_.begin(); it != free_.end(); ++it) {
      if (it->second < size) continue;
      const Index offset = it->first, rest = it->second - size;
      free_.erase(it);
      if (rest > 0) free_.emplace(offset + size, rest);
      return offset;
    }
    // The free end of the block, if there is one, is only extended.
    Index offset = end_;
    if (!free_.empty()) {
      const auto last = std::prev(free_.end());
      if (last->first + last->second == end_) {
        offset = last->first;
        free_.erase(last);
      }
    }
    end_ = checked_sum("compile", offset, size);
    return offset;
  }

  void give(Index offset, Index size) {
    if (size == 0) return;
    auto it = free_.emplace(offset, size).first;
    if (const auto next = std::next(it); next != free_.end() && it->first + it->second == next->first) {
      it->second += next->second;
      free_.erase(next);
    }
    if (it != free_.begin())
      if (const auto previous = std::prev(it); previous->first + previous->second == it->first) {
        previous->second += it->second;
        free_.erase(it);
      }
  }

  Index size() const { return end_; }

 private:
  std::map<Index, Index> free_;
  Index end_ = 0;
};

}  // namespace

template <class Scalar>
Plan<Scalar>::Plan(const Graph<Scalar>& graph) : places(graph.slots.size()) {
  constexpr auto granule = static_cast<Index>(64 / sizeof(Scalar));  // a cache line
  const auto rounded = [&](Index size) { return (size + granule - 1) / granule * granule; };
  const auto forever = graph.nodes.size();

  // Slots that are parts of others share their root's memory.
  std::vector<std::uint32_t> root(graph.slots.size());
  std::vector<char> computed(graph.slots.size(), 0);
  for (std::uint32_t s = 0; s < root.size(); ++s) {
    root[s] = s;
    if (graph.slots[s].constant) places[s].home = Home::constant;
  }
  for (std::uint32_t i = 0; i < graph.inputs.size(); ++i) places[graph.inputs[i]] = {Home::input, i, 0};
  std::vector<Index> part_offset(graph.slots.size(), 0);
  for (const auto& node : graph.nodes)
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      const auto s = node.outputs[k];
      if (const auto offset = part_of(graph, node, k)) {
        root[s] = root[node.inputs[0]];
        part_offset[s] = part_offset[node.inputs[0]] + *offset;
      } else {
        computed[s] = 1;
      }
    }

  // Outputs are written in place when an operation computes all of them.
  for (std::uint32_t k = 0; k < graph.outputs.size(); ++k) {
    const auto s = graph.outputs[k], r = root[s];
    const bool whole = graph.slots[s].shape.size() == graph.slots[r].shape.size();
    if (computed[r] && whole && places[r].home == Home::buffer)
      places[r] = {Home::output, k, 0};
    else
      copies.emplace_back(s, k);
  }

  std::vector<std::size_t> last_use(graph.slots.size(), 0);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n)
    for (const auto s : graph.nodes[n].inputs) last_use[root[s]] = n;
  for (const auto& [s, k] : copies) last_use[root[s]] = forever;

  Allocator allocator;
  std::vector<char> live(graph.slots.size(), 0);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const auto& node = graph.nodes[n];
    for (const auto s : node.outputs) {
      if (root[s] != s || places[s].home != Home::buffer) continue;
      // An elementwise result may overwrite an operand that is not needed any more, if nothing else of the
      // operation reads that memory under another shape.
      std::uint32_t reused = s;
      if (node.operation->elementwise())
        for (const auto in : node.inputs) {
          const auto r = root[in];
          const bool dies = live[r] && last_use[r] == n;
          const bool only = std::all_of(node.inputs.begin(), node.inputs.end(), [&](auto other) {
            return root[other] != r || graph.slots[other].shape == graph.slots[s].shape;
          });
          if (dies && only && graph.slots[in].shape == graph.slots[s].shape &&
              graph.slots[r].shape.size() == graph.slots[s].shape.size()) {
            reused = r;
            break;
          }
        }
      if (reused != s) {
        live[reused] = 0;  // the memory is handed on
        places[s].offset = places[reused].offset;
      } else {
        places[s].offset = allocator.take(rounded(graph.slots[s].shape.size()));
      }
      live[s] = 1;
      last_use[s] = std::max(last_use[s], n);
    }
    const auto release = [&](std::uint32_t s) {
      const auto r = root[s];
      if (!live[r] || last_use[r] != n) return;
      live[r] = 0;
      allocator.give(places[r].offset, rounded(graph.slots[r].shape.size()));
    };
    for (const auto s : node.inputs) release(s);
    for (const auto s : node.outputs) release(s);
  }
  buffer_size = allocator.size();

  for (std::uint32_t s = 0; s < root.size(); ++s) {
    if (root[s] == s) continue;
    places[s] = places[root[s]];
    places[s].offset += part_offset[s];
  }
}

template struct Plan<float>;
template struct Plan<double>;

ENGRAM_AUTODIFF_END
