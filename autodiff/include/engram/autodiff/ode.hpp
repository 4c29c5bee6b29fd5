/// Ordinary differential equations as operations, with steps as long as the error allows.
///
///     // Lotka and Volterra: hunters and hunted
///     auto rate = [](const V& t, const V& x, const V& p) { ... };  // dx/dt
///     V end = ad::odeint(rate, x0, 0.0, 10.0, p).x;                // x at t = 10
///
/// `rate(t, x, p)` returns dx/dt in the form of x; t is a number (1,1). The states x and the parameters p are
/// each one variable, a vector of them, or a tree (tree.hpp); the function gets them as variables, is called
/// once, and must get as arguments all variables that it needs. Time may run backwards, t1 < t0.
///
/// Derivatives with respect to x0, p, t0 and t1 go back through the steps that were taken, whose lengths
/// count as given: they are those of the numbers that the solver computes, to any order. Memory does not grow
/// with the number of steps (see while_loop.hpp).
///
/// A system of equations may be a stack of them: then each matrix of a stack has steps of its own.
///
/// x is NaN if t1 was not reached in `max_steps` steps, or the steps became too short to change t;
/// `find_non_finite` names the operation. If the function overflows in a step that is therefore rejected, x
/// is right and its derivatives may be NaN.
///
/// Source: Dormand and Prince, "A family of embedded Runge-Kutta formulae", Journal of Computational and
/// Applied Mathematics 6 (1980); the control of steps: Hairer, Nørsett and Wanner, Solving Ordinary
/// Differential Equations I, section II.4 (1993).
#pragma once

#include <engram/autodiff/implicit.hpp>

ENGRAM_AUTODIFF_BEGIN

/// How exactly an equation is solved.
struct OdeOptions {
  /// A step's error, the root of its mean square over the entries of x, is at most `absolute` + `relative`
  /// times their magnitudes.
  double relative = 1e-6, absolute = 1e-9;
  Index max_steps = 10'000;  ///< rejected ones included
  /// Of the state, that are kept for the derivative; it computes again what lies between. 0 stands for 32, or
  /// as many as need 256 KiB.
  Index snapshots = 0;
};

namespace detail {

/// Inputs: states, t0, t1, parameters; those of `rate`: states, t, one that it does not read, parameters.
/// Results: states, steps.
template <class S>
std::vector<Variable<S>> record_odeint(Equation<S> rate, std::span<const Variable<S>> inputs,
                                       const OdeOptions& options);

/// The size of the stacks among these; 1 if there are none.
template <class T>
Index stack_of(const std::vector<T>& a, const std::vector<T>& b) {
  for (const auto* list : {&a, &b})
    for (const T& x : *list)
      if (x.stack() != 1) return x.stack();
  return 1;
}

}  // namespace detail

/// x(t1), where x(t0) = x0 and dx/dt = rate(t, x, p); and the number of steps, rejected ones included. By the
/// Runge-Kutta method of order 5 of Dormand and Prince, with the error estimate of order 4.
template <class F, class X, class P>
Solution<X> odeint(F rate, const X& x0, const std::type_identity_t<detail::LeafOf<X>>& t0,
                   const std::type_identity_t<detail::LeafOf<X>>& t1, const P& p,
                   const OdeOptions& options = {}) {
  using T = detail::LeafOf<X>;
  // States and times: if anything is a stack, each of its matrices has its own.
  std::vector<T> own = detail::leaves_of(x0);
  own.insert(own.end(), {t0, t1});
  detail::repeat(std::span(own), detail::stack_of(own, detail::leaves_of(p)));
  const std::pair with_times(std::pair(own.end()[-2], own.end()[-1]), p);
  const X states = detail::in_form_of(x0, std::vector<T>(own.begin(), own.end() - 2));
  const auto at = [&](const auto& x, const auto& tp) { return rate(tp.first.first, x, tp.second); };
  return detail::solve_for(at, states, with_times,
                           [&]<class S>(detail::Equation<S> equation, std::span<const Variable<S>> in) {
                             return detail::record_odeint<S>(std::move(equation), in, options);
                           });
}
/// The same between two times that are numbers.
template <class F, class X, class P>
Solution<X> odeint(F rate, const X& x0, double t0, double t1, const P& p, const OdeOptions& options = {}) {
  const auto leaves = detail::leaves_of(x0);
  if (leaves.empty()) fail("odeint", "there are no states");
  return odeint(std::move(rate), x0, number_like(leaves[0], t0), number_like(leaves[0], t1), p, options);
}

ENGRAM_AUTODIFF_END
