/// Minimizes smooth functions of many variables by the gradient alone.
///
///     const auto found = ad::Lbfgs().minimize(loss, x0);  // loss: a scalar function; x0: its first argument
///     std::cout << to_string(found);
///
/// Source: Nocedal and Wright, Numerical Optimization (2006): algorithms 7.4 and 7.5 (limited-memory BFGS),
/// 3.5 and 3.6 (a line search for the strong Wolfe conditions).
#pragma once

#include <engram/autodiff/optimise/minimum.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Limited-memory BFGS, and its settings.
struct Lbfgs {
  Index history = 10;       ///< pairs of steps and gradients' changes that are kept
  double tolerance = 1e-8;  ///< of the gradient's largest entry
  Index max_steps = 1000;

  /// From a structure of values or arrays, or one of them, to the minimum in the same form. f is called once,
  /// with variables.
  template <class F, class X>
  auto minimize(const F& f, const X& x0) const {
    const detail::FlatProblem<X> problem(x0);
    return problem.report(run(problem.compiled_with_gradient(f), problem.start()));
  }

 private:
  template <class S>
  Minimum<detail::Flat<S>> run(detail::FlatFunction<S> f, detail::Flat<S> x) const;
};

ENGRAM_AUTODIFF_END
