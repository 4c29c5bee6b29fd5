/// Products of the small matrices of a step; everything has 20 columns, a register of 16 and one of 4.
#pragma once

#include "layout.hpp"
#include "simd.hpp"

namespace hand {

/// out (m x 20) = w in, or += if accumulate; w (m x k) has any strides, in is (k x 20).
template <int m, int k, bool accumulate = false>
HAND_INLINE void product(float* out, const float* w, int row_stride, int column_stride, const float* in) {
  constexpr int block = m % 5 == 0 ? 5 : m;
  for (int m0 = 0; m0 < m; m0 += block) {
    F16 a[block];
    F4 b[block];
    HAND_UNROLL for (int q = 0; q < block; q++) {
      a[q] = accumulate ? load<F16>(out + (m0 + q) * 20) : F16{};
      b[q] = accumulate ? load<F4>(out + (m0 + q) * 20 + 16) : F4{};
    }
    for (int i = 0; i < k; i++) {
      const F16 x = load<F16>(in + i * 20);
      const F4 y = load<F4>(in + i * 20 + 16);
      HAND_UNROLL for (int q = 0; q < block; q++) {
        const float s = w[(m0 + q) * row_stride + i * column_stride];
        a[q] += x * s;
        b[q] += y * s;
      }
    }
    HAND_UNROLL for (int q = 0; q < block; q++) {
      store(out + (m0 + q) * 20, a[q]);
      store(out + (m0 + q) * 20 + 16, b[q]);
    }
  }
}

/// The 20 x 20 ones, out of line.
[[gnu::noinline]] inline void product20(float* out, const float* w, int row_stride, int column_stride,
                                        const float* in) {
  product<20, 20>(out, w, row_stride, column_stride, in);
}
[[gnu::noinline]] inline void add_product20(float* out, const float* w, int row_stride, int column_stride,
                                            const float* in) {
  product<20, 20, true>(out, w, row_stride, column_stride, in);
}

[[gnu::noinline]] inline void transpose20(float* out, const float* in) {
  for (int i = 0; i < 20; i += 4)
    for (int j = 0; j < 20; j += 4) {
      F4 a = load<F4>(in + i * 20 + j), b = load<F4>(in + (i + 1) * 20 + j),
         c = load<F4>(in + (i + 2) * 20 + j), d = load<F4>(in + (i + 3) * 20 + j);
      transpose4(a, b, c, d);
      store(out + j * 20 + i, a);
      store(out + (j + 1) * 20 + i, b);
      store(out + (j + 2) * 20 + i, c);
      store(out + (j + 3) * 20 + i, d);
    }
}

HAND_INLINE float dot20(const float* x, const float* y) {
  const F16 v = load<F16>(x) * load<F16>(y);
  return sum(load<F4>(x + 16) * load<F4>(y + 16) + add_halves(add_halves(v)));
}

/// For each hidden neuron i: out[i] = sum over the batch of small[b] * (quads[i, b], twice). All thin updates
/// are of this form, as are the thin weights' cotangents.
[[gnu::noinline]] inline void thin_products(float (*out)[8], const float (*small)[8],
                                            const float (*quads)[4]) {
  for (int i = 0; i < hidden; i += 5) {
    F8 a[5];
    HAND_UNROLL for (int k = 0; k < 5; k++) a[k] = F8{};
    for (int b = 0; b < batch; b++) {
      const F8 u = load<F8>(&small[b][0]);
      HAND_UNROLL for (int k = 0; k < 5; k++) a[k] += u * twice(&quads[(i + k) * batch + b][0]);
    }
    HAND_UNROLL for (int k = 0; k < 5; k++) store(&out[i + k][0], a[k]);
  }
}

}  // namespace hand
