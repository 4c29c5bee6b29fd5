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

/// What a run of a function needs: a workspace, and room for the addresses that it is given.
template <class S>
struct Room {
  explicit Room(const Function<S>& f)
      : workspace(f.workspace()), in(f.input_shapes().size()), out(f.output_shapes().size()) {}
  typename Function<S>::Workspace workspace;
  std::vector<const S*> in;
  std::vector<S*> out;
};

ENGRAM_AUTODIFF_END
