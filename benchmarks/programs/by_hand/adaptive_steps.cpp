/// An ordinary differential equation by steps as long as a tolerance allows, and its adjoint.
#include "../inputs.hpp"
#include "../program.hpp"

#include <algorithm>
#include <array>

namespace engram::bench::programs {

namespace {

using Pair = std::array<double, 2>;
using Four = std::array<double, 4>;
constexpr int stages = 7;

constexpr double weights[stages][stages - 1] = {
    {},
    {1. / 5},
    {3. / 40, 9. / 40},
    {44. / 45, -56. / 15, 32. / 9},
    {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
    {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
    {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}};
constexpr double error_weights[stages] = {71. / 57600,      0,         -71. / 16695, 71. / 1920,
                                          -17253. / 339200, 22. / 525, -1. / 40};

Pair rate(const Pair& x, const double* p) {
  return {p[0] * x[0] - p[1] * x[0] * x[1], p[2] * x[0] * x[1] - p[3] * x[1]};
}

/// Adds k_bar's part to the cotangents of a rate's state and parameters.
void pull_rate(const Pair& x, const double* p, const Pair& k_bar, Pair& x_bar, Four& p_bar) {
  const double met = x[0] * x[1];
  x_bar[0] += k_bar[0] * (p[0] - p[1] * x[1]) + k_bar[1] * p[2] * x[1];
  x_bar[1] += -k_bar[0] * p[1] * x[0] + k_bar[1] * (p[2] * x[0] - p[3]);
  p_bar[0] += k_bar[0] * x[0];
  p_bar[1] -= k_bar[0] * met;
  p_bar[2] += k_bar[1] * met;
  p_bar[3] -= k_bar[1] * x[1];
}

double mean_square(const Pair& e, const Pair& x, const Pair& y) {
  double sum = 0;
  for (int i = 0; i < 2; ++i) {
    const double size = std::max(std::abs(x[i]), std::abs(y[i]));
    const double ratio = e[i] / (AdaptiveSteps::tolerance + AdaptiveSteps::tolerance * size);
    sum += ratio * ratio;
  }
  return sum / 2;
}

/// Relative to the whole duration.
double first_length(const Pair& x, const Pair& k, const double* p) {
  constexpr double duration = AdaptiveSteps::duration;
  const double states = std::sqrt(mean_square(x, x, x)), slope = duration * std::sqrt(mean_square(k, x, x));
  const double guess = std::min(states, slope) < 1e-5 ? 1e-6 : 0.01 * states / std::max(slope, 1e-30);
  const Pair there = rate({x[0] + guess * duration * k[0], x[1] + guess * duration * k[1]}, p);
  const double change = std::sqrt(mean_square({there[0] - k[0], there[1] - k[1]}, x, x));
  const double largest = std::max(slope, change * duration / guess);
  const double length =
      largest <= 1e-15 ? std::max(1e-3 * guess, 1e-6) : std::pow(0.01 / std::max(largest, 1e-15), 0.2);
  return std::min({100 * guess, length, 1.0});
}

/// A step that was accepted: its length and the states of its stages.
struct Step {
  double dt;
  std::array<Pair, stages> at;
};

}  // namespace

Program adaptive_steps() {
  return [steps = std::vector<Step>()](std::vector<double>& results) mutable {
    const double* const p = LotkaVolterra::parameters;
    steps.clear();
    Pair x{1, 1};
    std::array<Pair, stages> k{rate(x, p)};
    double length = first_length(x, k[0], p);
    for (double s = 0; s < 1;) {
      const double now = std::min(length, 1 - s), dt = now * AdaptiveSteps::duration;
      Step step{dt, {x}};
      for (int i = 1; i < stages; ++i) {
        Pair y = x;
        for (int j = 0; j < i; ++j)
          for (int c = 0; c < 2; ++c) y[c] += dt * weights[i][j] * k[j][c];
        step.at[i] = y;
        k[i] = rate(y, p);
      }
      Pair e{};
      for (int j = 0; j < stages; ++j)
        for (int c = 0; c < 2; ++c) e[c] += dt * error_weights[j] * k[j][c];
      const Pair& y = step.at.back();
      const double error = mean_square(e, x, y);
      if (error <= 1) {
        s = length < 1 - s ? s + now : 1;
        steps.push_back(step);
        x = y;
        k[0] = k.back();
      }
      length = now * std::clamp(0.9 * std::pow(std::max(error, 1e-30), -0.1), 0.2, 10.0);
    }
    Pair x_bar{2 * (x[0] - 1), 2 * (x[1] - 1)}, last_bar{};  // of a step's last rate: the next one's first
    Four p_bar{};
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      std::array<Pair, stages> k_bar{};
      k_bar.back() = last_bar;
      Pair y_bar = x_bar;  // of the state of the stage
      x_bar = {};
      for (int i = stages - 1; i > 0; --i) {
        pull_rate(step->at[i], p, k_bar[i], y_bar, p_bar);
        for (int c = 0; c < 2; ++c) {
          x_bar[c] += y_bar[c];
          for (int j = 0; j < i; ++j) k_bar[j][c] += step->dt * weights[i][j] * y_bar[c];
        }
        y_bar = {};
      }
      last_bar = k_bar[0];
    }
    pull_rate({1, 1}, p, last_bar, x_bar, p_bar);
    results = {std::pow(x[0] - 1, 2) + std::pow(x[1] - 1, 2), p_bar[0], p_bar[1], p_bar[2], p_bar[3]};
  };
}

}  // namespace engram::bench::programs
