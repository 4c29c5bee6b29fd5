/// The rule, asked for one neuron (its batch of rows) after another.
#pragma once

#include "functions.hpp"
#include "products.hpp"

namespace hand {

/// h = tanh(f A + a), and its sum over the batch.
HAND_INLINE void first_layer(const Theta& t, const float* z, const float* z_bar, const float* z_lat,
                             float (*first)[width], float* sums) {
  const F16 A0 = load<F16>(t.A[0]), A1 = load<F16>(t.A[1]), A2 = load<F16>(t.A[2]), a = load<F16>(t.a);
  F16 s{};
  for (int r = 0; r < batch; r += 4) {
    F16 h[4];
    HAND_UNROLL for (int q = 0; q < 4; q++) h[q] =
        ((a + A0 * z[r + q]) + A1 * z_bar[r + q]) + A2 * z_lat[r + q];
    HAND_UNROLL for (int q = 0; q < 4; q++) h[q] = tanh(h[q]);
    HAND_UNROLL for (int q = 0; q < 4; q++) store(first[r + q], h[q]);
    s += (h[0] + h[1]) + (h[2] + h[3]);
  }
  store(sums, s);
  keep_in_memory(sums);
}

/// start + x M, x one row of 16, in four chains that need not wait for each other.
HAND_INLINE F16 row_product(F16 start, const float (*M)[width], const float* x) {
  F16 c0 = start, c1{}, c2{}, c3{};
  HAND_UNROLL for (int k = 0; k < width; k += 4) {
    c0 += load<F16>(M[k]) * x[k];
    c1 += load<F16>(M[k + 1]) * x[k + 1];
    c2 += load<F16>(M[k + 2]) * x[k + 2];
    c3 += load<F16>(M[k + 3]) * x[k + 3];
  }
  return (c0 + c1) + (c2 + c3);
}

/// g = tanh(h B_h + (m B_m + b)): the part of the mean is the same for the whole batch.
HAND_INLINE void second_layer(const Theta& t, const float (*first)[width], const float* sums,
                              float (*second)[width]) {
  const F16 same = row_product(load<F16>(t.b), t.B_m, sums);
  F16 h[batch];
  HAND_UNROLL for (int r = 0; r < batch; r++) h[r] = same;
  for (int k = 0; k < width; k++) {
    const F16 w = load<F16>(t.B_h[k]);
    HAND_UNROLL for (int r = 0; r < batch; r++) h[r] += w * first[r][k];
  }
  HAND_UNROLL for (int r = 0; r < batch; r++) store(second[r], h[r]);
  for (int r = 0; r < batch; r += 4) {
    HAND_UNROLL for (int q = 0; q < 4; q++) h[q] = load<F16>(second[r + q]);
    HAND_UNROLL for (int q = 0; q < 4; q++) h[q] = tanh(h[q]);
    HAND_UNROLL for (int q = 0; q < 4; q++) store(second[r + q], h[q]);
  }
}

/// The seven outputs, g C + c, into the neuron's rows from r0.
HAND_INLINE void readout(const Theta& t, const float (*second)[width], Signals& f, int r0) {
  const F8 c = load<F8>(t.c);
  F8 o[batch];
  HAND_UNROLL for (int r = 0; r < batch; r++) o[r] = c;
  for (int k = 0; k < width; k++) {
    const F8 w = load<F8>(t.C[k]);
    HAND_UNROLL for (int r = 0; r < batch; r++) o[r] += w * second[r][k];
  }
  HAND_UNROLL for (int r = 0; r < batch; r += 4) {
    F4 u[4];
    HAND_UNROLL for (int q = 0; q < 4; q++) {
      store(f.pairs[r0 + r + q], HAND_SHUFFLE(o[r + q], o[r + q], 0, 1, 2, 3));
      u[q] = HAND_SHUFFLE(o[r + q], o[r + q], 4, 5, 6, 7);
    }
    transpose4(u[0], u[1], u[2], u[3]);
    store(f.delta + r0 + r, u[0]);
    store(f.alpha_lat + r0 + r, u[1]);
    store(f.beta_lat + r0 + r, u[2]);
  }
}

/// `count` neurons from the one at `neuron`, whose rows begin at r0. With `keep` both layers and the sums of
/// all rows are stored for the adjoint; without, only two neurons' at a time.
///
/// Pipelined: the first layer of the next neuron, the second of this, the outputs of the former, so that
/// nothing waits for the sum just computed.
template <bool keep>
[[gnu::noinline]] void rule_forward(const Theta& t, Signals& f, float (*first)[width], float (*second)[width],
                                    float (*sums)[width], int r0, int neuron, int count) {
  const auto slot = [&](int i) { return keep ? r0 + i * batch : (i & 1) * batch; };
  const auto sums_of = [&](int i) { return sums[keep ? neuron + i : i & 1]; };
  const auto begin = [&](int i) __attribute__((always_inline)) {
    const int r = r0 + i * batch;
    first_layer(t, f.z + r, f.z_bar + r, f.z_lat + r, first + slot(i), sums_of(i));
  };
  const auto end = [&](int i) __attribute__((always_inline)) {
    readout(t, second + slot(i), f, r0 + i * batch);
  };
  begin(0);
  for (int i = 0; i < count; i++) {
    if (i + 1 < count) begin(i + 1);
    second_layer(t, first + slot(i), sums_of(i), second + slot(i));
    if (i > 0) end(i - 1);
  }
  end(count - 1);
}

}  // namespace hand
