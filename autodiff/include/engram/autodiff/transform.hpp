/// Derivatives as functions: a function of variables in, a function of variables out, which can be
/// transformed again, compiled, scanned and checkpointed like any other.
///
///     auto f = [](const auto& x) { return sum(exp(x[0]) * x[1]); };  // x: a vector of variables
///     auto g = ad::gradient_of(f);                                   // g(x): a vector like x
///     auto h = ad::hessian_of(f);  // h(x)[i][j]: as many rows as x[i] has entries, and columns as x[j]
///
/// A function takes one variable, a std::vector of them, or a tree (see tree.hpp); derivatives come in the
/// same form. A scalar function returns one 1x1 variable, any other one variable, a vector or a tree.
#pragma once

#include <engram/autodiff/function.hpp>
#include <engram/autodiff/gradient.hpp>
#include <engram/autodiff/ops.hpp>
#include <engram/autodiff/tree.hpp>

#include <utility>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// The gradient of a scalar y (1x1) with respect to all leaves of a tree.
template <class S, detail::Structure Tree>
Tree gradient(const Variable<S>& y, const Tree& x) {
  return detail::in_form_of(x, gradient(y, flatten(x)));
}
/// The same, only computed.
template <class S, detail::Structure Tree>
detail::Rebound<Tree, Value<S>> gradient_values(const Variable<S>& y, const Tree& x) {
  return detail::in_form_of(x, gradient_values(y, flatten(x)));
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

/// The cotangents of x for given cotangents of the results, which have the form of f(x): (x, y_bar) -> like
/// x.
template <class F>
auto vjp_of(F f) {
  return [f]<class X>(const X& x, const auto& y_bar) {
    using S = typename detail::LeafOf<X>::Scalar;
    return detail::in_form_of(
        x, vjp<S>(detail::leaves_of(f(x)), detail::leaves_of(y_bar), detail::leaves_of(x)));
  };
}

/// The tangents of the results for given tangents of x: (x, x_dot) -> like f(x).
template <class F>
auto jvp_of(F f) {
  return [f]<class X>(const X& x, const X& x_dot) {
    using S = typename detail::LeafOf<X>::Scalar;
    const auto y = f(x);
    return detail::in_form_of(y,
                              jvp<S>(detail::leaves_of(y), detail::leaves_of(x), detail::leaves_of(x_dot)));
  };
}

/// The Hessian of a scalar function times a direction v, which has the form and the shapes of x: (x, v) ->
/// like x.
template <class F>
auto hvp_of(F f) {
  return [f]<class X>(const X& x, const X& v) {
    using S = typename detail::LeafOf<X>::Scalar;
    const auto g = detail::leaves_of(gradient(f(x), x));
    return detail::in_form_of(x, vjp<S>(g, detail::leaves_of(v), detail::leaves_of(x)));  // it is symmetric
  };
}

/// The Jacobian of one variable y that depends on x: for each x[i] the (size(y) x size(x[i])) matrix of
/// derivatives, entries in row-major order. Goes backwards, one sweep for each entry of y, or forwards, one
/// for each entry of x, whichever are fewer.
template <class S>
std::vector<Variable<S>> jacobian(const Variable<S>& y, const std::vector<Variable<S>>& x);

/// The Jacobian of a function that returns one variable of any shape, in the form of x.
template <class F>
auto jacobian_of(F f) {
  return [f](const auto& x) { return detail::in_form_of(x, jacobian(f(x), detail::leaves_of(x))); };
}

/// The Hessian of a scalar function: the block of leaves a and b is (size(a) x size(b)). It has the form of
/// x, and in place of each leaf a again the form of x, with the blocks of a: `h[i][j]` for vectors,
/// `h.weight.bias` for trees.
template <class F>
auto hessian_of(F f) {
  return [f](const auto& x) {
    const auto leaves = detail::leaves_of(x);
    std::vector<decltype(detail::in_form_of(x, leaves))> blocks;
    for (const auto& g : detail::leaves_of(gradient(f(x), x)))
      blocks.push_back(detail::in_form_of(x, jacobian(g, leaves)));
    return detail::in_form_of(x, blocks);
  };
}

/// A compiled function of a tree: a Function of its leaves that can be called with trees, too. In and Out are
/// the forms of what it takes and gives, with shapes as leaves.
template <class S, class In, class Out>
class FunctionOfTrees : public Function<S> {
 public:
  FunctionOfTrees(Function<S> function, Out results)
      : Function<S>(std::move(function)), results_(std::move(results)) {}

  using Function<S>::operator();
  /// Runs on values, in a workspace of its own.
  detail::Rebound<Out, Value<S>> operator()(const detail::Rebound<In, Value<S>>& x) const {
    const std::vector<Value<S>> in = detail::leaves_of(x);
    return detail::in_form_of(results_, Function<S>::operator()(std::span(in)));
  }

 private:
  Out results_;
};

/// Traces a function of a tree, and compiles it for leaves of the shapes of `like`, whose leaves are
/// variables, values, arrays or shapes. What the function returns may be one variable, a vector, a tree, or a
/// pair of such.
///
///     const auto g = ad::compile<double>(ad::value_and_gradient_of(loss), parameters);
///     const auto [value, gradient] = g(parameters);
template <class S, class F, detail::Structure Tree>
requires(!std::is_same_v<Tree, std::vector<Shape>>) auto compile(F&& function, const Tree& like) {
  using V = Variable<S>;
  const auto shape_of = []<class T>(const T& leaf) {
    if constexpr (requires { leaf.shape(); })
      return leaf.shape();
    else if constexpr (std::is_same_v<T, Shape>)
      return leaf;
    else
      return Value<S>(leaf).shape();
  };
  const auto shapes = map_leaves(like, shape_of);
  using Result = std::decay_t<decltype(function(std::declval<detail::Rebound<Tree, V>>()))>;
  detail::Rebound<Result, Shape> results;
  const auto flat = [&](const std::vector<V>& x) {
    const Result y = function(detail::in_form_of(shapes, x));
    std::vector<Shape> of;
    std::vector<V> leaves = detail::leaves_of(y);
    for (const V& v : leaves) of.push_back(v.shape());
    results = detail::in_form_of(y, of);
    return leaves;
  };
  Function<S> compiled = compile<S>(flat, flatten(shapes));
  return FunctionOfTrees<S, detail::Rebound<Tree, Shape>, detail::Rebound<Result, Shape>>(std::move(compiled),
                                                                                          std::move(results));
}

ENGRAM_AUTODIFF_END
