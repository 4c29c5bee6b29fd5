/// A function written in ops, with a rule of your own in place of its derivative: for clipped gradients,
/// straight-through estimators, solutions of equations, and rules that are better numerically.
///
///     // x rounded to 0 or 1; its cotangent passes as if it had not been.
///     auto round = [](auto x) { return std::vector{greater(x[0], 0.5)}; };
///     auto straight_through = [](auto g, auto y, auto x) { return std::vector{g[0]}; };
///     V y = ad::custom_vjp<double>(round, straight_through, {x})[0];
///
/// The function gets a span of inputs and returns a vector of results. The rule gets spans of the results'
/// cotangents (zeros for results that nobody used), of the results and of the inputs; it returns one
/// cotangent per input, in that input's shape.
///
/// `custom_vjp` calls the function once, with variables of a tape of their own, and records it as one op. The
/// rule is kept, and called in the same way when somebody differentiates: it must hold by value what it needs
/// from outside, except variables, which must be inputs. It may call `custom_vjp` with itself again.
///
/// The rule is written in ops, so second derivatives are those of the rule. jvp computes tangents by the
/// transpose of the rule. If the rule is not linear in g, for instance because it clips, it uses the
/// transpose of the derivative of the rule at g = 0.
#pragma once

#include <engram/autodiff/graph.hpp>

#include <functional>
#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

/// Cotangents of the results, results, inputs -> cotangents of the inputs.
template <class S>
using VjpRule = std::function<std::vector<Variable<S>>(
    std::span<const Variable<S>>, std::span<const Variable<S>>, std::span<const Variable<S>>)>;

/// Records the op.
template <class S>
std::vector<Variable<S>> record_custom_vjp(Graph<S> function, VjpRule<S> rule,
                                           std::span<const Variable<S>> inputs);

}  // namespace detail

/// f(inputs), recorded as one op whose derivative is `rule`, as told above.
template <class S, class F, class Rule>
std::vector<Variable<S>> custom_vjp(F&& f, Rule rule, const std::vector<Variable<S>>& inputs) {
  const std::vector<Shape> shapes = detail::shapes_of<Variable<S>>(inputs);
  Graph<S> function = trace<S>([&](std::span<const Variable<S>> x) { return f(x); }, std::span(shapes));
  return detail::record_custom_vjp<S>(std::move(function), std::move(rule), inputs);
}

/// On plain values the function is just called.
template <class S, class F, class Rule>
std::vector<Value<S>> custom_vjp(F&& f, const Rule&, const std::vector<Value<S>>& inputs) {
  return f(std::span<const Value<S>>(inputs));
}

ENGRAM_AUTODIFF_END
