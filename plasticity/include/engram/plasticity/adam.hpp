/// Adam as operations: runs on plain values, and records on a tape, where one can differentiate through outer
/// steps.
///
/// Source: Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015.
#pragma once

#include <engram/autodiff/autodiff.hpp>
#include <engram/plasticity/version.hpp>

#include <cmath>
#include <vector>

ENGRAM_PLASTICITY_BEGIN

using autodiff::Differentiable;

/// Everything 1x1; β₁ and β₂ near 1, ε small and positive.
template <class T>
struct AdamSettings {
  T learning_rate, beta1, beta2, epsilon;
};

/// Moments of the gradient, and β₁ᵗ and β₂ᵗ after t steps (1x1).
template <class T>
struct AdamState {
  std::vector<T> m, v;
  T beta1_power, beta2_power;

  static constexpr auto members =
      std::tuple{&AdamState::m, &AdamState::v, &AdamState::beta1_power, &AdamState::beta2_power};
};

/// Before the first step.
template <Differentiable T>
AdamState<T> adam_start(const std::vector<T>& x) {
  AdamState<T> state;
  for (const T& v : x) state.m.push_back(zeros_like(v));
  state.v = state.m;
  const autodiff::Value<typename T::Scalar> one(1);
  state.beta1_power = state.beta2_power = autodiff::constant_like(x.at(0), one);
  return state;
}

/// Moves x by one step against its gradient; advances the state.
///
/// √v has no derivative at v = 0, where the gradient was always 0; there the root is replaced by 0 with
/// derivative 0, so that derivatives through the step are exact and finite to any order.
template <Differentiable T>
std::vector<T> adam_step(const AdamSettings<T>& settings, AdamState<T>& state, const std::vector<T>& x,
                         const std::vector<T>& gradient) {
  state.beta1_power = state.beta1_power * settings.beta1;
  state.beta2_power = state.beta2_power * settings.beta2;
  std::vector<T> moved;
  for (std::size_t i = 0; i < x.size(); ++i) {
    state.m[i] = settings.beta1 * state.m[i] + (1.0 - settings.beta1) * gradient[i];
    state.v[i] = settings.beta2 * state.v[i] + (1.0 - settings.beta2) * square(gradient[i]);
    const T m_hat = state.m[i] / (1.0 - state.beta1_power);
    const T v_hat = state.v[i] / (1.0 - state.beta2_power);
    const T positive = greater(v_hat, 0.0);
    const T root = select(positive, sqrt(select(positive, v_hat, 1.0)), 0.0);
    moved.push_back(x[i] - settings.learning_rate * (m_hat / (root + settings.epsilon)));
  }
  return moved;
}

ENGRAM_PLASTICITY_END
