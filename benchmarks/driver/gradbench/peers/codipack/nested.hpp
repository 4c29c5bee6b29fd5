// Derivatives of derivatives with CoDiPack, both backwards.
#pragma once

#include <array>
#include <codi.hpp>

// The gradient of f at x, where f is for any scalar. T is double, or an active type whose tape is recording:
// then the gradient is recorded there.
template <class T, std::size_t n, class F>
std::array<T, n> gradient_of(const F& f, const std::array<T, n>& x) {
  using Real = codi::RealReverseGen<T>;
  auto& tape = Real::getTape();
  std::array<Real, n> in;
  for (std::size_t i = 0; i < n; ++i) in[i] = x[i];
  tape.setActive();
  for (Real& v : in) tape.registerInput(v);
  Real y = f(in);
  tape.registerOutput(y);
  tape.setPassive();
  y.setGradient(T(1.0));
  tape.evaluate();
  std::array<T, n> g;
  for (std::size_t i = 0; i < n; ++i) {
    g[i] = in[i].getGradient();
    in[i].gradient() = T();
  }
  tape.reset(false);
  return g;
}
