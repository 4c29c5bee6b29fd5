/// Templates over scalars, made operations by `lift`, and one of them rewritten in columns. Templates are the
/// user's code: compiled for this machine, as the hand-written side is.
#include "../camera_model.hpp"
#include "replay.hpp"

namespace engram::bench::programs {

using V = ad::Variable<double>;
using Variables = std::vector<V>;

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

/// CameraModel where every number is a column with an entry for each observation: a branch becomes `select`.
Variables seen_in_columns(const Variables& camera, const Variables& point) {
  const V angle2 = square(camera[0]) + square(camera[1]) + square(camera[2]), turned = greater(angle2, 1e-16);
  const V angle = sqrt(select(turned, angle2, 1.0)), c = cos(angle), s = sin(angle);
  const Variables w{camera[0] / angle, camera[1] / angle, camera[2] / angle};
  const V along = (w[0] * point[0] + w[1] * point[1] + w[2] * point[2]) * (1.0 - c);
  Variables p;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t j = (i + 1) % 3, k = (i + 2) % 3;
    const V full = point[i] * c + (w[j] * point[k] - w[k] * point[j]) * s + w[i] * along;
    p.push_back(select(turned, full, point[i] + camera[j] * point[k] - camera[k] * point[j]) + camera[3 + i]);
  }
  const V x = -p[0] / p[2], y = -p[1] / p[2], r2 = x * x + y * y;
  const V radial = 1.0 + r2 * (camera[9] + camera[10] * r2);
  return {camera[6] * (x * radial + 2.0 * camera[11] * x * y) + camera[7],
          camera[6] * (y * radial + camera[11] * (r2 + 2.0 * y * y)) + camera[8]};
}

const std::vector<ad::Shape> camera_shapes{{Observations::cameras, 12}, {Observations::points, 3}};

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
  const auto jacobians = [&](const Variables& in) {
    return std::vector{
        seen.jacobian_rows(gather_rows(in[0], given.of_camera), gather_rows(in[1], given.of_point))};
  };
  return replay(ad::compile<double>(jacobians, camera_shapes), {given.camera, given.point});
}

Program camera_jacobians_in_columns() {
  const Observations given;
  const auto jacobians = [&](const Variables& in) {
    const auto columns = [](const V& x) { return split(x, std::vector<ad::Index>(x.columns(), 1), 1); };
    const Variables camera = columns(gather_rows(in[0], given.of_camera)),
                    point = columns(gather_rows(in[1], given.of_point));
    Variables all = camera, derivatives;
    all.insert(all.end(), point.begin(), point.end());
    for (const V& y : seen_in_columns(camera, point))  // a row's result depends on its own row alone
      for (const V& column : ad::gradient(sum(y), all)) derivatives.push_back(column);
    return Variables{ad::concatenate(derivatives, 1)};
  };
  return replay(ad::compile<double>(jacobians, camera_shapes), {given.camera, given.point});
}

}  // namespace engram::bench::programs
