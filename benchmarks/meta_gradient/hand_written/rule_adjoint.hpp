/// The rule's adjoint, one neuron after another.
#pragma once

#include "rule_forward.hpp"

namespace hand {

/// From the cotangents of the seven outputs of a neuron's rows, from r0: those before both tanh, and what
/// they add to θ's.
HAND_INLINE void rule_adjoint_of_neuron(const Theta& t, ThetaBar& g, const Signals& f, SignalsBar& d,
                                        const float (*first)[width], const float (*second)[width],
                                        const float* sums, int r0) {
  F16 sum_second{};
  {
    F16 C[7], C_bar[7];
    HAND_UNROLL for (int c = 0; c < 7; c++) {
      C[c] = load<F16>(t.C_t[c]);
      C_bar[c] = load<F16>(g.C_t[c]);
    }
    for (int b = 0; b < batch; b++) {
      const int r = r0 + b;
      const F16 h = load<F16>(second[b]);
      const float o[7] = {d.pairs[r][0], d.pairs[r][1],  d.pairs[r][2], d.pairs[r][3],
                          d.delta[r],    d.alpha_lat[r], d.beta_lat[r]};
      F16 even = C[0] * o[0], odd = C[1] * o[1];
      HAND_UNROLL for (int c = 2; c < 7; c++)(c & 1 ? odd : even) += C[c] * o[c];
      HAND_UNROLL for (int c = 0; c < 7; c++) C_bar[c] += h * o[c];
      even += odd;
      const F16 p = even - (even * h) * h;  // tanh' = 1 - tanh²
      sum_second += p;
      store(d.second[b], p);
    }
    HAND_UNROLL for (int c = 0; c < 7; c++) store(g.C_t[c], C_bar[c]);
  }
  store(g.b, load<F16>(g.b) + sum_second);
  alignas(64) float summed[width];
  store(summed, sum_second);
  keep_in_memory(summed);
  {
    F16 B_bar[width];
    HAND_UNROLL for (int k = 0; k < width; k++) B_bar[k] = load<F16>(g.B_h[k]);
    for (int r = 0; r < batch; r++) {
      const F16 p = load<F16>(d.second[r]);
      HAND_UNROLL for (int k = 0; k < width; k++) B_bar[k] += p * first[r][k];
    }
    HAND_UNROLL for (int k = 0; k < width; k++) store(g.B_h[k], B_bar[k]);
  }
  HAND_UNROLL for (int k = 0; k < width; k++) store(g.B_m[k], load<F16>(g.B_m[k]) + sum_second * sums[k]);

  const F16 same = row_product(F16{}, t.B_m_t, summed);
  F16 e[batch];
  HAND_UNROLL for (int r = 0; r < batch; r++) e[r] = same;
  for (int k = 0; k < width; k++) {
    const F16 w = load<F16>(t.B_h_t[k]);
    HAND_UNROLL for (int r = 0; r < batch; r++) e[r] += w * d.second[r][k];
  }
  F16 a = load<F16>(g.a), A0 = load<F16>(g.A[0]), A1 = load<F16>(g.A[1]), A2 = load<F16>(g.A[2]);
  HAND_UNROLL for (int r = 0; r < batch; r++) {
    const F16 h = load<F16>(first[r]);
    const F16 p = e[r] - (e[r] * h) * h;
    store(d.first[r0 + r], p);
    a += p;
    A0 += p * f.z[r0 + r];
    A1 += p * f.z_bar[r0 + r];
    A2 += p * f.z_lat[r0 + r];
  }
  store(g.a, a);
  store(g.A[0], A0);
  store(g.A[1], A1);
  store(g.A[2], A2);
}

/// Cotangents of the three signals of `count` rows from r0, in whole blocks of 16: each row's product with A,
/// after a transposition, so that rows lie side by side.
[[gnu::noinline]] inline void signals_adjoint(const Theta& t, SignalsBar& d, int r0, int count) {
  for (int r = r0; r < r0 + count; r += 16) {
    F16 x[16];
    HAND_UNROLL for (int q = 0; q < 16; q++) x[q] = load<F16>(d.first[r + q]);
    transpose16(x);
    F16 z{}, z_bar{}, z_lat{};
    HAND_UNROLL for (int k = 0; k < 16; k++) {
      z += x[k] * t.A[0][k];
      z_bar += x[k] * t.A[1][k];
      z_lat += x[k] * t.A[2][k];
    }
    store(d.z + r, z);
    store(d.z_bar + r, z_bar);
    store(d.z_lat + r, z_lat);
  }
}

/// `count` neurons from the one at `neuron`, whose rows begin at r0.
[[gnu::noinline]] inline void rule_adjoint(const Theta& t, ThetaBar& g, const Signals& f, SignalsBar& d,
                                           const float (*first)[width], const float (*second)[width],
                                           const float (*sums)[width], int r0, int neuron, int count) {
  for (int i = 0; i < count; i++) {
    const int r = r0 + i * batch;
    rule_adjoint_of_neuron(t, g, f, d, first + r, second + r, sums[neuron + i], r);
  }
  signals_adjoint(t, d, r0, count * batch);
}

}  // namespace hand
