/// Minimizes half a sum of squares whose terms depend on few of many variables each.
///
///     const auto found = ad::SparseLevenbergMarquardt().minimize(residuals, x0);
///
/// Levenberg and Marquardt's method, as levenberg_marquardt.hpp has it, with a sparse Jacobian (sparsity.hpp)
/// and the Cholesky factor of the damped normal equations, JᵀJ + damping. These square the condition number:
/// where it is above 10⁸, take the dense one.
///
/// Source: Triggs, McLauchlan, Hartley and Fitzgibbon, "Bundle adjustment: a modern synthesis", 2000,
/// section 6.
#pragma once

#include <engram/autodiff/optimise/levenberg_marquardt.hpp>
#include <engram/autodiff/sparsity.hpp>

ENGRAM_AUTODIFF_BEGIN

/// The method, and its settings.
struct SparseLevenbergMarquardt {
  double tolerance = 1e-8;  ///< of the largest entry of the gradient, Jᵀ r
  Index max_steps = 500;
  double first_damping = 1e-3;

  /// As LevenbergMarquardt::minimize.
  template <class F, class X>
  auto minimize(const F& residuals, const X& x0) const {
    const detail::FlatProblem<X> problem(x0);
    const auto start = problem.start();
    using S = typename detail::FlatProblem<X>::S;
    const std::vector<Shape> shapes{{start.size(), 1}};
    const auto of_column = [&](const std::vector<Variable<S>>& x) {
      return std::vector{residuals(problem.form_of(x[0]))};
    };
    return problem.report(run<S>(SparseJacobian<S>(trace<S>(of_column, std::span(shapes))), start));
  }

 private:
  template <class S>
  Minimum<detail::Flat<S>> run(SparseJacobian<S> f, detail::Flat<S> x) const;
};

ENGRAM_AUTODIFF_END
