/// The saddle point of (x₁² + x₂²) - (y₁² + y₂²): a descent in x whose function is the maximum over y, which
/// a descent finds. Both use derivatives, and the outer one is taken through the whole inner descent.
///
/// Where both derivatives go forwards, the program is scalar code with dual numbers. The others are compiled;
/// the inner descent is a `while_loop`.
#include "descent.hpp"

namespace engram::gradbench::saddle {

template <class T, std::size_t n>
T saddle_of(const std::array<T, n>& x, const std::array<T, n>& y) {
  return (x[0] * x[0] + x[1] * x[1]) - (y[0] * y[0] + y[1] * y[1]);
}
Variable saddle_of(const Variable& x, const Variable& y) { return sum(square(x)) - sum(square(y)); }

Variable norm_of(const Variable& x) { return sqrt(sum(square(x))); }

/// The y that makes the function largest for an x, by the descent of descent.hpp.
Variable best_answer(Mode mode, const Variable& x, const Variable& start) {
  const auto slope_at = [mode](const Variable& to, const Variable& y) {
    return derivative(mode, -saddle_of(to, y), y);
  };
  auto& tape = x.tape();
  constexpr double small = 1e-5;
  // Carries: y, the value and the slope there; the rate, how often it went down in turn, whether it goes on.
  const auto goes_on = [](auto carry, auto) { return carry[5]; };
  const auto step = [=](auto carry, auto k) {
    const Variable &y = carry[0], &value = carry[1], &slope = carry[2], &rate = carry[3], &down = carry[4];
    const Variable next = y - rate * slope, next_value = -saddle_of(k[0], next);
    const Variable doubles = greater(down, 9.5), stays = greater(norm_of(next - y), small);
    const Variable lower = (1.0 - doubles) * stays * less(next_value, value);
    const Variable next_slope = select(lower, slope_at(k[0], next), slope);
    return Variables{
        select(lower, next, y),
        select(lower, next_value, value),
        next_slope,
        select(doubles, 2.0 * rate, select(lower, rate, 0.5 * rate)),
        select(lower, down + 1.0, zeros_like(down)),
        select(doubles, zeros_like(down) + 1.0, stays) * greater(sum(square(next_slope)), small * small)};
  };
  const Variable slope = slope_at(x, start), one = tape.constant(1.0);
  constexpr Index snapshots = 512;  // of more steps than it takes: none is computed again
  return ad::while_loop<double>(goes_on, step,
                                Variables{start, -saddle_of(x, start), slope, 1e-5 * one, 0.0 * one, one},
                                Variables{x}, snapshots)
      .carry[0];
}

using Point = std::array<double, 2>;

Variable row_of(ad::Tape<double>& tape, const Point& p) { return tape.constant(Array{{p[0], p[1]}}); }

/// For numbers or dual numbers: minus the function at x, and its gradient forwards.
template <int order>
struct Answer {
  using T = ad::Dual<double, order>;
  using D = ad::Dual<double, order + 1>;
  using Pair = std::array<T, 2>;

  Pair x;

  T value(const Pair& y) const { return -saddle_of(x, y); }
  Pair gradient(const Pair& y) const {
    const std::array<D, 2> at{D(x[0], 0.0), D(x[1], 0.0)};
    return {-saddle_of(at, {D(y[0], 1.0), D(y[1], 0.0)}).tangent,
            -saddle_of(at, {D(y[0], 0.0), D(y[1], 1.0)}).tangent};
  }
  /// The largest value.
  T best(const Point& start) { return saddle_of(x, minimum(*this, Pair{start[0], start[1]})); }
};

struct Forwards {
  Point start;

  double value(const Point& x) const { return Answer<0>{{x[0], x[1]}}.best(start).primal(); }
  Point gradient(const Point& x) const {
    using D = ad::Dual<double>;
    return {Answer<1>{{D(x[0], 1.0), D(x[1], 0.0)}}.best(start).tangent.primal(),
            Answer<1>{{D(x[0], 0.0), D(x[1], 1.0)}}.best(start).tangent.primal()};
  }
  Point answer(const Point& x) const {
    Answer<0> f{{x[0], x[1]}};
    const auto y = minimum(f, std::array<ad::Dual<double, 0>, 2>{start[0], start[1]});
    return {y[0].primal(), y[1].primal()};
  }
};

struct Traced {
  Compiled<2> largest;  ///< over y, as a function of x
  Replay best;

  Traced(Mode outer, Mode inner, const Point& start)
      : largest(
            [=](const Variables& x) {
              return saddle_of(x[0], best_answer(inner, x[0], row_of(x[0].tape(), start)));
            },
            outer),
        best(ad::compile<double>(
                 [=](const Variables& x) { return best_answer(inner, x[0], row_of(x[0].tape(), start)); },
                 {{1, 2}}),
             {Numbers(2)}) {}

  double value(const Point& x) { return largest.value(x); }
  Point gradient(const Point& x) { return largest.gradient(x); }
  Point answer(const Point& x) {
    std::copy(x.begin(), x.end(), best.input(0).begin());
    best();
    return {best.result()[0], best.result()[1]};
  }
};

template <class F>
Prepared prepared(const Point& start, std::shared_ptr<F> f) {
  const auto result = std::make_shared<std::array<double, 4>>();
  return {[=] {
            const Point x = minimum(*f, start), y = f->answer(x);
            *result = {x[0], x[1], y[0], y[1]};
          },
          [=] { return Json(*result); }};
}

template <Mode outer, Mode inner>
Prepared compiled(const Json& input) {
  const Point start = input["start"];
  return prepared(start, std::make_shared<Traced>(outer, inner, start));
}
Prepared forwards(const Json& input) {
  const Point start = input["start"];
  return prepared(start, std::make_shared<Forwards>(Forwards{start}));
}

const Eval eval{"saddle",
                {{"rr", compiled<Mode::reverse, Mode::reverse>},
                 {"rf", compiled<Mode::reverse, Mode::forward>},
                 {"fr", compiled<Mode::forward, Mode::reverse>},
                 {"ff", forwards}}};

}  // namespace engram::gradbench::saddle
