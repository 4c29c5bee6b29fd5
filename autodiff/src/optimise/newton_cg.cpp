#include <engram/autodiff/optimise/newton_cg.hpp>

#include "objective.hpp"

#include <limits>

ENGRAM_AUTODIFF_BEGIN
namespace optimise {
namespace {

/// What was found within the trust region, and by how much the quadratic model says that it leads down.
template <class S>
struct Inside {
  Flat<S> step;
  S promise;
};

/// How far to go from `step` along `direction` to the border.
template <class S>
S to_border(const Flat<S>& step, const Flat<S>& direction, S radius) {
  const S a = direction.squaredNorm(), b = step.dot(direction), c = step.squaredNorm() - radius * radius;
  return (-b + std::sqrt(std::max(b * b - a * c, S{0}))) / a;
}

/// Conjugate gradients from 0 until the residual is small enough, the border is crossed, or the curvature is
/// not positive.
template <class S, class Product>
Inside<S> minimize_inside(const Product& times_hessian, const Flat<S>& gradient, S radius) {
  const S norm = gradient.norm(), enough = std::min(S(0.5), std::sqrt(norm)) * norm;
  Flat<S> step = Flat<S>::Zero(gradient.size()), h_step = step, r = gradient, d = -gradient,
          h_d(gradient.size());
  const auto result = [&] { return Inside<S>{step, -gradient.dot(step) - step.dot(h_step) / 2}; };
  const auto move = [&](S length) {
    step += length * d;
    h_step += length * h_d;
  };
  for (Index i = 0; i < 2 * gradient.size() + 10; ++i) {
    times_hessian(d, h_d);
    const S curvature = d.dot(h_d), squares = r.squaredNorm();
    const S length = squares / curvature;
    if (!(curvature > 0) || (step + length * d).norm() >= radius) {
      move(to_border(step, d, radius));
      return result();
    }
    move(length);
    r += length * h_d;
    if (r.norm() <= enough) break;
    d = r.squaredNorm() / squares * d - r;
  }
  return result();
}

}  // namespace
}  // namespace optimise

template <class S>
Minimum<detail::Flat<S>> NewtonCg::run(detail::FlatFunction<S> function, detail::FlatFunction<S> hvp,
                                       detail::Flat<S> x) const {
  using namespace optimise;
  if (!(first_radius > 0)) fail("NewtonCg", "first_radius is {}; it must be positive", first_radius);
  constexpr S rounding = 10 * std::numeric_limits<S>::epsilon();
  Objective<S> f(std::move(function));
  Point<S> at = f.at(std::move(x));
  const auto stop = [&](Index steps, Stop why) { return stopped(at, steps, f.evaluations(), why); };
  if (!at.is_finite()) return stop(0, Stop::not_finite);
  const auto times_hessian = [&](const Flat<S>& v, Flat<S>& y) { hvp({at.x.data(), v.data()}, y.data()); };
  auto radius = static_cast<S>(first_radius);
  for (Index step = 0;; ++step) {
    if (at.largest() <= tolerance) return stop(step, Stop::gradient);
    if (step >= max_steps) return stop(step, Stop::max_steps);
    const Inside<S> inside = minimize_inside(times_hessian, at.gradient, radius);
    const S length = inside.step.norm();
    if (!(length > rounding * at.x.norm())) return stop(step, Stop::step);
    Point<S> next = f.at(at.x + inside.step);
    // Where both differences are rounding, the model is as good as can be told.
    const S slack = rounding * std::abs(at.value);
    const S kept = next.is_finite() ? (at.value - next.value + slack) / (inside.promise + slack) : S{-1};
    if (kept < S(0.25))
      radius = length / 4;
    else if (kept > S(0.75) && length > S(0.8) * radius)
      radius *= 2;
    if (kept > S(1e-4)) at = std::move(next);
  }
}

template Minimum<detail::Flat<float>> NewtonCg::run(detail::FlatFunction<float>, detail::FlatFunction<float>,
                                                    detail::Flat<float>) const;
template Minimum<detail::Flat<double>> NewtonCg::run(detail::FlatFunction<double>,
                                                     detail::FlatFunction<double>,
                                                     detail::Flat<double>) const;

ENGRAM_AUTODIFF_END
