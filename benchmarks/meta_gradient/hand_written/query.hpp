/// The query loss and its cotangents, in one go.
#pragma once

#include "functions.hpp"
#include "layout.hpp"

namespace hand {

/// Cotangents of what the query sees of a hidden neuron's weights.
struct QueryBar {
  float out[hidden];    ///< W1[i][0], and with the other sign W1[i][1]
  float in[hidden][2];  ///< W0[0][i], W0[1][i]
};

/// The mean cross-entropy of the query points; `bar` gets its derivatives times `weight` per point.
[[gnu::noinline]] inline double query_loss(const Weights& w, const Task& task, float weight, QueryBar& bar) {
  constexpr int n = query_padded / 16;
  F16 x0[n], x1[n], d[n];
  HAND_UNROLL for (int q = 0; q < n; q++) {
    x0[q] = load<F16>(task.query_x + q * 16);
    x1[q] = load<F16>(task.query_x + query_padded + q * 16);
    d[q] = F16{};
  }
  // With two classes all depends on the difference d of the logits.
  for (int i = 0; i < hidden; i++) {
    const float a = w.thin[i][1], b = w.thin[i][5], v = w.thin[i][0] - w.thin[i][4];
    HAND_UNROLL for (int q = 0; q < n; q++) d[q] += relu(x0[q] * a + x1[q] * b) * v;
  }
  F16 loss{};
  HAND_UNROLL for (int q = 0; q < n; q++) {
    const F16 sign = load<F16>(task.signs + q * 16);
    F16 softplus, sigmoid;
    softplus_and_sigmoid(-sign * d[q], softplus, sigmoid);
    loss += softplus * (sign * sign);
    d[q] = -sign * sigmoid * weight;
  }
  for (int i = 0; i < hidden; i++) {
    const float a = w.thin[i][1], b = w.thin[i][5], v = w.thin[i][0] - w.thin[i][4];
    F16 out{}, in0{}, in1{};
    const F16 zero{};
    HAND_UNROLL for (int q = 0; q < n; q++) {
      const F16 z = x0[q] * a + x1[q] * b, m = z > zero ? d[q] : zero;
      out += z * m;
      in0 += m * x0[q];
      in1 += m * x1[q];
    }
    bar.out[i] = sum(out);
    bar.in[i][0] = sum(in0) * v;
    bar.in[i][1] = sum(in1) * v;
  }
  return static_cast<double>(sum(loss)) / query_points;
}

}  // namespace hand
