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
/// cotangent per input, in that input's shape. Both are called once, with variables of a tape of their own:
/// what they need of outside they must get as inputs. Recorded is one op.
///
/// The rule is written in ops, so it is what second derivatives are taken of. Tangents (jvp) are its
/// transpose; of a rule that is not linear in g, as one that clips, that of its linear part at g = 0.
#pragma once

#include <engram/autodiff/graph.hpp>

#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

/// Records the op. `rule` takes cotangents of the results, results and inputs.
template <class S>
std::vector<Variable<S>> record_custom_vjp(Graph<S> function, Graph<S> rule,
                                           std::span<const Variable<S>> inputs);

/// The number and the shapes of what a rule returned.
void require_cotangents(std::span<const Shape> cotangents, std::span<const Shape> inputs);

}  // namespace detail

/// f(inputs), recorded as one op whose derivative is `rule`, as told above.
template <class S, class F, class Rule>
std::vector<Variable<S>> custom_vjp(F&& f, Rule&& rule, const std::vector<Variable<S>>& inputs) {
  using Span = std::span<const Variable<S>>;
  const std::vector<Shape> input_shapes = detail::shapes_of<Variable<S>>(inputs);
  std::vector<Shape> shapes;  // of the results, then of all that the rule gets
  Graph<S> function = trace<S>([&](Span x) { return f(x); }, std::span(input_shapes));
  for (const auto s : function.outputs) shapes.push_back(function.slots[s].shape);
  const std::size_t results = shapes.size();
  shapes.insert(shapes.end(), shapes.begin(), shapes.begin() + static_cast<std::ptrdiff_t>(results));
  shapes.insert(shapes.end(), input_shapes.begin(), input_shapes.end());
  Graph<S> pulled_back = trace<S>(
      [&](Span in) {
        std::vector<Variable<S>> x_bar =
            rule(in.first(results), in.subspan(results, results), in.subspan(2 * results));
        detail::require_cotangents(detail::shapes_of<Variable<S>>(x_bar), input_shapes);
        return x_bar;
      },
      std::span<const Shape>(shapes));
  return detail::record_custom_vjp<S>(std::move(function), std::move(pulled_back), inputs);
}

/// On plain values the function is just called.
template <class S, class F, class Rule>
std::vector<Value<S>> custom_vjp(F&& f, Rule&&, const std::vector<Value<S>>& inputs) {
  return f(std::span<const Value<S>>(inputs));
}

ENGRAM_AUTODIFF_END
