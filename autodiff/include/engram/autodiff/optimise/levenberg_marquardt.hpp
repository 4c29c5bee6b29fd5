/// Minimizes half a sum of squares, by Gauss and Newton's method with a damping that makes it come home from
/// bad guesses.
///
///     const auto residuals = [](const auto& p) { return p[0] * exp(-p[1] * t) - y; };  // one variable
///     const auto found = ad::LevenbergMarquardt().minimize(residuals, p0);
///
/// Source: Madsen, Nielsen and Tingleff, Methods for non-linear least squares problems (2004),
/// algorithm 3.16, with the damping scaled by the largest squares of the Jacobian's columns so far (Moré
/// 1978).
#pragma once

#include <engram/autodiff/optimise/minimum.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Levenberg and Marquardt's method, and its settings.
struct LevenbergMarquardt {
  double tolerance = 1e-8;  ///< of the largest entry of the gradient, Jᵀ r
  Index max_steps = 500;
  double first_damping = 1e-3;  ///< 0 begins with a step of Gauss and Newton's

  /// From a structure of values or arrays, or one of them, to the minimum in the same form. `residuals` is
  /// called once, with variables, and returns one variable. The minimum's value is Σ r² / 2.
  template <class F, class X>
  auto minimize(const F& residuals, const X& x0) const {
    using Form = typename detail::FlatProblem<X>::Form;
    const detail::FlatProblem<X> problem(x0);
    const auto with_jacobian = [&](const Form& x) {
      std::vector results{residuals(x)};
      results.push_back(concatenate(jacobian(results[0], detail::leaves_of(x)), 1));
      return results;
    };
    return problem.report(run(problem.compiled(with_jacobian), problem.start()));
  }

 private:
  template <class S>
  Minimum<detail::Flat<S>> run(detail::FlatFunction<S> f, detail::Flat<S> x) const;
};

ENGRAM_AUTODIFF_END
