/// Levenberg and Marquardt's method for Jacobians of any kind.
#pragma once

#include <engram/autodiff/optimise/levenberg_marquardt.hpp>

#include "objective.hpp"

#include <limits>

ENGRAM_AUTODIFF_BEGIN
namespace optimise {

/// Residuals and their Jacobian at a point; its value is half the sum of squares, its gradient Jᵀ r.
template <class S, class Jacobian>
struct Residuals : Point<S> {
  Flat<S> r;
  Jacobian jacobian;

  Residuals(Flat<S> at, Flat<S> residuals, Jacobian j) : r(std::move(residuals)), jacobian(std::move(j)) {
    this->value = r.squaredNorm() / 2;
    this->gradient = jacobian.transpose() * r;
    this->x = std::move(at);
  }
};

/// `at(x)` gives the residuals at x, `norms(jacobian)` the norms of its columns, and `step(residuals,
/// damping)` the d that makes |r + J d|² + |damping d|² least.
template <class S, class At, class Norms, class Step>
Minimum<Flat<S>> descend(const char* where, double tolerance, Index max_steps, double first_damping,
                         Flat<S> x, const At& residuals_at, const Norms& norms, const Step& damped_step) {
  if (!(first_damping >= 0)) fail(where, "first_damping is {}; it must not be negative", first_damping);
  constexpr S rounding = std::numeric_limits<S>::epsilon(), tightest = S(1e30);
  auto at = residuals_at(std::move(x));
  Index evaluations = 1;
  const auto stop = [&](Index steps, Stop why) { return stopped<S>(at, steps, evaluations, why); };
  if (!at.is_finite()) return stop(0, Stop::not_finite);
  Flat<S> scale = norms(at.jacobian);
  auto damping = static_cast<S>(first_damping);
  S factor = 2;
  for (Index step = 0;; ++step) {
    if (at.largest() <= tolerance) return stop(step, Stop::gradient);
    if (step >= max_steps) return stop(step, Stop::max_steps);
    scale = scale.cwiseMax(norms(at.jacobian));
    const Flat<S> weights = (scale.array() > 0).select(scale, S{1});
    const Flat<S> d = damped_step(at, Flat<S>(std::sqrt(damping) * weights));
    const auto damp_more = [&] {
      damping = std::max(damping, S(1e-6)) * factor;
      factor *= 2;
    };
    if (!d.allFinite()) {  // the equations are singular
      if (damping > tightest) return stop(step, Stop::step);
      damp_more();
      continue;
    }
    if (!(d.norm() > rounding * at.x.norm())) return stop(step, Stop::step);
    auto next = residuals_at(at.x + d);
    ++evaluations;
    const S promise = (damping * weights.cwiseAbs2().dot(d.cwiseAbs2()) - d.dot(at.gradient)) / 2;
    const S kept = next.is_finite() ? (at.value - next.value) / promise : S{-1};
    if (kept > 0) {
      const S wave = 2 * kept - 1;
      damping *= std::max(S{1} / 3, 1 - wave * wave * wave);
      factor = 2;
      at = std::move(next);
    } else {
      if (promise <= 4 * rounding * at.value || damping > tightest) return stop(step, Stop::step);
      damp_more();
    }
  }
}

}  // namespace optimise
ENGRAM_AUTODIFF_END
