#include <engram/autodiff/optimise/levenberg_marquardt.hpp>

#include "objective.hpp"

#include <Eigen/QR>

#include <limits>

ENGRAM_AUTODIFF_BEGIN
namespace optimise {
namespace {

/// Residuals and their Jacobian at a point; its value is half the sum of squares, its gradient Jᵀ r.
template <class S>
struct Residuals : Point<S> {
  Flat<S> r;
  Matrix<S> jacobian;
};

template <class S>
Residuals<S> residuals_at(FlatFunction<S>& f, Flat<S> x) {
  const Index n = f.inputs(), m = f.outputs() / (n + 1);
  Flat<S> results(f.outputs());
  f({x.data()}, results.data());
  Residuals<S> at;
  at.r = results.head(m);
  at.jacobian = Eigen::Map<const Matrix<S>>(results.data() + m, m, n);
  at.value = at.r.squaredNorm() / 2;
  at.gradient = at.jacobian.transpose() * at.r;
  at.x = std::move(x);
  return at;
}

/// The step d that makes |r + J d|² + |D d|² least, by QR of both below each other.
template <class S>
Flat<S> damped_step(const Residuals<S>& at, const Flat<S>& damping) {
  const Index m = at.r.size(), n = at.x.size();
  Eigen::MatrixX<S> both(m + n, n);
  both << at.jacobian, Eigen::MatrixX<S>(damping.asDiagonal());
  Flat<S> right = Flat<S>::Zero(m + n);
  right.head(m) = -at.r;
  return both.colPivHouseholderQr().solve(right);
}

}  // namespace
}  // namespace optimise

template <class S>
Minimum<detail::Flat<S>> LevenbergMarquardt::run(detail::FlatFunction<S> f, detail::Flat<S> x) const {
  using namespace optimise;
  if (!(first_damping >= 0))
    fail("LevenbergMarquardt", "first_damping is {}; it must not be negative", first_damping);
  constexpr S rounding = std::numeric_limits<S>::epsilon(), tightest = S(1e30);
  Residuals<S> at = residuals_at(f, std::move(x));
  Index evaluations = 1;
  const auto stop = [&](Index steps, Stop why) { return stopped<S>(at, steps, evaluations, why); };
  if (!at.is_finite()) return stop(0, Stop::not_finite);
  Flat<S> scale = at.jacobian.colwise().norm();
  auto damping = static_cast<S>(first_damping);
  S factor = 2;
  for (Index step = 0;; ++step) {
    if (at.largest() <= tolerance) return stop(step, Stop::gradient);
    if (step >= max_steps) return stop(step, Stop::max_steps);
    scale = scale.cwiseMax(Flat<S>(at.jacobian.colwise().norm()));
    const Flat<S> weights = (scale.array() > 0).select(scale, S{1});
    const Flat<S> d = damped_step(at, Flat<S>(std::sqrt(damping) * weights));
    if (!(d.norm() > rounding * at.x.norm())) return stop(step, Stop::step);
    Residuals<S> next = residuals_at<S>(f, at.x + d);
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
      damping = std::max(damping, S(1e-6)) * factor;
      factor *= 2;
    }
  }
}

template Minimum<detail::Flat<float>> LevenbergMarquardt::run(detail::FlatFunction<float>,
                                                              detail::Flat<float>) const;
template Minimum<detail::Flat<double>> LevenbergMarquardt::run(detail::FlatFunction<double>,
                                                               detail::Flat<double>) const;

ENGRAM_AUTODIFF_END
