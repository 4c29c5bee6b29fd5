/// Reverse-mode differentiation on a tape.
///
/// `gradient` and `vjp` record what they compute: their results are variables like others and can be
/// differentiated again, to any order. `gradient_values` and `vjp_values` only compute, by the same rules,
/// and leave the tape as it is. A sweep visits each operation between inputs and results once, in the tape's
/// order, and never recurses.
///
/// Derivatives with respect to something the result does not depend on are zeros.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <concepts>
#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// The cotangents of x for given cotangents of y, in the order of x. `y_bar[k]` has the shape of `y[k]`.
template <class S>
std::vector<Variable<S>> vjp(std::span<const Variable<S>> y, std::span<const Variable<S>> y_bar,
                             std::span<const Variable<S>> x);
/// The same, only computed.
template <class S>
std::vector<Value<S>> vjp_values(std::span<const Variable<S>> y, std::span<const Value<S>> y_bar,
                                 std::span<const Variable<S>> x);

/// The tangents of y for given tangents of x: the transpose of the transpose, so it can be differentiated
/// again too.
template <class S>
std::vector<Variable<S>> jvp(std::span<const Variable<S>> y, std::span<const Variable<S>> x,
                             std::span<const Variable<S>> x_dot);

/// The gradient of a scalar y (1x1).
template <class S>
std::vector<Variable<S>> gradient(const Variable<S>& y, std::span<const Variable<S>> x);
/// The same, only computed.
template <class S>
std::vector<Value<S>> gradient_values(const Variable<S>& y, std::span<const Variable<S>> x);

/// The gradient with respect to the variables of a vector.
template <class S>
std::vector<Variable<S>> gradient(const Variable<S>& y, const std::vector<Variable<S>>& x) {
  return gradient(y, std::span(x));
}
/// The gradient with respect to one variable.
template <class S>
Variable<S> gradient(const Variable<S>& y, const Variable<S>& x) {
  return gradient(y, std::span(&x, 1))[0];
}
/// The gradient with respect to the variables of a vector, only computed.
template <class S>
std::vector<Value<S>> gradient_values(const Variable<S>& y, const std::vector<Variable<S>>& x) {
  return gradient_values(y, std::span(x));
}
/// The gradient with respect to one variable, only computed. Braces, `{x}`, make a vector.
template <class S, std::same_as<Variable<S>> X>
Value<S> gradient_values(const Variable<S>& y, const X& x) {
  return gradient_values(y, std::span(&x, 1))[0];
}

ENGRAM_AUTODIFF_END
