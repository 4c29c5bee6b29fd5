/// What the evals particle and saddle share: GradBench's gradient descent, and derivatives forwards or
/// backwards.
#pragma once

#include "program.hpp"

#include <cmath>

namespace engram::gradbench {

/// How a derivative is taken.
enum class Mode { forward, reverse };

/// The gradient of y (1,1) by x (1,n).
inline Variable derivative(Mode mode, const Variable& y, const Variable& x) {
  if (mode == Mode::reverse) return ad::gradient(y, x);
  Variables columns;
  for (Index i = 0; i < x.columns(); ++i) {
    Array direction = Array::Zero(1, x.columns());
    direction(i) = 1;
    columns.push_back(
        ad::jvp<double>(Variables{y}, Variables{x}, Variables{x.tape().constant(direction)})[0]);
  }
  return ad::concatenate(columns, 1);
}

template <class T, std::size_t n>
T distance(const std::array<T, n>& a, const std::array<T, n>& b) {
  T squares = 0.0;
  for (std::size_t i = 0; i < n; ++i) squares = squares + (a[i] - b[i]) * (a[i] - b[i]);
  using std::sqrt;
  return sqrt(squares);
}

/// The minimum of f from x on, for numbers or dual numbers: the rate doubles after ten steps that went down,
/// and is halved when a step does not. f.value(x) and f.gradient(x).
template <class F, class T, std::size_t n>
std::array<T, n> minimum(F& f, std::array<T, n> x) {
  constexpr double small = 1e-5;
  T value = f.value(x);
  std::array<T, n> slope = f.gradient(x);
  double rate = 1e-5;
  for (int down = 0; !(distance(slope, {}) <= small);) {
    if (down == 10) {
      rate *= 2;
      down = 0;
      continue;
    }
    std::array<T, n> next;
    for (std::size_t i = 0; i < n; ++i) next[i] = x[i] - rate * slope[i];
    if (distance(x, next) <= small) break;
    const T next_value = f.value(next);
    if (next_value < value) {
      x = next;
      value = next_value;
      slope = f.gradient(x);
      ++down;
    } else {
      rate /= 2;
      down = 0;
    }
  }
  return x;
}

/// A compiled function of a few numbers to be minimised, and its gradient.
template <std::size_t n>
class Compiled {
 public:
  template <class F>
  Compiled(const F& f, Mode mode)
      : value_(ad::compile<double>(f, {{1, n}}), {Numbers(n)}),
        gradient_(
            ad::compile<double>([&](const Variables& x) { return derivative(mode, f(x), x[0]); }, {{1, n}}),
            {Numbers(n)}) {}

  double value(const std::array<double, n>& x) { return run(value_, x)[0]; }
  std::array<double, n> gradient(const std::array<double, n>& x) {
    std::array<double, n> g;
    std::copy_n(run(gradient_, x).begin(), n, g.begin());
    return g;
  }

 private:
  static const Numbers& run(Replay& f, const std::array<double, n>& x) {
    std::copy_n(x.begin(), n, f.input(0).begin());
    f();
    return f.result();
  }

  Replay value_, gradient_;
};

}  // namespace engram::gradbench
