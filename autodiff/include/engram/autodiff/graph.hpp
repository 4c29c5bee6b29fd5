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

/// Traces a function of variables: calls it with placeholders of the given shapes.
template <class S, class F>
Graph<S> trace(F&& function, std::span<const Shape> inputs) {
  Tape<S> tape(tracing);
  std::vector<Variable<S>> x;
  for (const Shape shape : inputs) x.push_back(tape.placeholder(shape));
  const std::vector<Variable<S>> y = function(x);
  return extract<S>(tape, x, y);
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
