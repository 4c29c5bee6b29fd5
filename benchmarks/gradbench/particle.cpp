/// A charge flies past two others; where they are placed is found such that it hits the origin. The force is
/// the derivative of a potential, and the place is found by the derivative of where the charge comes down.
///
/// Where both derivatives go forwards, the program is scalar code with dual numbers. The others are compiled;
/// the flight is a `while_loop`.
#include "descent.hpp"

namespace engram::gradbench::particle {

constexpr double time_step = 0.1;

/// The potential at (x, y).
template <class T>
T potential(const T& x, const T& y, const T& w) {
  const auto far = [&](const T& to_y) { return sqrt((x - 10.0) * (x - 10.0) + (y - to_y) * (y - to_y)); };
  return 1.0 / far(10.0 - w) + 1.0 / far(0.0 * w);
}

/// The squared distance from the origin of where a charge comes down that flies from (0, 8), by Euler's
/// steps.
Variable missed(Mode inner, const Variables& in) {
  const auto moved = [](const Variable& x, const Variable& v) { return x + time_step * v; };
  const auto above = [=](auto carry, auto) { return greater(column(moved(carry[0], carry[1]), 1), 0.0); };
  const auto step = [=](auto carry, auto w) {
    const Variable &x = carry[0], &v = carry[1];
    const Variable slope = derivative(inner, potential(column(x, 0), column(x, 1), w[0]), x);
    return Variables{moved(x, v), v - time_step * slope};
  };
  auto& tape = in[0].tape();
  const Variable x = tape.constant(Array{{0.0, 8.0}}), v = tape.constant(Array{{0.75, 0.0}});
  constexpr Index snapshots = 256;  // of more steps than it takes: none is computed again
  const auto last = ad::while_loop<double>(above, step, Variables{x, v}, Variables{in[0]}, snapshots).carry;
  const Variable end = moved(last[0], last[1]);
  return square(column(end, 0) - column(end, 1) / column(last[1], 1) * column(last[1], 0));
}

/// The same of numbers or dual numbers.
template <int order>
ad::Dual<double, order> missed(const ad::Dual<double, order>& w) {
  using T = ad::Dual<double, order>;
  using D = ad::Dual<double, order + 1>;
  T x = 0.0, y = 8.0, vx = 0.75, vy = 0.0;
  for (;;) {
    const D of_w(w, 0.0);
    const T ax = potential(D(x, 1.0), D(y, 0.0), of_w).tangent,
            ay = potential(D(x, 0.0), D(y, 1.0), of_w).tangent;
    x += time_step * vx, y += time_step * vy;
    if (y <= 0.0) break;
    vx -= time_step * ax, vy -= time_step * ay;
  }
  const T at = x - y / vy * vx;
  return at * at;
}

struct Forwards {
  double value(const std::array<double, 1>& w) const { return missed(ad::Dual<double, 0>(w[0])).primal(); }
  std::array<double, 1> gradient(const std::array<double, 1>& w) const {
    return {missed(ad::Dual<double, 1>(w[0], 1.0)).tangent.primal()};
  }
};

template <class F>
Prepared prepared(const Json& input, std::shared_ptr<F> f) {
  const auto result = std::make_shared<double>();
  const std::array start{input["w"].get<double>()};
  return {[=] { *result = minimum(*f, start)[0]; }, [=] { return Json(*result); }};
}

template <Mode outer, Mode inner>
Prepared compiled(const Json& input) {
  return prepared(input,
                  std::make_shared<Compiled<1>>([](const Variables& w) { return missed(inner, w); }, outer));
}
Prepared forwards(const Json& input) { return prepared(input, std::make_shared<Forwards>()); }

const Eval eval{"particle",
                {{"rr", compiled<Mode::reverse, Mode::reverse>},
                 {"rf", compiled<Mode::reverse, Mode::forward>},
                 {"fr", compiled<Mode::forward, Mode::reverse>},
                 {"ff", forwards}}};

}  // namespace engram::gradbench::particle
