#include <engram/autodiff/graph.hpp>

#include "../ops/recognise.hpp"
#include "passes.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Results larger than this are not worth their memory as constants, unless somebody asks for them.
constexpr Index usually_folded = 4096;

template <class S>
bool same_constant(const Value<S>& a, const Value<S>& b) {
  return a.shape() == b.shape() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.shape().size()) * sizeof(S)) == 0;
}

template <class S>
bool all_equal_to(const Value<S>& x, double number) {
  return std::all_of(x.data(), x.data() + x.shape().size(),
                     [&](S v) { return static_cast<double>(v) == number; });
}

std::size_t combine(std::size_t seed, std::size_t v) { return seed * 0x9e3779b97f4a7c15u + v + (seed >> 29); }

}  // namespace

template <class S>
Graph<S> simplify(const Graph<S>& graph) {
  return simplify(graph, usually_folded);
}

template <class S>
Graph<S> simplify(const Graph<S>& graph, Index largest_folded) {
  Graph<S> result;
  std::vector<std::uint32_t> to(graph.slots.size());  // slot of `graph` -> slot of `result`
  for (const auto s : graph.inputs) {
    to[s] = result.add_slot(graph.slots[s].shape);
    result.inputs.push_back(to[s]);
  }

  std::unordered_multimap<std::size_t, std::uint32_t> constants;  // by their first number and size
  const auto constant = [&](const Value<S>& v) {
    const auto key = combine(static_cast<std::size_t>(v.shape().size()),
                             std::hash<S>{}(v.shape().size() ? v.data()[0] : S{}));
    const auto [first, last] = constants.equal_range(key);
    for (auto it = first; it != last; ++it)
      if (same_constant(*result.slots[it->second].constant, v)) return it->second;
    const auto slot = result.add_slot(v.shape(), v);
    constants.emplace(key, slot);
    return slot;
  };
  for (std::uint32_t s = 0; s < graph.slots.size(); ++s)
    if (graph.slots[s].constant) to[s] = constant(*graph.slots[s].constant);

  std::unordered_map<std::uint32_t, std::uint32_t> repeats;  // slot of `result` -> the constant it repeats
  std::unordered_multimap<std::size_t, std::size_t> known;   // nodes of `result` by op name and inputs
  std::vector<std::uint32_t> in;
  for (const auto& node : graph.nodes) {
    in.clear();
    for (const auto s : node.inputs) in.push_back(to[s]);

    // Constants in, constants out.
    Index size = 0;
    for (const auto s : node.outputs) size += graph.slots[s].shape.size();
    const bool foldable = size <= largest_folded && std::all_of(in.begin(), in.end(), [&](auto s) {
                            return result.slots[s].constant.has_value();
                          });
    if (foldable) {
      std::vector<ConstView<S>> x;
      std::vector<View<S>> y;
      std::vector<Value<S>> values;
      for (const auto s : in) x.push_back(result.slots[s].constant->view());
      for (const auto s : node.outputs) {
        values.emplace_back(graph.slots[s].shape);
        y.push_back({values.back().data(), graph.slots[s].shape});
      }
      const auto state = node.operation->make_state();
      node.operation->forward(y, x, state.get());
      for (std::size_t k = 0; k < values.size(); ++k) to[node.outputs[k]] = constant(values[k]);
      continue;
    }

    // x op neutral = x, where broadcasting does not change the shape.
    const auto leaves_the_other = [&](std::size_t i) {
      const auto neutral = node.operation->neutral(i);
      if (!neutral) return false;
      const auto repeated = repeats.find(in[i]);
      const auto& c = result.slots[repeated == repeats.end() ? in[i] : repeated->second].constant;
      return c && all_equal_to(*c, *neutral) &&
             result.slots[in[1 - i]].shape == graph.slots[node.outputs[0]].shape;
    };
    const std::size_t first_input = 0, second_input = 1;
    if (leaves_the_other(first_input) || leaves_the_other(second_input)) {
      to[node.outputs[0]] = in[leaves_the_other(first_input) ? second_input : first_input];
      continue;
    }

    // The same op on the same inputs.
    std::size_t key = std::hash<std::string_view>{}(node.operation->name());
    for (const auto s : in) key = combine(key, s);
    const auto [first, last] = known.equal_range(key);
    const auto twin = std::find_if(first, last, [&](const auto& entry) {
      const auto& other = result.nodes[entry.second];
      return other.inputs == in && other.outputs.size() == node.outputs.size() &&
             other.operation->equals(*node.operation);
    });
    if (twin != last) {
      for (std::size_t k = 0; k < node.outputs.size(); ++k)
        to[node.outputs[k]] = result.nodes[twin->second].outputs[k];
      continue;
    }

    known.emplace(key, result.nodes.size());
    typename Graph<S>::Node copy{node.operation, in, {}, node.scope};
    for (const auto s : node.outputs) copy.outputs.push_back(to[s] = result.add_slot(graph.slots[s].shape));
    if (is_repetition(*node.operation) && result.slots[in[0]].constant)
      repeats.emplace(copy.outputs[0], in[0]);
    result.nodes.push_back(std::move(copy));
  }
  for (const auto s : graph.outputs) result.outputs.push_back(to[s]);
  return result;
}

template Graph<float> simplify(const Graph<float>&);
template Graph<double> simplify(const Graph<double>&);
template Graph<float> simplify(const Graph<float>&, Index);
template Graph<double> simplify(const Graph<double>&, Index);

ENGRAM_AUTODIFF_END
