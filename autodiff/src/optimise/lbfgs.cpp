#include <engram/autodiff/optimise/lbfgs.hpp>

#include "objective.hpp"

#include <deque>
#include <limits>
#include <optional>

ENGRAM_AUTODIFF_BEGIN
namespace optimise {
namespace {

/// A point on a line from x, and how the function falls or rises along it.
template <class S>
struct OnLine {
  S length;
  Point<S> point;
  S slope;
};

/// Where the cubic through two points with their slopes is least, not too near to either; the middle where
/// there is none.
template <class S>
S between(const OnLine<S>& a, const OnLine<S>& b) {
  const S width = b.length - a.length, margin = S(0.1) * std::abs(width);
  const S d = a.slope + b.slope - 3 * (a.point.value - b.point.value) / (a.length - b.length);
  const S square = d * d - a.slope * b.slope;
  const S root = std::copysign(std::sqrt(square), width);
  S at = b.length - width * (b.slope + root - d) / (b.slope - a.slope + 2 * root);
  const S low = std::min(a.length, b.length) + margin, high = std::max(a.length, b.length) - margin;
  if (!(square >= 0) || !std::isfinite(at)) at = a.length + width / 2;
  return std::min(std::max(at, low), high);
}

/// A step that satisfies the strong Wolfe conditions: the function falls by enough, and its slope by more.
/// Nothing if rounding hides what there is to gain.
template <class S>
std::optional<OnLine<S>> search(Objective<S>& f, const Point<S>& from, const Flat<S>& direction, S first) {
  constexpr S enough = S(1e-4), flat = S(0.9);
  const S slope = from.gradient.dot(direction);
  const auto at = [&](S length) {
    Point<S> p = f.at(from.x + length * direction);
    const S along = p.gradient.dot(direction);
    return OnLine<S>{length, std::move(p), along};
  };
  const auto is_too_high = [&](const OnLine<S>& p) {
    return !p.point.is_finite() || p.point.value > from.value + enough * p.length * slope;
  };
  OnLine<S> low{0, from, slope};
  S length = first;
  std::optional<OnLine<S>> high;
  for (int i = 0; i < 60; ++i) {
    OnLine<S> p = at(length);
    if (is_too_high(p) || (low.length > 0 && p.point.value >= low.point.value)) {
      high = std::move(p);
    } else {
      if (std::abs(p.slope) <= -flat * slope) return p;
      // The minimum lies between the lowest point and the end to which the slope falls.
      if (high ? p.slope * (high->length - low.length) >= 0 : p.slope >= 0) high = std::move(low);
      low = std::move(p);
    }
    if (!high) {
      length = 2 * low.length;
    } else if (std::abs(high->length - low.length) <=
               std::numeric_limits<S>::epsilon() * std::max(high->length, low.length)) {
      break;
    } else {
      length = high->point.is_finite() ? between(low, *high) : (low.length + high->length) / 2;
    }
  }
  if (low.length > 0 && low.point.value < from.value) return low;
  return std::nullopt;
}

/// The last steps and what they did to the gradient, from which the inverse Hessian is guessed.
template <class S>
class Memory {
 public:
  explicit Memory(Index most) : most_(static_cast<std::size_t>(most)) {}

  void clear() { pairs_.clear(); }
  bool empty() const { return pairs_.empty(); }

  void add(Flat<S> step, Flat<S> change) {
    const S product = step.dot(change);
    if (!(product > std::numeric_limits<S>::epsilon() * change.squaredNorm())) return;
    if (pairs_.size() == most_) pairs_.pop_front();
    pairs_.push_back({std::move(step), std::move(change), 1 / product});
  }

  Flat<S> direction(const Flat<S>& gradient) const {
    Flat<S> d = -gradient;
    std::vector<S> along(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      along[i] = pairs_[i].inverse * pairs_[i].step.dot(d);
      d -= along[i] * pairs_[i].change;
    }
    if (!pairs_.empty()) d /= pairs_.back().inverse * pairs_.back().change.squaredNorm();
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      d += (along[i] - pairs_[i].inverse * pairs_[i].change.dot(d)) * pairs_[i].step;
    return d;
  }

 private:
  struct Pair {
    Flat<S> step, change;
    S inverse;  // of their product
  };
  std::size_t most_;
  std::deque<Pair> pairs_;
};

}  // namespace
}  // namespace optimise

template <class S>
Minimum<detail::Flat<S>> Lbfgs::run(detail::FlatFunction<S> function, detail::Flat<S> x) const {
  using namespace optimise;
  if (history < 1) fail("Lbfgs", "history is {}; at least one pair must be kept", history);
  Objective<S> f(std::move(function));
  Point<S> at = f.at(std::move(x));
  const auto stop = [&](Index steps, Stop why) { return stopped(at, steps, f.evaluations(), why); };
  if (!at.is_finite()) return stop(0, Stop::not_finite);
  Memory<S> memory(history);
  for (Index step = 0;; ++step) {
    if (at.largest() <= tolerance) return stop(step, Stop::gradient);
    if (step >= max_steps) return stop(step, Stop::max_steps);
    const S first = memory.empty() ? std::min(S{1}, 1 / at.gradient.norm()) : S{1};
    std::optional<OnLine<S>> next = search(f, at, memory.direction(at.gradient), first);
    if (!next && !memory.empty()) {  // what was remembered may mislead
      memory.clear();
      next = search(f, at, memory.direction(at.gradient), std::min(S{1}, 1 / at.gradient.norm()));
    }
    if (!next) return stop(step, Stop::step);
    memory.add(next->point.x - at.x, next->point.gradient - at.gradient);
    at = std::move(next->point);
  }
}

template Minimum<detail::Flat<float>> Lbfgs::run(detail::FlatFunction<float>, detail::Flat<float>) const;
template Minimum<detail::Flat<double>> Lbfgs::run(detail::FlatFunction<double>, detail::Flat<double>) const;

ENGRAM_AUTODIFF_END
