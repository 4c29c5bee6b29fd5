/// Minimizes smooth functions of many variables by gradients and products with the Hessian, which is never
/// written down: a trust region, in which the quadratic model is minimized by conjugate gradients.
///
///     const auto found = ad::NewtonCg().minimize(loss, x0);
///
/// Source: Steihaug, "The conjugate gradient method and trust regions in large scale optimization", SIAM
/// Journal on Numerical Analysis 20 (1983); Nocedal and Wright, Numerical Optimization (2006), algorithms 4.1
/// and 7.2.
#pragma once

#include <engram/autodiff/optimise/minimum.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Newton's method with conjugate gradients in a trust region, and its settings.
struct NewtonCg {
  double tolerance = 1e-8;  ///< of the gradient's largest entry
  Index max_steps = 500;
  double first_radius = 1;  ///< of the trust region

  /// As Lbfgs::minimize.
  template <class F, class X>
  auto minimize(const F& f, const X& x0) const {
    using Form = typename detail::FlatProblem<X>::Form;
    const detail::FlatProblem<X> problem(x0);
    const auto product = [&](const Form& x, const Form& v) { return detail::leaves_of(hvp_of(f)(x, v)); };
    return problem.report(
        run(problem.compiled_with_gradient(f), problem.compiled_with_direction(product), problem.start()));
  }

 private:
  template <class S>
  Minimum<detail::Flat<S>> run(detail::FlatFunction<S> f, detail::FlatFunction<S> hvp,
                               detail::Flat<S> x) const;
};

ENGRAM_AUTODIFF_END
