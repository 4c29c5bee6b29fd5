/// A function on the parts of a stack, one after the other or on several threads.
///
///     // 1000 sequences, 50 at a time
///     auto f = [](auto x, auto k) { return std::vector{loss(x[0], k[0])}; };
///     V losses = ad::for_stack<double>(f, {sequences}, {weights}, 50)[0];
///
///     // The same on oneTBB's threads; the library itself needs none of it.
///     const ad::Threads on_tbb = [](auto n, auto& run) { tbb::parallel_for(decltype(n){0}, n, run); };
///     V losses = ad::for_stack<double>(f, {sequences}, {weights}, 50, on_tbb)[0];
///
/// All operations take whole stacks; this takes a part at a time, so that what a part needs stays in cache,
/// and parts may run at once. The function gets spans of the parts and of what all of them share, and returns
/// a vector of results, which stand one after the other in one stack, part by part. It is called once, or
/// twice if the last part is smaller, and must get as arguments all variables that it needs.
///
/// Only the inputs are kept: a part is computed again when it is differentiated, part by part, on the same
/// threads. Cotangents of what is shared are summed in the order of the parts. So the bits depend on the size
/// of the parts, and not on the threads.
#pragma once

#include <engram/autodiff/graph.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// Calls run(0), run(1), ..., run(count - 1), each once, in any order, on any threads, and returns when all
/// of them have; what they throw, it throws. Empty: one after the other.
using Threads = std::function<void(Index count, const std::function<void(Index)>& run)>;

namespace detail {

/// A stack's parts: so many of the usual size, and the function of one; that of the last, smaller one.
template <class S>
struct Parts {
  std::size_t stacks = 0;  ///< so many of the inputs are taken apart, the first ones
  Index whole = 0;
  Graph<S> function;
  std::optional<Graph<S>> last;
  Threads threads;
};

template <class T>
std::vector<T> apply_for_stack(Parts<typename T::Scalar> parts, std::span<const T> inputs);

/// The size of all these stacks.
Index common_size(std::span<const Shape> stacks, Index part);

/// What is told below, of variables or values.
template <class T, class F>
std::vector<T> for_parts(F& f, const std::vector<T>& stacks, const std::vector<T>& shared, Index size,
                         Threads threads) {
  using S = typename T::Scalar;
  std::vector<Shape> shapes = shapes_of<T>(stacks);
  const Index all = common_size(shapes, size);
  size = std::min(size, std::max(all, Index{1}));
  for (const T& x : shared) shapes.push_back(x.shape());
  const auto traced = [&](Index part) {
    for (std::size_t i = 0; i < stacks.size(); ++i) shapes[i].stack = part;
    return trace<S>(
        [&](std::span<const Variable<S>> x) { return f(x.first(stacks.size()), x.subspan(stacks.size())); },
        std::span<const Shape>(shapes));
  };
  Parts<S> parts{stacks.size(), all / size, traced(size), std::nullopt, std::move(threads)};
  if (all % size != 0) parts.last = traced(all % size);
  std::vector<T> inputs = stacks;
  inputs.insert(inputs.end(), shared.begin(), shared.end());
  return apply_for_stack<T>(std::move(parts), inputs);
}

}  // namespace detail

/// f(parts of the stacks, shared) for parts of `size` matrices. The stacks have one size, which need not be a
/// multiple of that. S is float or double.
template <class S, class F>
std::vector<Variable<S>> for_stack(F&& f, const std::vector<Variable<S>>& stacks,
                                   const std::vector<Variable<S>>& shared, Index size, Threads threads = {}) {
  return detail::for_parts(f, stacks, shared, size, std::move(threads));
}
/// The same of values.
template <class S, class F>
std::vector<Value<S>> for_stack(F&& f, const std::vector<Value<S>>& stacks,
                                const std::vector<Value<S>>& shared, Index size, Threads threads = {}) {
  return detail::for_parts(f, stacks, shared, size, std::move(threads));
}

ENGRAM_AUTODIFF_END
