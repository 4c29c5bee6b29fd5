/// Loops that run as long as a condition holds.
///
///     const auto [carry, steps] = ad::while_loop(condition, body, {x}, {parameter});
///
/// `condition(carry, constants)` returns one number (1,1): the loop goes on while it is other than 0, and
/// ends where it is NaN. `body(carry, constants)` returns the next carry, a vector. Both get spans, are
/// called once, with variables, and must get all that they need as arguments. A carry that is one matrix
/// before a step, and a stack after it, is repeated before the first step. The loop is one op, in compiled
/// functions too, where each run takes as many steps as its values ask for.
///
/// Its derivative goes back through all steps that were run, however many. The loop leaves a number of
/// snapshots of its carry on its way, every one if there are no more steps than that; the derivative computes
/// the others again, with as many snapshots of its own (see `Keep::binomial`). So memory does not grow with
/// the steps. The derivative is a loop with a derivative of its own, to any order. Nothing flows through the
/// condition, nor from the number of steps. A compiled loop that nobody differentiates leaves no snapshots.
#pragma once

#include <engram/autodiff/loop.hpp>

#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// The last carry, and how many steps it took, a number (1,1).
template <class T>
struct WhileResult {
  std::vector<T> carry;
  T steps;
};

/// The graphs of a loop. Inputs of both: carries, constants.
template <class Scalar>
struct WhileLoop {
  Graph<Scalar> condition;  ///< output: one number
  Graph<Scalar> body;       ///< outputs: next carries
  std::size_t carries = 0;
  Index snapshots = 0;  ///< of the derivative
};

/// Records a loop. The results are the last carries and the number of steps. Throws if shapes do not fit.
template <class S>
std::vector<Variable<S>> run_while_loop(WhileLoop<S> loop, std::span<const Variable<S>> inputs);

/// Records a loop, as told above, which leaves so many snapshots of its carry.
template <class S, class Condition, class Body>
WhileResult<Variable<S>> while_loop(Condition&& condition, Body&& body, const std::vector<Variable<S>>& carry,
                                    const std::vector<Variable<S>>& constants = {}, Index snapshots = 32) {
  using V = Variable<S>;
  std::vector<V> inputs = carry;
  inputs.insert(inputs.end(), constants.begin(), constants.end());
  const auto traced = [&](auto&& f) {
    const std::vector<Shape> shapes = detail::shapes_of<V>(inputs);
    const auto split = [&](std::span<const V> x) {
      return f(x.first(carry.size()), x.subspan(carry.size()));
    };
    return trace<S>(split, std::span<const Shape>(shapes));
  };
  WhileLoop<S> loop;
  loop.carries = carry.size();
  loop.snapshots = snapshots;
  do loop.body = traced(body);
  while (detail::repeat_carries(loop.body, std::span(inputs).first(carry.size())));
  loop.condition = traced(condition);
  std::vector<V> y = run_while_loop<S>(std::move(loop), inputs);
  const V steps = y.back();
  y.pop_back();
  return {std::move(y), steps};
}

/// On plain values a loop just runs.
template <class S, class Condition, class Body>
WhileResult<Value<S>> while_loop(Condition&& condition, Body&& body, std::vector<Value<S>> carry,
                                 const std::vector<Value<S>>& constants = {}, Index = 32) {
  using T = Value<S>;
  const std::span<const T> k(constants);
  const auto goes_on = [&] {
    const S number = condition(std::span<const T>(carry), k).item();
    return number != 0 && number == number;
  };
  S steps = 0;
  for (; goes_on(); ++steps) carry = body(std::span<const T>(carry), k);
  return {std::move(carry), T(steps)};
}

/// With the carries in braces: `while_loop(condition, body, {x}, {a})`.
template <class Condition, class Body, Differentiable T>
WhileResult<T> while_loop(Condition&& condition, Body&& body, std::initializer_list<T> carry,
                          const std::vector<std::type_identity_t<T>>& constants = {}, Index snapshots = 32) {
  return while_loop<typename T::Scalar>(condition, body, std::vector<T>(carry), constants, snapshots);
}

ENGRAM_AUTODIFF_END
