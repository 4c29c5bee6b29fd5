#include <engram/autodiff/ode.hpp>
#include <engram/autodiff/scope.hpp>

#include "evaluate.hpp"
#include "implicit/iterate.hpp"

#include <array>
#include <cmath>

ENGRAM_AUTODIFF_BEGIN
namespace implicit {
namespace {

constexpr std::size_t stages = 7;

/// The method's coefficients. Its last stage is the next step's first one.
struct Tableau {
  std::array<double, stages> nodes;
  std::array<std::array<double, stages - 1>, stages> weights;
  std::array<double, stages> error;  ///< those of order 5 less those of order 4
};
constexpr Tableau dormand_prince{
    {0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1},
    {{{},
      {1. / 5},
      {3. / 40, 9. / 40},
      {44. / 45, -56. / 15, 32. / 9},
      {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
      {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
      {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}}},
    {71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40}};

/// The equation on 0 <= s <= 1, t = t0 + s (t1 - t0), so that derivatives with respect to both times are
/// those of ordinary numbers, and the last step ends where it should.
template <class S>
struct Rates {
  const detail::Equation<S>* rate;
  V<S> t0, duration;
  Span<S> parameters;

  /// dx/dt
  Vector<S> operator()(const V<S>& s, Span<S> x) const {
    const V<S> t = t0 + s * duration;
    return evaluate<S>(rate->graph, joined<S>(joined<S>(x, Vector<S>{t, t}), parameters));
  }
};

template <class S>
Vector<S> zeros(Span<S> like) {
  Vector<S> y;
  for (const V<S>& x : like) y.push_back(zeros_like(x));
  return y;
}

/// The mean square of errors, relative to what is allowed where the states are x, or go from x to y.
template <class S>
V<S> mean_square(Span<S> errors, Span<S> x, Span<S> y, const OdeOptions& o) {
  Index entries = 0;
  Vector<S> ratios;
  for (std::size_t i = 0; i < x.size(); ++i) {
    ratios.push_back(errors[i] / (o.absolute + o.relative * maximum(abs(x[i]), abs(y[i]))));
    entries += x[i].shape().matrix().size();
  }
  return inner<S>(ratios, ratios) / static_cast<double>(entries);
}

/// The length of a first step, relative to the whole: such that the error of Euler's method, by an estimate
/// of the second derivative, is a hundredth of what is allowed.
template <class S>
V<S> first_length(const Rates<S>& f, Span<S> x, Span<S> k, const V<S>& start, const OdeOptions& o) {
  const auto size = [&](Span<S> of) { return sqrt(mean_square<S>(of, x, x, o)); };
  const V<S> states = size(x), slope = size(k) * abs(f.duration);
  const V<S> guess = select(less(minimum(states, slope), 1e-5), 1e-6, 0.01 * states / maximum(slope, 1e-30));
  const Vector<S> there = f(start + guess, add_scaled<S>(x, guess * f.duration, k));
  const Vector<S> change = zip<S>(there, k, [](const V<S>& a, const V<S>& b) { return a - b; });
  const V<S> largest = maximum(slope, size(change) * abs(f.duration) / guess);
  const V<S> length = select(less_equal(largest, 1e-15), maximum(1e-3 * guess, 1e-6),
                             pow(0.01 / maximum(largest, 1e-15), 0.2));
  return minimum(minimum(100.0 * guess, length), 1.0);
}

/// What is carried from step to step: states, their rates, the place 0 <= s <= 1, the next step's length, and
/// how many steps there were.
template <class S>
struct Carry {
  Span<S> x, k;
  V<S> s, length, steps;

  Carry(Span<S> c, std::size_t n)
      : x(c.first(n)), k(c.subspan(n, n)), s(c[2 * n]), length(c[2 * n + 1]), steps(c[2 * n + 2]) {}

  V<S> goes_on(const OdeOptions& o) const {
    return less(s, 1.0) * less(steps, static_cast<double>(o.max_steps)) *
           greater(length, 4.0 * std::numeric_limits<S>::epsilon());
  }
};

/// One step. Where its error is larger than allowed, or a matrix of a stack has arrived, the state stays.
template <class S>
Vector<S> step(const Rates<S>& f, const Carry<S>& c, const OdeOptions& o) {
  const V<S> s = stop_gradient(c.s), next_length = stop_gradient(c.length), rest = 1.0 - s;
  const V<S> length = minimum(next_length, rest), dt = length * f.duration;
  std::vector<Vector<S>> k{Vector<S>(c.k.begin(), c.k.end())};
  const auto combined = [&](Vector<S> sum, std::span<const double> weights, const V<S>& times) {
    for (std::size_t j = 0; j < k.size(); ++j)
      if (weights[j] != 0) sum = add_scaled<S>(sum, times * weights[j], k[j]);
    return sum;
  };
  Vector<S> y;
  for (std::size_t i = 1; i < stages; ++i) {
    y = combined(Vector<S>(c.x.begin(), c.x.end()), dormand_prince.weights[i], dt);
    k.push_back(f(s + dormand_prince.nodes[i] * length, y));
  }
  // How long steps are follows from the error, and is given as far as derivatives know.
  const V<S> error =
      stop_gradient(mean_square<S>(combined(zeros<S>(c.x), dormand_prince.error, dt), c.x, y, o));
  const V<S> is_known = equal(error, error), goes_on = c.goes_on(o);
  const V<S> accepted = less_equal(error, 1.0) * goes_on;
  const V<S> factor = select(is_known, clamp(0.9 * pow(maximum(error, 1e-30), -0.1), 0.2, 10.0), 0.2);
  const auto moved = [&](Span<S> to, Span<S> from) {
    return zip<S>(to, from, [&](const V<S>& a, const V<S>& b) { return select(accepted, a, b); });
  };
  Vector<S> next = joined<S>(moved(y, c.x), moved(k.back(), c.k));
  next.push_back(select(accepted, select(less(next_length, rest), s + length, 1.0), s));
  next.push_back(select(goes_on, length * factor, next_length));
  next.push_back(c.steps + goes_on);
  return next;
}

void require_possible(const OdeOptions& o) {
  const auto is_size = [](double x) { return x >= 0 && !std::isinf(x); };
  if (!is_size(o.relative) || !is_size(o.absolute))
    fail("odeint", "tolerances are {} relative and {} absolute; both must be at least 0 and finite",
         o.relative, o.absolute);
  if (o.relative == 0 && o.absolute == 0)
    fail("odeint", "both tolerances are 0; no step would be short enough");
  if (o.max_steps < 1) fail("odeint", "max_steps is {}; at least one step is needed", o.max_steps);
  if (o.snapshots < 0)
    fail("odeint", "snapshots is {}; it must be positive, or 0 for the default", o.snapshots);
}

/// As many as fit the second-level cache, but not too few.
template <class S>
Index usual_snapshots(Span<S> carry) {
  constexpr Index bytes = Index{1} << 18, fewest = 32;
  Index size = 0;
  for (const V<S>& x : carry) size += x.shape().size();
  return std::max(fewest, bytes / (std::max<Index>(size, 1) * static_cast<Index>(sizeof(S))));
}

}  // namespace
}  // namespace implicit

using namespace implicit;

template <class S>
Vector<S> detail::record_odeint(Equation<S> rate, Span<S> inputs, const OdeOptions& options) {
  require_possible(options);
  require_equation("odeint", rate.graph, rate.unknowns);
  const std::size_t n = rate.unknowns;
  const Span<S> states = inputs.first(n);
  const V<S> t0 = inputs[n], t1 = inputs[n + 1];
  for (const V<S>& t : {t0, t1})
    if (t.shape().matrix() != Shape{1, 1})
      fail("odeint", "a time is {}; it must be one number", to_string(t.shape()));
  const Scope scope(inputs[0], "odeint");

  // Constants of the loop: t0, t1 - t0, parameters.
  Vector<S> constants{t0, t1 - t0};
  constants.insert(constants.end(), inputs.begin() + static_cast<std::ptrdiff_t>(n) + 2, inputs.end());
  const auto equation = [&](Span<S> c) { return Rates<S>{&rate, c[0], c[1], c.subspan(2)}; };
  const auto number = [&](double value) {
    return fit_stack(t0.tape().constant(static_cast<S>(value)), t0.stack());
  };
  const auto f = equation(constants);
  const V<S> start = number(0);
  const Vector<S> rates = f(start, states);
  Vector<S> carry = joined<S>(states, rates);
  carry.push_back(start);
  carry.push_back(stop_gradient(first_length<S>(f, states, rates, start, options)));
  carry.push_back(start);
  const auto condition = [&](Span<S> c, Span<S>) { return sum_stack(Carry<S>(c, n).goes_on(options)); };
  const auto body = [&](Span<S> c, Span<S> k) { return step<S>(equation(k), Carry<S>(c, n), options); };
  const Index snapshots = options.snapshots == 0 ? usual_snapshots<S>(carry) : options.snapshots;
  const Vector<S> last = while_loop<S>(condition, body, carry, constants, snapshots).carry;

  Vector<S> results;
  const Carry<S> end(last, n);
  // A NaN that an operation makes, not one that is put in: `find_non_finite` tells them apart.
  const V<S> arrived = greater_equal(end.s, 1.0), unknown = sqrt(arrived - 1.0);
  for (const V<S>& x : end.x) results.push_back(select(arrived, x, unknown));
  results.push_back(end.steps);
  return results;
}

template std::vector<Variable<float>> detail::record_odeint(Equation<float>, std::span<const Variable<float>>,
                                                            const OdeOptions&);
template std::vector<Variable<double>> detail::record_odeint(Equation<double>,
                                                             std::span<const Variable<double>>,
                                                             const OdeOptions&);

ENGRAM_AUTODIFF_END
