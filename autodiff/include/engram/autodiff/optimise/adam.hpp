/// Minimizes by gradients of which only the direction need be trusted: those of minibatches.
///
///     ad::Adam adam;
///     adam.step = 1e-2;
///     const auto batch = [&](ad::Index step) { return rows_of(data, step); };
///     const auto found = adam.minimize(loss, x0, batch);  // of loss(x, batch)
///
/// Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; the falling
/// step size: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017,
/// equation 5.
#pragma once

#include <engram/autodiff/optimise/minimum.hpp>

#include <functional>

ENGRAM_AUTODIFF_BEGIN

/// Adam, and its settings.
struct Adam {
  double step = 1e-3;                             ///< how far each variable moves at most, about
  double mean_decay = 0.9, square_decay = 0.999;  ///< of the averages of gradients and their squares
  double epsilon = 1e-8;                          ///< added to the root of the latter
  bool anneal = false;                            ///< the step size falls to 0 along half a cosine
  double tolerance = 1e-8;  ///< of the gradient's largest entry; where batches are drawn it does not count
  Index max_steps = 1000;

  /// From a structure of values or arrays, or one of them, to the minimum in the same form. f is called once,
  /// with variables.
  template <class F, class X>
  auto minimize(const F& f, const X& x0) const {
    const detail::FlatProblem<X> problem(x0);
    using S = typename detail::FlatProblem<X>::S;
    const auto on_leaves = [&](const auto& x, const std::vector<Variable<S>>&) { return f(x); };
    return problem.report(run<S>(problem.compiled_with_batch(on_leaves, {}), {}, problem.start()));
  }
  /// The same for f(x, batch), where `draw(step)` gives the batch of each step from 0 on: values or arrays in
  /// any form, always of the same shapes. The report is of the last batch.
  template <class F, class X, class Draw>
  auto minimize(const F& f, const X& x0, Draw draw) const {
    const detail::FlatProblem<X> problem(x0);
    using S = typename detail::FlatProblem<X>::S;
    const auto form = draw(Index{0});
    const auto leaves = [](const auto& batch) {
      const auto parts = detail::leaves_of(batch);
      return std::vector<Value<S>>(parts.begin(), parts.end());
    };
    const auto on_leaves = [&](const auto& x, const std::vector<Variable<S>>& batch) {
      return f(x, detail::in_form_of(form, batch));
    };
    const auto drawn = [&](Index at) { return leaves(at == 0 ? form : draw(at)); };
    return problem.report(
        run<S>(problem.compiled_with_batch(on_leaves, leaves(form)), drawn, problem.start()));
  }

 private:
  /// `function`: from leaves of x and of a batch to the value and the gradient.
  template <class S>
  Minimum<detail::Flat<S>> run(const Function<S>& function,
                               const std::function<std::vector<Value<S>>(Index)>& draw,
                               detail::Flat<S> x) const;
};

ENGRAM_AUTODIFF_END
