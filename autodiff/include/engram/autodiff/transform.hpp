/// Derivatives as functions: a function of variables in, a function of variables out, which can be
/// transformed again, compiled, scanned and checkpointed like any other.
///
///     auto f = [](const auto& x) { return sum(exp(x[0]) * x[1]); };  // x: a vector of variables
///     auto g = ad::gradient_of(f);                                   // g(x): a vector like x
///     auto h = ad::hessian_of(f);  // h(x)[i][j]: as many rows as x[i] has entries, and columns as x[j]
///
/// A function takes a std::vector of variables, or a tree of them (see tree.hpp), and derivatives come in the
/// same form; a scalar function returns one 1x1 variable.
#pragma once

#include <engram/autodiff/gradient.hpp>
#include <engram/autodiff/ops.hpp>
#include <engram/autodiff/tree.hpp>

#include <utility>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// The gradient of a scalar y (1x1) with respect to all leaves of a tree.
template <template <class> class Tree, class S>
requires detail::Branching<Tree<Variable<S>>> Tree<Variable<S>> gradient(const Variable<S>& y,
                                                                         const Tree<Variable<S>>& x) {
  const std::vector<Variable<S>> bars = gradient(y, flatten(x));
  return unflatten(x, std::span(bars));
}

/// The gradient of a scalar function.
template <class F>
auto gradient_of(F f) {
  return [f](const auto& x) { return gradient(f(x), x); };
}

/// Value and gradient of a scalar function, as a pair.
template <class F>
auto value_and_gradient_of(F f) {
  return [f](const auto& x) {
    const auto y = f(x);
    return std::pair(y, gradient(y, x));
  };
}

/// The cotangents of x for given cotangents of the results, of a function that returns a vector of variables:
/// (x, y_bar) -> a vector like x.
template <class F>
auto vjp_of(F f) {
  return [f]<class T>(const std::vector<T>& x, const std::vector<T>& y_bar) {
    return vjp<typename T::Scalar>(f(x), y_bar, x);
  };
}

/// The tangents of the results for given tangents of x: (x, x_dot) -> a vector like f(x).
template <class F>
auto jvp_of(F f) {
  return [f]<class T>(const std::vector<T>& x, const std::vector<T>& x_dot) {
    return jvp<typename T::Scalar>(f(x), x, x_dot);
  };
}

/// The Hessian of a scalar function times a direction v, which has the shapes of x: (x, v) -> a vector like
/// x.
template <class F>
auto hvp_of(F f) {
  return [f]<class T>(const std::vector<T>& x, const std::vector<T>& v) {
    const std::vector<T> g = gradient(f(x), x);
    return vjp<typename T::Scalar>(g, v, x);  // the Hessian is symmetric
  };
}

/// The Jacobian of one variable y that depends on x: for each x[i] the (size(y) x size(x[i])) matrix of
/// derivatives, entries in row-major order. Goes backwards, one sweep for each entry of y, or forwards, one
/// for each entry of x, whichever are fewer.
template <class S>
std::vector<Variable<S>> jacobian(const Variable<S>& y, const std::vector<Variable<S>>& x);

/// The Jacobian of a function that returns one variable of any shape.
template <class F>
auto jacobian_of(F f) {
  return [f]<class T>(const std::vector<T>& x) { return jacobian(f(x), x); };
}

/// The Hessian of a scalar function: the block of x[i] and x[j] is (size(x[i]) x size(x[j])).
template <class F>
auto hessian_of(F f) {
  return [f]<class T>(const std::vector<T>& x) {
    std::vector<std::vector<T>> blocks;
    for (const T& g : gradient(f(x), x)) blocks.push_back(jacobian(g, x));
    return blocks;
  };
}

ENGRAM_AUTODIFF_END
