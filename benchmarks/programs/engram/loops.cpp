/// A Kalman filter, an ordinary differential equation, the heat equation, a running sum.
#include "replay.hpp"

namespace engram::bench::programs {

using V = ad::Variable<double>;

Program kalman_filter() {
  const Kalman given;
  const auto constant = [](ad::Tape<double>& tape, const double* entries, int rows, int columns) {
    return tape.constant(Eigen::Map<const ad::Array<double>>(entries, rows, columns));
  };
  const auto log_likelihood = [&](const auto& p) {
    auto& tape = p[0].tape();
    const auto step = [](auto carry, auto in, auto k) {
      const V &F = k[0], &H = k[1], &Q = k[2], &R = k[3];
      const V m = matmul(F, carry[0]), P = matmul_nt(matmul(F, carry[1]), F) + Q;
      const V HP = matmul(H, P), S = matmul_nt(HP, H) + R, v = transpose(in[0]) - matmul(H, m);
      const V Kt = solve(S, HP, ad::positive_definite);  // the gain, transposed
      const V l = log_det(S, ad::positive_definite) + dot(v, solve(S, v, ad::positive_definite));
      return ad::StepResult<V>{{m + matmul_tn(Kt, v), P - matmul_tn(Kt, HP)}, {-0.5 * l}};
    };
    const V Q = exp(p[0]) * constant(tape, Kalman::shake, 4, 4);
    const V R = exp(p[1]) * tape.constant(Eigen::MatrixXd::Identity(2, 2));
    const auto loop = ad::scan<double>(
        step,
        {tape.constant(Eigen::MatrixXd::Zero(4, 1)),
         tape.constant(Kalman::first_variance * Eigen::MatrixXd::Identity(4, 4))},
        {constant(tape, given.seen.data(), Kalman::steps, 2)},
        {constant(tape, Kalman::move, 4, 4), constant(tape, Kalman::look, 2, 4), Q, R}, Kalman::steps);
    return sum(loop.results[0]) - Kalman::steps * std::log(2 * M_PI);
  };
  return replay_with_gradient(log_likelihood, {{1, 1}, {1, 1}}, {{Kalman::at[0]}, {Kalman::at[1]}});
}

namespace {

V slope(const V& y, const V& p) {
  const V u = at(y, 0), v = at(y, 1);
  return ad::concatenate({at(p, 0) * u - at(p, 1) * u * v, at(p, 2) * u * v - at(p, 3) * v}, 1);
}

}  // namespace

Program lotka_volterra(Kept kept) {
  const LotkaVolterra given;
  constexpr int steps = LotkaVolterra::steps, every = LotkaVolterra::every;
  constexpr double dt = LotkaVolterra::dt;
  std::vector<ad::Index> compared;
  for (int t = every - 1; t < steps; t += every) compared.push_back(t);
  const auto step = [](auto carry, auto, auto constants) {
    const V &y = carry[0], &p = constants[0];
    const V a = slope(y, p), b = slope(y + 0.5 * dt * a, p), c = slope(y + 0.5 * dt * b, p),
            d = slope(y + dt * c, p);
    const V next = y + dt / 6 * (a + 2.0 * b + 2.0 * c + d);
    return ad::StepResult<V>{{next}, {next}};
  };
  const ad::Keep keep = kept == Kept::everything ? ad::Keep::everything
                        : kept == Kept::carries  ? ad::Keep::carries
                                                 : ad::Keep::binomial(10);
  const auto loss = [&](const auto& in) {
    const V first = in[0].tape().constant(Eigen::MatrixXd::Ones(1, 2));
    const auto loop = ad::scan<double>(step, {first}, {}, {in[0]}, steps, keep);
    return sum(square(gather_rows(loop.results[0], compared) -
                      Eigen::Map<const ad::Array<double>>(given.data.data(), steps / every, 2)));
  };
  const auto& p = LotkaVolterra::parameters;
  return replay_with_gradient(loss, {{1, 4}}, {{std::begin(p), std::end(p)}});
}

Program heat_equation() {
  const Heat given;
  const auto loss = [&](const auto& in) {
    const V& k = in[0];
    const V none = k.tape().constant(0.0), off = -k;
    const V middle = 1.0 + ad::concatenate({k, none}, 0) + ad::concatenate({none, k}, 0);
    const auto step = [](auto u, auto, auto a) {
      return ad::StepResult<V>{{solve_tridiagonal(a[0], a[1], a[0], u[0])}, {}};
    };
    const auto loop =
        ad::scan<double>(step, {k.tape().constant(column_of(given.start))}, {}, {off, middle}, Heat::steps);
    return sum(square(loop.carry[0] - 0.05));
  };
  return replay_with_gradient(loss, {{Heat::points - 1, 1}}, {given.k});
}

Program equilibrium() {
  const Equilibrium given;
  const auto layer = [](const V& x, const auto& p) { return tanh(matmul(p[0], x) + p[1]); };
  const auto loss = [&](const auto& p) {
    ad::ImplicitOptions options;
    options.tolerance = Equilibrium::tolerance;
    return sum(square(ad::fixed_point(layer, 0.0 * p[1], p, options).x - Equilibrium::target));
  };
  const auto all = [&](const std::vector<V>& p) {
    const auto [value, g] = ad::value_and_gradient_of(loss)(p);
    const V slope = sum(g[0]) + sum(g[1]);  // along ones, so its gradient is the Hessian times ones
    const auto h = ad::gradient(slope, p);
    return std::vector{value, g[0], g[1], h[0], h[1]};
  };
  const ad::Index n = Equilibrium::units;
  return replay(ad::compile<double>(all, {{n, n}, {n, 1}}), {given.w, given.b});
}

Program running_sum() {
  const RunningSum given;
  const auto loss = [](const auto& in) { return sum(square(cumsum(in[0], 0))); };
  return replay_with_gradient(loss, {{static_cast<ad::Index>(given.x.size()), 1}}, {given.x});
}

}  // namespace engram::bench::programs
