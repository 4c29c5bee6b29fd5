/// The adjoint of one inner step of W1.
#pragma once

#include "rule_adjoint.hpp"
#include "step_forward.hpp"

namespace hand {

/// From the cotangent of the new weights, s.bar: those of α, β and so on, of ᾱ ... of all neurons, and of the
/// gains.
HAND_INLINE void updates_adjoint(ThetaBar& g, const Signals& f, Scratch& s, SignalsBar& d) {
  const F8 rate = load<F8>(s.thin_rate);
  Weights& scaled = s.scaled_bar;
  for (int i = 0; i < hidden; i++) store(scaled.thin[i], load<F8>(s.bar.thin[i]) * rate);
  for (int i = 0; i < hidden_rows; i += 16)
    store(scaled.lateral1 + i, load<F16>(s.bar.lateral1 + i) * s.lateral1_rate);
  HAND_UNROLL for (int i = 0; i < 4; i++) {
    scaled.lateral0[i] = s.bar.lateral0[i] * s.small_lateral_rate;
    scaled.lateral2[i] = s.bar.lateral2[i] * s.small_lateral_rate;
  }

  // The thin updates: the hidden neurons' factors, then those of the small layers.
  gather_partners(s, f);
  F4 gains{}, gains_odd{};
  for (int i = 0; i < hidden; i++) {
    const F4 low = load<F4>(scaled.thin[i]), high = load<F4>(scaled.thin[i] + 4);
    for (int b = 0; b < batch; b += 2) {
      const int r = i * batch + b;
      const F4 o = load<F4>(s.before[b]) * low + load<F4>(s.before[b] + 4) * high;
      store(d.pairs[r], o);
      gains += o * load<F4>(f.pairs[r]);
      const F4 p = load<F4>(s.before[b + 1]) * low + load<F4>(s.before[b + 1] + 4) * high;
      store(d.pairs[r + 1], p);
      gains_odd += p * load<F4>(f.pairs[r + 1]);
    }
  }
  gains += gains_odd;
  g.s[0] += gains[0] + gains[1];
  g.s[1] += gains[2] + gains[3];

  F8 u[batch];
  HAND_UNROLL for (int b = 0; b < batch; b++) u[b] = F8{};
  for (int i = 0; i < hidden; i++) {
    const F8 q = load<F8>(scaled.thin[i]);
    HAND_UNROLL for (int b = 0; b < batch; b++) u[b] += q * twice(f.pairs[i * batch + b]);
  }
  const F4 zero{};
  HAND_UNROLL for (int b = 0; b < batch; b++) HAND_UNROLL for (int j = 0; j < 2; j++) {
    const F4 q = j ? HAND_SHUFFLE(u[b], u[b], 4, 5, 6, 7) : HAND_SHUFFLE(u[b], u[b], 0, 1, 2, 3);
    store(d.pairs[output_row + j * batch + b], HAND_SHUFFLE(q, zero, 4, 0, 3, 5));
    store(d.pairs[input_row + j * batch + b], HAND_SHUFFLE(q, zero, 1, 4, 5, 2));
  }

  // The lateral ones.
  product20(d.alpha_lat, scaled.lateral1, 20, 1, f.beta_lat);
  product20(d.beta_lat, scaled.lateral1, 1, 20, f.alpha_lat);
  const auto small = [&](const float* w, int row) {
    product<2, 2>(d.alpha_lat + row, w, 2, 1, f.beta_lat + row);
    product<2, 2>(d.beta_lat + row, w, 1, 2, f.alpha_lat + row);
  };
  small(scaled.lateral0, input_row);
  small(scaled.lateral2, output_row);
  F16 gain{}, c5{}, c6{};
  for (int r = 0; r < rows; r += 16) {
    const F16 x = load<F16>(d.alpha_lat + r);
    gain += x * load<F16>(f.alpha_lat + r);
    c5 += x;
    c6 += load<F16>(d.beta_lat + r);
  }
  g.s[2] += sum(gain);
  g.c[5] += sum(c5);
  g.c[6] += sum(c6);
}

/// The readout's biases: sums of the outputs' cotangents over all rows. (α̿ and β̿ were added before.)
HAND_INLINE void add_readout_bias(ThetaBar& g, const SignalsBar& d) {
  F16 delta{};
  for (int r = 0; r < rows; r += 16) delta += load<F16>(d.delta + r);
  g.c[4] += sum(delta);
  F4 p0{}, p1{}, p2{}, p3{};
  for (int r = 0; r < rows; r += 4) {
    p0 += load<F4>(d.pairs[r]);
    p1 += load<F4>(d.pairs[r + 1]);
    p2 += load<F4>(d.pairs[r + 2]);
    p3 += load<F4>(d.pairs[r + 3]);
  }
  store(g.c, load<F4>(g.c) + ((p0 + p1) + (p2 + p3)));
}

/// From the cotangents of z to those of the thin weights, and from z̄'s: per hidden neuron the products of
/// (x1, z1_bar, δ1, z̄1_bar) with (z2_bar, x0, z̄0_bar, δ2).
HAND_INLINE void add_thin_weights(const Signals& f, Scratch& s, const SignalsBar& d, const float* x) {
  for (int r = 0; r < hidden_rows; r += 4) {
    F4 a = load<F4>(s.x1 + r), b = load<F4>(d.z + r), c = load<F4>(f.delta + r), e = load<F4>(d.z_bar + r);
    transpose4(a, b, c, e);
    store(s.quads[r], a);
    store(s.quads[r + 1], b);
    store(s.quads[r + 2], c);
    store(s.quads[r + 3], e);
  }
  for (int j = 0; j < 2; j++)
    for (int b = 0; b < batch; b += 4) {
      const int in = input_row + j * batch + b, out = output_row + j * batch + b;
      F4 a = load<F4>(d.z + out), x0 = load<F4>(x + j * batch + b), c = load<F4>(d.z_bar + in),
         e = load<F4>(f.delta + out);
      transpose4(a, x0, c, e);
      store(&s.behind[b][4 * j], a);
      store(&s.behind[b + 1][4 * j], x0);
      store(&s.behind[b + 2][4 * j], c);
      store(&s.behind[b + 3][4 * j], e);
    }
  thin_products(s.thin, s.behind, s.quads);
  for (int i = 0; i < hidden; i++) store(s.bar.thin[i], load<F8>(s.bar.thin[i]) + load<F8>(s.thin[i]));
}

/// s.bar, the cotangent of the weights after the step, becomes that of the weights before it; what θ has to
/// do with it is added to g. `f` and `inside` are as the forward step left them.
[[gnu::noinline]] inline void step_adjoint(const Theta& t, ThetaBar& g, const Weights& w, const Signals& f,
                                           Inside inside, Scratch& s, SignalsBar& d, const float* x) {
  updates_adjoint(g, f, s, d);
  const auto ask = [&](int r0, int neuron, int count) {
    rule_adjoint(t, g, f, d, inside.first, inside.second, inside.sums, r0, neuron, count);
  };
  const float* thin = &w.thin[0][0];

  // Input layer: nobody below hears its δ. Blocks of 16 rows write past its end, where the output layer comes
  // next, so the order of the three is not free: input, hidden (which ends with a block), output.
  std::memset(d.delta + input_row, 0, 2 * batch * sizeof(float));
  ask(input_row, hidden, 2);
  HAND_UNROLL for (int j = 0; j < 2; j++) HAND_UNROLL for (int i = 0; i < 2; i++) s.bar.lateral0[j * 2 + i] +=
      dot20(x + j * batch, d.z_lat + input_row + i * batch);
  product<20, 2>(d.delta, thin + 2, 8, 4, d.z_bar + input_row);

  ask(0, 0, hidden);
  product<2, 20>(d.delta + output_row, thin + 3, 4, 8, d.z_bar);
  product20(s.square, w.lateral1, 20, 1, d.z_lat);  // cotangent of x1
  for (int i = 0; i < hidden_rows; i += 16) store(s.x1 + i, relu(load<F16>(f.z + i)));
  transpose20(s.transposed, d.z_lat);
  add_product20(s.bar.lateral1, s.x1, 20, 1, s.transposed);

  ask(output_row, hidden + 2, 2);
  add_readout_bias(g, d);
  float x2[2 * batch], x2_bar[2 * batch];
  output_of_top(x2, f);
  HAND_UNROLL for (int j = 0; j < 2; j++) HAND_UNROLL for (int i = 0; i < 2; i++) s.bar.lateral2[j * 2 + i] +=
      dot20(x2 + j * batch, d.z_lat + output_row + i * batch);
  product<2, 2>(x2_bar, w.lateral2, 2, 1, d.z_lat + output_row);
  HAND_UNROLL for (int i = 0; i < 2 * batch; i += 8) {
    const F8 bar = load<F8>(x2_bar + i), z = load<F8>(f.z + output_row + i);
    store(d.z + output_row + i, load<F8>(d.z + output_row + i) + (z > F8{} ? bar : F8{}));
  }
  // Softmax: p (1 - p) of the difference; z̄ holds p or p - 1.
  for (int b = 0; b < labelled; b++) {
    const float e = f.z_bar[output_row + b], p = e < 0 ? 1 + e : e;
    const float q = p * (1 - p) * (d.z_bar[output_row + b] - d.z_bar[output_row + batch + b]);
    d.z[output_row + b] += q;
    d.z[output_row + batch + b] -= q;
  }
  product<20, 2, true>(s.square, thin, 8, 4, d.z + output_row);
  for (int i = 0; i < hidden_rows; i += 16) {
    const F16 bar = load<F16>(s.square + i);
    store(d.z + i, load<F16>(d.z + i) + (load<F16>(f.z + i) > F16{} ? bar : F16{}));
  }
  add_thin_weights(f, s, d, x);
}

}  // namespace hand
