/// Steps towards a solution, and the vectors that solvers are made of: lists of variables, which are one
/// vector together. Of a stack each matrix has its own.
#pragma once

#include <engram/autodiff/implicit.hpp>
#include <engram/autodiff/while_loop.hpp>

#include <limits>

ENGRAM_AUTODIFF_BEGIN
namespace implicit {

template <class S>
using V = Variable<S>;
template <class S>
using Vector = std::vector<Variable<S>>;
template <class S>
using Span = std::span<const Variable<S>>;

template <class S>
constexpr double nan = std::numeric_limits<S>::quiet_NaN();

/// How many numbers are unknown, of one matrix of a stack.
template <class S>
Index unknown_entries(const Graph<S>& zero, std::size_t unknowns) {
  Index entries = 0;
  for (std::size_t i = 0; i < unknowns; ++i) entries += zero.slots[zero.inputs[i]].shape.matrix().size();
  return entries;
}

template <class S>
void require_equation(const char* where, const Graph<S>& zero, std::size_t unknowns) {
  if (unknown_entries(zero, unknowns) == 0) fail(where, "nothing is unknown: the first guess has no entries");
  if (zero.outputs.size() != unknowns)
    fail(where, "the function returns {} results; it must return one for each of {} unknowns",
         zero.outputs.size(), unknowns);
  for (std::size_t i = 0; i < unknowns; ++i) {
    const Shape x = zero.slots[zero.inputs[i]].shape, y = zero.slots[zero.outputs[i]].shape;
    if (x != y)
      fail(where, "result {} of the function is {}; it must have the shape of its unknown, {}", i,
           to_string(y), to_string(x));
  }
}

/// f(a[i], b[i]) for all i.
template <class S, class F>
Vector<S> zip(Span<S> a, Span<S> b, const F& f) {
  Vector<S> y;
  for (std::size_t i = 0; i < a.size(); ++i) y.push_back(f(a[i], b[i]));
  return y;
}

/// a + s b
template <class S>
Vector<S> add_scaled(Span<S> a, const V<S>& s, Span<S> b) {
  return zip<S>(a, b, [&](const V<S>& x, const V<S>& y) { return x + s * y; });
}

template <class S>
Vector<S> negative(Span<S> a) {
  Vector<S> y;
  for (const V<S>& x : a) y.push_back(-x);
  return y;
}

/// One list behind another.
template <class S>
Vector<S> joined(Span<S> a, Span<S> b) {
  Vector<S> y(a.begin(), a.end());
  y.insert(y.end(), b.begin(), b.end());
  return y;
}

template <class S>
V<S> inner(Span<S> a, Span<S> b) {
  V<S> y = sum(a[0] * b[0]);
  for (std::size_t i = 1; i < a.size(); ++i) y = y + sum(a[i] * b[i]);
  return y;
}

/// The largest entry of |dx|, relative to that of |x| or 1, whichever is more.
template <class S>
V<S> relative_size(Span<S> dx, Span<S> x) {
  V<S> change = max(abs(dx[0])), size = maximum(max(abs(x[0])), 1.0);
  for (std::size_t i = 1; i < x.size(); ++i) {
    change = maximum(change, max(abs(dx[i])));
    size = maximum(size, max(abs(x[i])));
  }
  return change / size;
}

/// What a step makes: unknowns, what else it carries along, and how much has changed.
template <class S>
struct Step {
  Vector<S> x, state;
  V<S> change;
};

/// Repeats `step(x, state, constants)`, where each is a span, until the change is at most the tolerance.
/// Gives the unknowns, NaN where it is not, and the number of steps. A matrix of a stack that is done stays
/// as it is.
template <class S, class F>
std::pair<Vector<S>, V<S>> iterate(const F& step, Span<S> x, Span<S> state, Span<S> constants,
                                   double tolerance, Index max_steps) {
  const std::size_t unknowns = x.size(), carries = unknowns + state.size();
  Vector<S> carry = joined<S>(x, state);
  auto& tape = x[0].tape();
  const auto number = [&](double value) {
    return fit_stack(tape.constant(Array<S>::Constant(1, 1, static_cast<S>(value))), x[0].stack());
  };
  carry.push_back(number(std::numeric_limits<S>::infinity()));  // change
  carry.push_back(number(0));                                   // steps
  const auto unfinished = [=](Span<S> c) {
    return greater(c[carries], tolerance) * less(c[carries + 1], static_cast<double>(max_steps));
  };
  const auto body = [&](Span<S> c, Span<S> k) {
    const V<S> goes_on = unfinished(c);
    const Step<S> next = step(c.first(unknowns), c.subspan(unknowns, carries - unknowns), k);
    Vector<S> after = joined<S>(next.x, next.state);
    after.push_back(next.change);
    after.push_back(c.back() + 1.0);
    return zip<S>(after, c, [&](const V<S>& a, const V<S>& b) { return select(goes_on, a, b); });
  };
  const auto condition = [&](Span<S> c, Span<S>) { return sum_stack(unfinished(c)); };
  const Vector<S> last =
      while_loop<S>(condition, body, carry, Vector<S>(constants.begin(), constants.end())).carry;
  const V<S> is_found = less_equal(last[carries], tolerance);
  Vector<S> found;
  for (std::size_t i = 0; i < unknowns; ++i) found.push_back(select(is_found, last[i], nan<S>));
  return {found, last.back()};
}

}  // namespace implicit
ENGRAM_AUTODIFF_END
