/// A function and its gradient at points along the way of a minimizer.
#pragma once

#include <engram/autodiff/optimise/minimum.hpp>

#include <cmath>

ENGRAM_AUTODIFF_BEGIN
namespace optimise {

using detail::Flat, detail::FlatFunction;

/// x, f(x) and its gradient.
template <class S>
struct Point {
  Flat<S> x;
  S value;
  Flat<S> gradient;

  bool is_finite() const { return std::isfinite(value) && gradient.allFinite(); }
  double largest() const { return static_cast<double>(gradient.cwiseAbs().maxCoeff()); }
};

template <class S>
class Objective {
 public:
  explicit Objective(FlatFunction<S> f) : f_(std::move(f)), results_(f_.outputs()) {
    if (f_.outputs() != 1 + f_.inputs()) fail("minimize", "the function must return one number");
  }
  Index evaluations() const { return evaluations_; }

  Point<S> at(Flat<S> x) {
    ++evaluations_;
    f_({x.data()}, results_.data());
    return {std::move(x), results_[0], results_.tail(f_.inputs())};
  }

 private:
  FlatFunction<S> f_;
  Flat<S> results_;
  Index evaluations_ = 0;
};

/// The report of where a minimizer stopped.
template <class S>
Minimum<Flat<S>> stopped(const Point<S>& at, Index steps, Index evaluations, Stop why) {
  return {at.x, static_cast<double>(at.value), at.largest(), steps, evaluations, why};
}

}  // namespace optimise
ENGRAM_AUTODIFF_END
