/// A frozen piece of tape: operations from inputs to outputs, free of the tape it was recorded on.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <optional>
#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// Operations stand in an order in which they can run. Every value has one slot.
template <class Scalar>
struct Graph {
  /// A value: known before the graph runs, or not.
  struct Slot {
    Shape shape;
    std::optional<Value<Scalar>> constant;
  };
  /// An operation, and the slots that it reads and writes.
  struct Node {
    OperationPtr<Scalar> operation;
    std::vector<std::uint32_t> inputs, outputs;
    ScopePtr scope;  ///< null outside of all scopes
  };

  std::vector<Slot> slots;
  std::vector<Node> nodes;
  std::vector<std::uint32_t> inputs, outputs;

  /// Returns the new slot's number.
  std::uint32_t add_slot(Shape shape, std::optional<Value<Scalar>> constant = std::nullopt) {
    slots.push_back({shape, std::move(constant)});
    return static_cast<std::uint32_t>(slots.size() - 1);
  }
};

/// Where in its first input a node's result lies, if it is a part of it: it needs no memory of its own.
template <class S>
std::optional<Index> part_of(const Graph<S>& graph, const typename Graph<S>::Node& node, std::size_t output) {
  return node.inputs.empty() ? std::nullopt : node.operation->part(output, graph.slots[node.inputs[0]].shape);
}

/// What `outputs` need of the tape, computed from `inputs`, which may be any recorded variables. An output
/// that also depends on another input of the tape is an error; constants become part of the graph.
template <class S>
Graph<S> extract(Tape<S>& tape, std::span<const Variable<S>> inputs, std::span<const Variable<S>> outputs);

/// Records the graph's operations on a tape. Returns the variable of every slot (of those that are needed).
template <class S>
std::vector<std::optional<Variable<S>>> replay(const Graph<S>& graph, Tape<S>& tape,
                                               std::span<const Variable<S>> inputs);

namespace detail {
template <class T>
std::vector<Shape> shapes_of(std::span<const T> x) {
  std::vector<Shape> shapes;
  for (const T& v : x) shapes.push_back(v.shape());
  return shapes;
}
}  // namespace detail

namespace detail {

/// One variable is a list of one.
template <class S>
std::vector<Variable<S>> as_list(const Variable<S>& y) {
  return {y};
}
template <class S>
std::vector<Variable<S>> as_list(std::vector<Variable<S>> y) {
  return y;
}

/// Whether f can be called with n variables, one by one.
template <class F, class V, std::size_t n>
inline constexpr bool takes = []<std::size_t... i>(std::index_sequence<i...>) {
  return std::is_invocable_v<F, decltype(static_cast<void>(i), std::declval<const V&>())...>;
}
(std::make_index_sequence<n>());

/// f(x[0], x[1], ...) of a function of n variables or more.
template <class S, std::size_t n, class F>
std::vector<Variable<S>> call_spread(F& f, const std::vector<Variable<S>>& x) {
  static_assert(n <= 8,
                "a function is traced that takes one list of variables (std::vector, std::span or auto) "
                "or up to eight of them one by one");
  if constexpr (n > 8) {
    return {};
  } else if constexpr (takes<F&, Variable<S>, n>) {
    if (x.size() != n) fail("trace", "a function of {} variables gets {}", n, x.size());
    return [&]<std::size_t... i>(std::index_sequence<i...>) { return as_list<S>(f(x[i]...)); }
    (std::make_index_sequence<n>());
  } else {
    return call_spread<S, n + 1>(f, x);
  }
}

}  // namespace detail

/// Traces a function of variables: calls it with placeholders of the given shapes. It takes them as one list,
/// std::vector or std::span, or one by one, and returns a list of variables or a single one.
template <class S, class F>
Graph<S> trace(F&& function, std::span<const Shape> inputs) {
  Tape<S> tape(tracing);
  std::vector<Variable<S>> x;
  for (const Shape shape : inputs) x.push_back(tape.placeholder(shape));
  if constexpr (std::is_invocable_v<F&, std::vector<Variable<S>>&>)
    return extract<S>(tape, x, detail::as_list<S>(function(x)));
  else
    return extract<S>(tape, x, detail::call_spread<S, 1>(function, x));
}

// --- rewriting, each pass on its own; none changes what the graph computes, but for the sign of a zero ---
/// Computes what depends on constants only; drops x + 0 (which would make 0 of -0) and x * 1; computes equal
/// expressions once.
template <class S>
Graph<S> simplify(const Graph<S>& graph);
/// Drops operations, and results of loops, that no output needs. Inputs stay, used or not.
template <class S>
Graph<S> without_dead_code(const Graph<S>& graph);

/// Floating-point operations of one run: 2 m n k for a product, one per value read for a sum or a maximum,
/// those of all its steps for a loop, one per value computed for the rest.
template <class S>
double flops(const Graph<S>& graph);

/// One line per operation.
template <class S>
std::string to_text(const Graph<S>& graph);
/// The graph in Graphviz' language.
template <class S>
std::string to_dot(const Graph<S>& graph);

ENGRAM_AUTODIFF_END
