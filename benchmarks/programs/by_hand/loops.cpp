/// A Kalman filter, an ordinary differential equation, the heat equation, a running sum, each with its
/// adjoint.
#include "../inputs.hpp"
#include "../program.hpp"

#include <Eigen/LU>

namespace engram::bench::programs {

namespace {

template <int rows, int columns>
auto matrix_of(const double* entries) {
  return Eigen::Map<const Eigen::Matrix<double, rows, columns, Eigen::RowMajor>>(entries);
}

}  // namespace

Program kalman_filter() {
  using Eigen::Matrix2d, Eigen::Matrix4d, Eigen::Vector2d, Eigen::Vector4d;
  struct Step {
    Vector2d v;
    Eigen::Matrix<double, 4, 2> PH, K;
    Matrix2d S_inverse;
  };
  const Kalman given;
  return [=, steps = std::vector<Step>(Kalman::steps)](std::vector<double>& results) mutable {
    const Matrix4d F = matrix_of<4, 4>(Kalman::move), shake = matrix_of<4, 4>(Kalman::shake);
    const Eigen::Matrix<double, 2, 4> H = matrix_of<2, 4>(Kalman::look);
    const double q = std::exp(Kalman::at[0]), r = std::exp(Kalman::at[1]);
    const Matrix4d Q = q * shake;
    Vector4d m = Vector4d::Zero();
    Matrix4d P = Kalman::first_variance * Matrix4d::Identity();
    double value = -Kalman::steps * std::log(2 * M_PI);
    for (int t = 0; t < Kalman::steps; ++t) {
      Step& s = steps[t];
      m = F * m;
      P = F * P * F.transpose() + Q;
      s.v = Eigen::Map<const Vector2d>(&given.seen[2 * t]) - H * m;
      s.PH = P * H.transpose();
      const Matrix2d S = H * s.PH + r * Matrix2d::Identity();
      s.S_inverse = S.inverse();
      s.K = s.PH * s.S_inverse;
      value -= 0.5 * (std::log(S.determinant()) + s.v.dot(s.S_inverse * s.v));
      m += s.K * s.v;
      P -= s.K * s.PH.transpose();
    }
    double q_bar = 0, r_bar = 0;
    Vector4d m_bar = Vector4d::Zero();
    Matrix4d P_bar = Matrix4d::Zero();
    for (int t = Kalman::steps - 1; t >= 0; --t) {
      const Step& s = steps[t];
      Eigen::Matrix<double, 4, 2> K_bar = m_bar * s.v.transpose() - P_bar * s.PH;
      Eigen::Matrix<double, 4, 2> PH_bar = K_bar * s.S_inverse - P_bar.transpose() * s.K;
      const Matrix2d inverse_bar = s.PH.transpose() * K_bar - 0.5 * s.v * s.v.transpose();
      const Matrix2d S_bar = -s.S_inverse * inverse_bar * s.S_inverse - 0.5 * s.S_inverse;
      r_bar += S_bar.trace();
      PH_bar += H.transpose() * S_bar;
      P_bar += PH_bar * H;
      q_bar += P_bar.cwiseProduct(shake).sum();
      m_bar -= H.transpose() * (s.K.transpose() * m_bar - s.S_inverse * s.v);
      P_bar = F.transpose() * P_bar * F;
      m_bar = F.transpose() * m_bar;
    }
    results = {value, q_bar * q, r_bar * r};
  };
}

Program lotka_volterra(Kept) {
  constexpr int steps = LotkaVolterra::steps, every = LotkaVolterra::every;
  constexpr double dt = LotkaVolterra::dt;
  struct State {
    double u, v;
    State operator+(State o) const { return {u + o.u, v + o.v}; }
  };
  const auto times = [](double factor, State x) { return State{factor * x.u, factor * x.v}; };
  const LotkaVolterra given;
  // Two vectors of numbers, not one of states: GCC would make slower code of pairs.
  const std::vector<double> ones(steps + 1, 1);
  return [=, u = ones, v = ones](std::vector<double>& results) mutable {
    const auto& p = LotkaVolterra::parameters;
    const auto slope = [&](State x) {
      return State{p[0] * x.u - p[1] * x.u * x.v, p[2] * x.u * x.v - p[3] * x.v};
    };
    for (int t = 0; t < steps; ++t) {
      const State y{u[t], v[t]}, a = slope(y), b = slope(y + times(0.5 * dt, a)),
                                 c = slope(y + times(0.5 * dt, b)), d = slope(y + times(dt, c));
      const State next = y + times(dt / 6, a + times(2, b) + times(2, c) + d);
      u[t + 1] = next.u;
      v[t + 1] = next.v;
    }
    double value = 0, p_bar[4] = {};
    // Adds to the gradient by the parameters what a slope at x with adjoint s has, and returns that of x.
    const auto back = [&](State x, State s) {
      p_bar[0] += s.u * x.u;
      p_bar[1] -= s.u * x.u * x.v;
      p_bar[2] += s.v * x.u * x.v;
      p_bar[3] -= s.v * x.v;
      return State{s.u * (p[0] - p[1] * x.v) + s.v * p[2] * x.v,
                   s.v * (p[2] * x.u - p[3]) - s.u * p[1] * x.u};
    };
    State bar{0, 0};
    for (int t = steps - 1; t >= 0; --t) {
      if ((t + 1) % every == 0) {
        const double* data = &given.data[2 * ((t + 1) / every - 1)];
        const State apart{u[t + 1] - data[0], v[t + 1] - data[1]};
        value += apart.u * apart.u + apart.v * apart.v;
        bar = bar + times(2, apart);
      }
      const State y{u[t], v[t]}, x2 = y + times(0.5 * dt, slope(y)), x3 = y + times(0.5 * dt, slope(x2)),
                                 x4 = y + times(dt, slope(x3));
      const State d = back(x4, times(dt / 6, bar)), c = back(x3, times(dt / 3, bar) + times(dt, d)),
                  b = back(x2, times(dt / 3, bar) + times(0.5 * dt, c)),
                  a = back(y, times(dt / 6, bar) + times(0.5 * dt, b));
      bar = bar + d + c + b + a;
    }
    results = {value, p_bar[0], p_bar[1], p_bar[2], p_bar[3]};
  };
}

Program heat_equation() {
  constexpr int n = Heat::points;
  using Vector = Eigen::Matrix<double, n, 1>;
  const Heat given;
  return [=, u = std::vector<Vector>(Heat::steps + 1)](std::vector<double>& results) mutable {
    results.assign(n, 0);
    const double* k = given.k.data();
    // Thomas's elimination, anew for every system; the matrix is symmetric, so the adjoint needs the same.
    const auto solve = [&](Vector& x) {
      Vector c;
      double above = 0, x_above = 0;
      for (int i = 0; i < n; ++i) {
        const double left = i > 0 ? k[i - 1] : 0, right = i < n - 1 ? k[i] : 0;
        const double w = 1 / (1 + left + right + left * above);
        c[i] = above = -right * w;
        x[i] = x_above = (x[i] + left * x_above) * w;
      }
      for (int i = n - 2; i >= 0; --i) x[i] -= c[i] * x[i + 1];
    };
    u[0] = Eigen::Map<const Vector>(given.start.data());
    for (int t = 0; t < Heat::steps; ++t) solve(u[t + 1] = u[t]);
    Vector bar = u.back().array() - 0.05;
    results[0] = bar.squaredNorm();
    bar *= 2;
    Eigen::Map<Eigen::Array<double, n - 1, 1>> k_bar(&results[1]);
    const auto steps_of = [](const Vector& x) {
      return (x.tail<Heat::points - 1>() - x.head<Heat::points - 1>()).array();
    };
    for (int t = Heat::steps; t > 0; --t) {
      solve(bar);
      k_bar -= steps_of(bar) * steps_of(u[t]);
    }
  };
}

Program equilibrium() {
  constexpr int n = Equilibrium::units;
  using Vector = Eigen::Matrix<double, n, 1>;
  using Matrix = Eigen::Matrix<double, n, n, Eigen::RowMajor>;
  const Equilibrium given;
  return [=](std::vector<double>& results) {
    results.resize(1 + 2 * (n * n + n));
    const Eigen::Map<const Matrix> w(given.w.data());
    const Eigen::Map<const Vector> b(given.b.data());
    Vector x = Vector::Zero();
    for (double change = 1; change > Equilibrium::tolerance;) {
      const Vector y = (w * x + b).array().tanh();
      change = (y - x).cwiseAbs().maxCoeff() / std::max(1.0, y.cwiseAbs().maxCoeff());
      x = y;
    }
    // x̄ and s, the cotangent of W x + b; then how all of them move where W and b move by ones.
    const Vector d = 1 - x.array().square(), g = 2 * (x.array() - Equilibrium::target);
    const Eigen::PartialPivLU<Eigen::Matrix<double, n, n>> lu(Matrix::Identity() -
                                                              Matrix(d.asDiagonal() * w));
    const Vector x_bar = lu.transpose().solve(g), s = d.cwiseProduct(x_bar);
    const Vector x_dot = lu.solve(d * (x.sum() + 1));
    const Vector d_dot = -2 * x.cwiseProduct(x_dot);
    const Vector right = 2 * x_dot + Vector::Constant(s.sum()) + w.transpose() * d_dot.cwiseProduct(x_bar);
    const Vector s_dot = d_dot.cwiseProduct(x_bar) + d.cwiseProduct(Vector(lu.transpose().solve(right)));
    results[0] = (x.array() - Equilibrium::target).square().sum();
    Eigen::Map<Matrix> w_bar(&results[1]), w_bar_dot(&results[1 + n * n + n]);
    Eigen::Map<Vector> b_bar(&results[1 + n * n]), b_bar_dot(&results[1 + 2 * n * n + n]);
    w_bar = s * x.transpose();
    b_bar = s;
    w_bar_dot = s_dot * x.transpose() + s * x_dot.transpose();
    b_bar_dot = s_dot;
  };
}

Program running_sum() {
  const RunningSum given;
  return [=](std::vector<double>& results) {
    const std::size_t n = given.x.size();
    results.resize(1 + n);
    double value = 0, sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      results[1 + i] = sum += given.x[i];
      value += sum * sum;
    }
    double bar = 0;
    for (std::size_t i = n; i > 0; --i) results[i] = bar += 2 * results[i];
    results[0] = value;
  };
}

}  // namespace engram::bench::programs
