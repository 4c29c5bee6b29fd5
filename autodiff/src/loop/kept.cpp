#include "../small/builder.hpp"
#include "linearized.hpp"
#include "packed.hpp"

#include <algorithm>
#include <new>
#include <numeric>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Below this a loop keeps everything: a task's tape that stays in cache is cheaper to read than to compute
/// again. In a third-level cache of 32 MiB that two threads share, one loop each, the two are level at 16
/// MiB.
constexpr double bytes_in_cache = 12 << 20;
/// Above this it keeps carries: memory is the user's to give (`Keep::everything`).
constexpr double most_bytes = 256 << 20;
/// Between them it keeps values that took more than so many operations each: a number that goes through
/// memory takes the time of so many in a product. Where the values of one step leave the second-level cache,
/// so do those of a step that is computed again, and half as many pay.
constexpr double operations_a_number = 40, bytes_of_a_large_step = 2 << 20;

/// Whether the derivative is done sooner if it reads so many numbers of each step than if it computes them
/// again.
template <class S>
bool pays_to_keep(const Loop<S>& loop, double numbers) {
  const double step = numbers * sizeof(S), bytes = step * static_cast<double>(loop.steps);
  if (bytes <= bytes_in_cache) return true;
  const double enough = step > bytes_of_a_large_step ? operations_a_number / 2 : operations_a_number;
  return bytes <= most_bytes && flops(loop.body) > enough * numbers;
}

/// The slots of the body whose values the derivative reads, other than inputs and constants.
template <class S>
std::vector<std::uint32_t> values_read_by_derivative(const Loop<S>& loop) {
  const Linearized<S> d(loop, std::vector<char>(loop.body.outputs.size(), 1));
  std::vector<std::uint32_t> slot_of(d.forward_end, ~std::uint32_t{0});
  std::vector<char> computed(loop.body.slots.size(), 0);
  std::vector<std::uint32_t> root(loop.body.slots.size());
  std::iota(root.begin(), root.end(), 0u);
  for (std::uint32_t s = 0; s < d.slots.size(); ++s)
    if (d.slots[s]) slot_of[d.slots[s]->id()] = s;
  for (const auto& node : loop.body.nodes) {
    const bool is_free =
        node.inputs.size() == 1 && node.operation->moves() && SmallBuilder<S>::can_translate(loop.body, node);
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      computed[node.outputs[k]] = 1;
      if (is_free || part_of(loop.body, node, k))
        root[node.outputs[k]] = root[node.inputs[0]];  // a part costs nothing to find again
    }
  }
  std::vector<char> needed(d.tape.size(), 0), read(loop.body.slots.size(), 0);
  for (const auto& v : d.x_bar) needed[v.id()] = 1;
  const auto nodes = d.tape.nodes();
  const auto note = [&](std::uint32_t id) {
    if (id < d.forward_end)
      read[root[slot_of[id]]] = 1;
    else
      needed[id] = 1;
  };
  for (const auto& v : d.x_bar) note(v.id());
  for (std::size_t n = nodes.size(); n-- > 0 && nodes[n].first_output >= d.forward_end;) {
    bool any = false;
    for (std::uint32_t k = 0; k < nodes[n].output_count; ++k) any = any || needed[nodes[n].first_output + k];
    if (any)
      for (const auto id : d.tape.inputs(nodes[n])) note(id);
  }
  std::vector<std::uint32_t> result;
  for (std::uint32_t s = 0; s < read.size(); ++s)
    if (read[s] && computed[s]) result.push_back(s);
  return result;
}

}  // namespace

template <class S>
Loop<S> with_kept_values(Loop<S> loop, bool packs) {
  loop.kept.emplace();
  if (loop.keep.snapshots() > 0) return loop;  // the derivative takes its snapshots itself
  std::vector<std::uint32_t> slots;
  if (loop.keep != Keep::carries) {
    try {
      slots = values_read_by_derivative(loop);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {  // the derivative says so again, if anybody asks for it
    }
    double numbers = 0;
    for (const auto s : slots) numbers += static_cast<double>(loop.body.slots[s].shape.size());
    if (loop.keep == Keep::automatic && !pays_to_keep(loop, numbers)) slots.clear();
  }
  // A sum's derivative does not depend on it.
  const auto carries = std::span(loop.body.inputs).first(loop.carries - loop.sums);
  slots.insert(slots.end(), carries.begin(), carries.end());
  if (packs) loop.packed = worth_packing(loop.body, std::span<const std::uint32_t>(slots));
  std::erase_if(slots, [&](auto s) {
    return std::find(loop.packed.begin(), loop.packed.end(), s) != loop.packed.end();
  });
  for (const auto s : slots) {
    loop.kept->emplace_back(s, loop.body.outputs.size());
    loop.body.outputs.push_back(s);
  }
  if (!loop.packed.empty()) pack(loop.body, std::span<const std::uint32_t>(loop.packed));
  return loop;
}

template Loop<float> with_kept_values(Loop<float>, bool);
template Loop<double> with_kept_values(Loop<double>, bool);

ENGRAM_AUTODIFF_END
