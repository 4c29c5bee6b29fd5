/// The numbers of a learned rule, the MLP that every neuron asks.
#pragma once

#include <engram/autodiff/array.hpp>
#include <engram/plasticity/settings.hpp>

#include <array>

ENGRAM_PLASTICITY_BEGIN

/// One T for each part of the rule: an array, a variable, a shape.
///
///     h = tanh(f A + a), m = mean of h over the batch, g = tanh([h, m] B + b), outputs = g C + c
///
/// where f are a neuron's 3 signals and the 7 outputs are delta, alpha, beta and those of the other two
/// weight sets. s are the three log gains of the updates.
template <class T>
struct Theta {
  T A, a, B, b, C, c, s;

  static constexpr std::array<const char*, 7> names{"A", "a", "B", "b", "C", "c", "s"};
  static constexpr std::array<T Theta::*, 7> members{&Theta::A, &Theta::a, &Theta::B, &Theta::b,
                                                     &Theta::C, &Theta::c, &Theta::s};

  bool operator==(const Theta&) const = default;
};

/// With w the width: A 3 x w, a 1 x w, B 2w x w (w x w without accumulation), b 1 x w, C w x 7, c 1 x 7, s 1
/// x 3.
inline Theta<autodiff::Shape> theta_shapes(const RuleSettings& settings) {
  validate(settings);
  const autodiff::Index w = settings.width;
  return {.A = {3, w},
          .a = {1, w},
          .B = {settings.batch_accumulation ? 2 * w : w, w},
          .b = {1, w},
          .C = {w, 7},
          .c = {1, 7},
          .s = {1, 3}};
}

ENGRAM_PLASTICITY_END
