/// The programs' inputs, matrices row by row, and what is to be computed of them. No Eigen here: main.cpp and
/// both sides share this file, and what Eigen compiles depends on the flags.
#pragma once

#include "../support/numbers.hpp"

#include <cmath>
#include <cstddef>

namespace engram::bench::programs {

/// Logistic regression with a ridge: the Hessian of minus the log likelihood at w.
struct Logistic {
  static constexpr int examples = 5000, features = 40;
  std::vector<double> x = numbers(examples * features, 1.7, 1), w = std::vector<double>(features, 0.1),
                      labels;
  Logistic() {
    for (const double u : numbers(examples, 1, 2)) labels.push_back(u > 0);
  }
};

/// Minus the log marginal likelihood of a Gaussian process, and its gradient by the logarithms of the
/// variance of the signal, of its length and of the variance of the noise.
struct GaussianProcess {
  static constexpr int points = 150;
  static constexpr double at[] = {0.2, 0.1, -3.0};
  std::vector<double> squares, y;  // (points x points) squared distances
  GaussianProcess() {
    const auto x = numbers(2 * points, 5, 1), noise = numbers(points, 0.2, 2);
    for (int i = 0; i < points; ++i) {
      for (int j = 0; j < points; ++j)
        squares.push_back(std::pow(x[2 * i] - x[2 * j], 2) + std::pow(x[2 * i + 1] - x[2 * j + 1], 2));
      y.push_back(std::sin(x[2 * i]) + 0.3 * x[2 * i + 1] + noise[i]);
    }
  }
};

/// The log likelihood of noisy positions of a thing that moves in a plane, and its gradient by the logarithms
/// of the variances of what shakes it and of what is seen.
struct Kalman {
  static constexpr int steps = 500;
  static constexpr double at[] = {-1.0, -1.2}, dt = 0.1, first_variance = 10;
  static constexpr double move[] = {1, 0, dt, 0, 0, 1, 0, dt, 0, 0, 1, 0, 0, 0, 0, 1};
  static constexpr double look[] = {1, 0, 0, 0, 0, 1, 0, 0};
  static constexpr double a = dt * dt * dt / 3, b = dt * dt / 2;
  static constexpr double shake[] = {a, 0, b, 0, 0, a, 0, b, b, 0, dt, 0, 0, b, 0, dt};
  std::vector<double> seen;  // (steps x 2)
  Kalman() {
    const auto noise = numbers(2 * steps, 0.8, 1);
    for (int t = 0; t < steps; ++t) {
      seen.push_back(std::sin(0.1 * t) + noise[2 * t]);
      seen.push_back(0.03 * t + noise[2 * t + 1]);
    }
  }
};

/// Lotka and Volterra's equations u' = au - buv, v' = cuv - dv from u = v = 1 by Runge and Kutta's method:
/// the squared distance of every 50th state from data, and its gradient by a, b, c, d.
struct LotkaVolterra {
  static constexpr int steps = 2000, every = 50;
  static constexpr double dt = 0.01, parameters[] = {1.0, 0.35, 0.45, 0.65};
  std::vector<double> data = numbers(2 * (steps / every), 2, 1);  // (steps / every x 2)
};

/// The same equations until t = 20, by steps of Dormand and Prince's method that are as long as a tolerance
/// allows: the squared distance of the last state from 1, and its gradient by a, b, c, d.
struct AdaptiveSteps {
  static constexpr double duration = 20, tolerance = 1e-9;
};

/// Observations of points by cameras (camera_model.hpp): for each the Jacobian of its two coordinates by the
/// camera's 12 numbers and the point's 3. The first camera is not turned, so its observations take another
/// path.
struct Observations {
  static constexpr int count = 100'000, cameras = 50, points = 800, per_camera = 12, per_point = 3;
  std::vector<double> camera = numbers(cameras * per_camera, 0.2, 1),
                      point = numbers(points * per_point, 1.7, 2);
  std::vector<std::ptrdiff_t> of_camera, of_point;
  Observations() {
    for (int c = 0; c < cameras; ++c) {
      camera[per_camera * c + 5] -= 5;
      camera[per_camera * c + 6] += 500;
    }
    for (int i = 0; i < 3; ++i) camera[i] = 0;
    const auto u = numbers(2 * count, 0.5, 3);
    for (int n = 0; n < count; ++n) {
      of_camera.push_back(static_cast<std::ptrdiff_t>((u[2 * n] + 0.5) * cameras));
      of_point.push_back(static_cast<std::ptrdiff_t>((u[2 * n + 1] + 0.5) * points));
    }
  }
};

/// The log density of counts and of outcomes 1 or -1 in groups, up to a constant: negative binomial and
/// probit. Its gradient at q: the groups' mean, the log of their spread, the slope of the counts, the log of
/// their dispersion, the slope of the outcomes; then how far each group is from the mean, in spreads.
struct Hierarchical {
  static constexpr int groups = 30, per_group = 20, examples = groups * per_group, parameters = 5 + groups;
  std::vector<double> x = numbers(examples, 1.7, 1), counts, outcomes;
  std::vector<double> q = numbers(parameters, 0.5, 2);
  Hierarchical() {
    const auto u = numbers(examples, 1, 3), v = numbers(examples, 1.7, 4);
    for (int k = 0; k < examples; ++k) {
      counts.push_back(std::floor((1 + u[k]) * std::exp(1 + 0.3 * x[k])));
      outcomes.push_back(0.5 * x[k] + v[k] > 0 ? 1 : -1);
    }
  }
};

/// The heat equation by implicit steps of (1 + A) u' = u, where heat flows between i and i + 1 with
/// conductivity k[i]: the squared distance of the last u from 0.05, and its gradient by k.
struct Heat {
  static constexpr int points = 100, steps = 50;
  std::vector<double> k = numbers(points - 1, 1, 1), start = std::vector<double>(points);
  Heat() {
    for (double& conductivity : k) conductivity += 2;
    for (int i = 40; i < 50; ++i) start[i] = 1;
  }
};

/// The equilibrium x = tanh(W x + b), to a last step of 1e-10: its squared distance from 0.3, the gradient by
/// W and b, and the Hessian times ones.
struct Equilibrium {
  static constexpr int units = 20;
  static constexpr double tolerance = 1e-10, target = 0.3;
  std::vector<double> w = numbers(units * units, 0.23, 1), b = numbers(units, 1.7, 2);
};

/// The sum of the squares of running sums, and its gradient.
struct RunningSum {
  std::vector<double> x = numbers(2000, 1, 1);
};

/// A function of a matrix M and a vector v, tanh(M M v) . v, for 1000 of both: the values, then all gradients
/// by M, then all by v.
struct ParameterSets {
  static constexpr int sets = 1000;
  std::vector<double> matrices = numbers(9 * sets, 1.7, 1), vectors = numbers(3 * sets, 1.7, 2);
};

/// 1000 systems of four equations: for each its function's value, the sum of squares of a solution, an
/// inverse or a Cholesky factor; then all gradients by the matrices a, symmetric and positive definite, then,
/// of solutions, by the right sides b.
struct SmallMatrices {
  static constexpr int sets = 1000;
  std::vector<double> a, b = numbers(4 * sets, 1.7, 2);
  SmallMatrices() {
    const auto u = numbers(16 * sets, 1.7, 1);
    for (int k = 0; k < sets; ++k)
      for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) {
          double sum = i == j;
          for (int l = 0; l < 4; ++l) sum += u[16 * k + 4 * i + l] * u[16 * k + 4 * j + l];
          a.push_back(sum);
        }
  }
};

}  // namespace engram::bench::programs
