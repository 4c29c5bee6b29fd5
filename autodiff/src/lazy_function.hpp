/// A graph that is compiled when it first runs: many are only traced and rewritten.
#pragma once

#include <engram/autodiff/function.hpp>

#include <mutex>

ENGRAM_AUTODIFF_BEGIN

template <class S>
class LazyFunction {
 public:
  /// The graph must outlive this.
  explicit LazyFunction(const Graph<S>& graph) : graph_(graph) {}

  const Function<S>& get() const {
    std::call_once(compiled_, [this] { function_.emplace(graph_); });
    return *function_;
  }

 private:
  const Graph<S>& graph_;
  mutable std::once_flag compiled_;
  mutable std::optional<Function<S>> function_;
};

ENGRAM_AUTODIFF_END
