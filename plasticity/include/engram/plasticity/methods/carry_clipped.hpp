/// Another method, through whose steps derivatives cannot explode.
#pragma once

#include <engram/autodiff/custom_vjp.hpp>
#include <engram/plasticity/method.hpp>

ENGRAM_PLASTICITY_BEGIN

/// Learns like `inner`. Its derivative is clipped: the cotangent of the whole carry after each step is
/// shortened to the norm `limit` if it is longer. So a derivative through many steps stays of the order of
/// that through one, at the price of a bias where it is clipped.
struct CarryClipped {
  Network network;
  Method inner;
  double limit;

  std::vector<Shape> parameters() const { return inner.parameters(); }
  Index noise_copies() const { return inner.noise_copies(); }
  std::vector<Array<double>> initial(Random random) const { return inner.initial(random); }

  template <Differentiable T>
  std::vector<T> start(const Synapses<T>& synapses, std::span<const T> parameters) const {
    return inner.start(synapses, parameters);
  }

  template <Differentiable T>
  std::vector<T> step(std::span<const T> carry, const StepData<T>& data,
                      std::span<const T> parameters) const {
    const auto same = [](auto x) { return std::vector(x.begin(), x.end()); };
    const auto shortened = [limit = limit](auto cotangents, auto, auto) {
      constexpr double never_zero = 1e-20;
      T squares = autodiff::sum(square(cotangents[0]));
      for (const T& g : cotangents.subspan(1)) squares = squares + autodiff::sum(square(g));
      const T factor = minimum(limit / sqrt(squares + never_zero), 1.0);
      std::vector<T> clipped;
      for (const T& g : cotangents) clipped.push_back(g * factor);
      return clipped;
    };
    return autodiff::custom_vjp<typename T::Scalar>(same, shortened, inner.step(carry, data, parameters));
  }
};

ENGRAM_PLASTICITY_END
