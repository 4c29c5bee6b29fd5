/// Templates over scalars, made operations by `lift`. They are the user's code: compiled for this machine, as
/// the hand-written side is.
#include "../camera_model.hpp"
#include "replay.hpp"

namespace engram::bench::programs {

using V = ad::Variable<double>;

namespace {

/// Some steps of Runge and Kutta's method.
struct Steps {
  int count;
  template <class T>
  void operator()(const T* y, const T* p, T* end) const {
    constexpr double dt = LotkaVolterra::dt;
    using State = std::array<T, 2>;
    const auto slope = [p](const State& x) {
      return State{p[0] * x[0] - p[1] * x[0] * x[1], p[2] * x[0] * x[1] - p[3] * x[1]};
    };
    const auto moved = [](const State& x, double by, const State& k) {
      return State{x[0] + by * k[0], x[1] + by * k[1]};
    };
    State x{y[0], y[1]};
    for (int t = 0; t < count; ++t) {
      const State a = slope(x), b = slope(moved(x, 0.5 * dt, a)), c = slope(moved(x, 0.5 * dt, b)),
                  d = slope(moved(x, dt, c));
      for (int i = 0; i < 2; ++i) x[i] += dt / 6 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
    }
    end[0] = x[0], end[1] = x[1];
  }
};

}  // namespace

Program lotka_volterra_by_lift(int steps_per_operation) {
  const LotkaVolterra given;
  constexpr int every = LotkaVolterra::every;
  const int operations = LotkaVolterra::steps / steps_per_operation;
  const auto steps = ad::lift<ad::Columns<2, 4>, ad::Columns<2>>("steps", Steps{steps_per_operation});
  const auto loss = [&](const auto& in) {
    const auto step = [&](auto carry, auto, auto constants) {
      const V next = steps(carry[0], constants[0]);
      return ad::StepResult<V>{{next}, {next}};
    };
    std::vector<ad::Index> compared;
    for (int t = every; t <= LotkaVolterra::steps; t += every)
      compared.push_back(t / steps_per_operation - 1);
    const V first = in[0].tape().constant(Eigen::MatrixXd::Ones(1, 2));
    const auto loop = ad::scan<double>(step, {first}, {}, {in[0]}, operations, ad::Keep::everything);
    return sum(square(gather_rows(loop.results[0], compared) -
                      Eigen::Map<const ad::Array<double>>(given.data.data(), std::ssize(compared), 2)));
  };
  const auto& p = LotkaVolterra::parameters;
  return replay_with_gradient(loss, {{1, 4}}, {{std::begin(p), std::end(p)}});
}

Program camera_jacobians() {
  const Observations given;
  const auto seen = ad::lift<ad::Columns<12, 3>, ad::Columns<2>>("camera model", CameraModel{});
  const auto jacobians = [&](const std::vector<V>& in) {
    return std::vector{
        seen.jacobian_rows(gather_rows(in[0], given.of_camera), gather_rows(in[1], given.of_point))};
  };
  const std::vector<ad::Shape> shapes{{Observations::cameras, 12}, {Observations::points, 3}};
  return replay(ad::compile<double>(jacobians, shapes), {given.camera, given.point});
}

}  // namespace engram::bench::programs
