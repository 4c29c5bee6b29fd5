/// How a graph becomes the program that runs: rewriting passes, whose results only Function sees. None
/// changes a bit of what is computed.
#pragma once

#include <engram/autodiff/graph.hpp>

ENGRAM_AUTODIFF_BEGIN

/// As `simplify` of graph.hpp, which computes constants of so many entries when the function is compiled.
template <class S>
Graph<S> simplify(const Graph<S>& graph, Index largest_folded);

/// A sum of pads that lie beside each other becomes a concatenation: as the cotangents of parts of a matrix.
template <class S>
Graph<S> join_pads(const Graph<S>& graph);

/// The sum of two numbers becomes what adds them, which `join_small` does in registers. Of more than two the
/// order of summation is a kernel's own.
template <class S>
Graph<S> split_sums(const Graph<S>& graph);

/// Operations on a few numbers each become one operation, which does them in registers, one by one.
template <class S>
Graph<S> join_small(const Graph<S>& graph);

/// tanh(a + b) and its like become one operation, which does not store the sum.
template <class S>
Graph<S> join_sums(const Graph<S>& graph);

/// a + factor b, and the sum of all entries of a b, become one operation each, which does not store the
/// product.
template <class S>
Graph<S> join_products(const Graph<S>& graph);

/// A product and what is added to it become one operation.
template <class S>
Graph<S> attach_addends(const Graph<S>& graph);

ENGRAM_AUTODIFF_END
