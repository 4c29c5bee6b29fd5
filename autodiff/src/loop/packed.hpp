/// Values of a loop's body that lie below each other in one column.
#pragma once

#include <engram/autodiff/loop.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Those of the slots that hold few numbers, and are read or written where few numbers are computed in
/// registers: to copy them costs next to nothing there. None if they are too few.
template <class S>
std::vector<std::uint32_t> worth_packing(const Graph<S>& body, std::span<const std::uint32_t> slots);

/// Adds a column of the slots' values to the graph's outputs.
template <class S>
void pack(Graph<S>& graph, std::span<const std::uint32_t> slots);

/// Replaces `count` of the graph's inputs, from `first` on, by one column of all of them.
template <class S>
void unpack_inputs(Graph<S>& graph, std::size_t first, std::size_t count);

ENGRAM_AUTODIFF_END
