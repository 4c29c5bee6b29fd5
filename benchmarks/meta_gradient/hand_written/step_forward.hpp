/// One inner step of W1.
#pragma once

#include "rule_forward.hpp"

#include <cmath>

namespace hand {

/// Where a step stores both layers of the rule, and the sums.
struct Inside {
  float (*first)[width];
  float (*second)[width];
  float (*sums)[width];
};

/// Gain over batch and divisor, for each set of weights: L √(rows · columns) with L = 2.
inline void set_rates(const Theta& t, Scratch& s) {
  constexpr float depth = 2;
  const float thin = 1 / (batch * depth * std::sqrt(2.0f * hidden));
  for (int j = 0; j < 8; j++) s.thin_rate[j] = t.gain[j % 4 < 2 ? 0 : 1] * thin;
  s.lateral1_rate = t.gain[2] / (batch * depth * hidden);
  s.small_lateral_rate = t.gain[2] / (batch * depth * 2);
}

/// For both small neurons j: (β of output, α of input, β̄ of input, ᾱ of output), what a hidden neuron's α, β,
/// ᾱ, β̄ are multiplied with.
HAND_INLINE void gather_partners(Scratch& s, const Signals& f) {
  for (int b = 0; b < batch; b++) HAND_UNROLL for (int j = 0; j < 2; j++) {
      const F4 output = load<F4>(f.pairs[output_row + j * batch + b]),
               input = load<F4>(f.pairs[input_row + j * batch + b]);
      store(&s.before[b][4 * j], HAND_SHUFFLE(output, input, 1, 4, 7, 2));
    }
}

HAND_INLINE void new_weights(const Weights& w, Weights& next, const Signals& f, Scratch& s) {
  gather_partners(s, f);
  thin_products(s.thin, s.before, f.pairs);
  const F8 rate = load<F8>(s.thin_rate);
  for (int i = 0; i < hidden; i++) store(next.thin[i], load<F8>(w.thin[i]) + rate * load<F8>(s.thin[i]));
  transpose20(s.transposed, f.beta_lat);
  product20(s.square, f.alpha_lat, 20, 1, s.transposed);
  for (int i = 0; i < hidden_rows; i += 16)
    store(next.lateral1 + i, load<F16>(w.lateral1 + i) + load<F16>(s.square + i) * s.lateral1_rate);
  for (int j = 0; j < 2; j++)
    for (int i = 0; i < 2; i++) {
      const int k = j * 2 + i, a = j * batch, b = i * batch;
      next.lateral0[k] = w.lateral0[k] + s.small_lateral_rate *
                                             dot20(f.alpha_lat + input_row + a, f.beta_lat + input_row + b);
      next.lateral2[k] = w.lateral2[k] + s.small_lateral_rate *
                                             dot20(f.alpha_lat + output_row + a, f.beta_lat + output_row + b);
    }
}

/// The top layer's outputs, which feed its own lateral weights only.
HAND_INLINE void output_of_top(float* x2, const Signals& f) {
  HAND_UNROLL for (int i = 0; i < 2 * batch; i += 8) {
    const F8 z = load<F8>(f.z + output_row + i);
    store(x2 + i, z > F8{} ? z : F8{});
  }
}

/// Computes the step's signals, and the next weights unless `next` is null. With `keep` the rule's inside is
/// stored.
template <bool keep>
[[gnu::noinline]] void step_forward(const Theta& t, const Weights& w, Weights* next, Signals& f,
                                    Inside inside, Scratch& s, const float* x, const float* classes) {
  std::memcpy(f.z + input_row, x, 2 * batch * sizeof(float));
  const float* thin = &w.thin[0][0];
  product<20, 2>(f.z, thin + 1, 8, 4, x);
  for (int i = 0; i < hidden_rows; i += 16) store(s.x1 + i, relu(load<F16>(f.z + i)));
  product<2, 20>(f.z + output_row, thin, 4, 8, s.x1);
  float x2[2 * batch];
  output_of_top(x2, f);
  product<2, 2>(f.z_lat + input_row, w.lateral0, 1, 2, x);
  product<2, 2>(f.z_lat + output_row, w.lateral2, 1, 2, x2);
  product20(f.z_lat, w.lateral1, 1, 20, s.x1);

  // Softmax minus one-hot: with two classes the sigmoid of the difference.
  F16 softplus, probability;
  softplus_and_sigmoid(load<F16>(f.z + output_row) - load<F16>(f.z + output_row + batch), softplus,
                       probability);
  HAND_UNROLL for (int b = 0; b < labelled; b++) {
    const float e = probability[b] - (1 - classes[b]);
    f.z_bar[output_row + b] = e;
    f.z_bar[output_row + batch + b] = -e;
  }
  for (int b = labelled; b < batch; b++) f.z_bar[output_row + b] = f.z_bar[output_row + batch + b] = 0;

  const auto ask = [&](int r0, int neuron, int count) {
    rule_forward<keep>(t, f, inside.first, inside.second, inside.sums, r0, neuron, count);
  };
  ask(output_row, hidden + 2, 2);
  product<20, 2>(f.z_bar, thin + 3, 8, 4, f.delta + output_row);
  ask(0, 0, hidden);
  product<2, 20>(f.z_bar + input_row, thin + 2, 4, 8, f.delta);
  ask(input_row, hidden, 2);
  if (next) new_weights(w, *next, f, s);
}

}  // namespace hand
