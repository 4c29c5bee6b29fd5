/// How a graph becomes the program that runs: rewriting passes that none but Function sees the results of.
/// None changes a bit of what is computed.
#pragma once

#include <engram/autodiff/graph.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Sums of a product and something that broadcasts to it become part of the product.
template <class S>
Graph<S> attach_addends(const Graph<S>& graph);

ENGRAM_AUTODIFF_END
