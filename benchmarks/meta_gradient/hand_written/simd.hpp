/// Vectors of 4, 8 and 16 floats, on AVX-512, for the hand-written adjoint.
#pragma once

#include <cstring>
#include <immintrin.h>

#define HAND_INLINE __attribute__((always_inline)) inline
#ifdef __clang__
#define HAND_UNROLL _Pragma("clang loop unroll(full)")
#else
#define HAND_UNROLL _Pragma("GCC unroll 32")
#endif
#define HAND_SHUFFLE __builtin_shufflevector

namespace hand {

using F4 [[gnu::vector_size(16)]] = float;
using F8 [[gnu::vector_size(32)]] = float;
using F16 [[gnu::vector_size(64)]] = float;

template <class V>
HAND_INLINE V load(const float* p) {
  V v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class V>
HAND_INLINE void store(float* p, V v) {
  std::memcpy(p, &v, sizeof v);
}
/// Memory that was just written is read back from memory: the compiler would otherwise turn broadcast loads
/// into permutations of registers, which are scarce here.
HAND_INLINE void keep_in_memory(const float* p) { asm volatile("" ::"r"(p) : "memory"); }

HAND_INLINE F16 relu(F16 x) { return (F16)_mm512_max_ps((__m512)x, _mm512_setzero_ps()); }

HAND_INLINE F8 add_halves(F16 v) {
  return HAND_SHUFFLE(v, v, 0, 1, 2, 3, 4, 5, 6, 7) + HAND_SHUFFLE(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
}
HAND_INLINE F4 add_halves(F8 v) { return HAND_SHUFFLE(v, v, 0, 1, 2, 3) + HAND_SHUFFLE(v, v, 4, 5, 6, 7); }
HAND_INLINE float sum(F4 v) { return (v[0] + v[2]) + (v[1] + v[3]); }
HAND_INLINE float sum(F16 v) { return sum(add_halves(add_halves(v))); }

/// The same four floats twice.
HAND_INLINE F8 twice(const float* p) {
  const F4 q = load<F4>(p);
  return HAND_SHUFFLE(q, q, 0, 1, 2, 3, 0, 1, 2, 3);
}

HAND_INLINE void transpose4(F4& a, F4& b, F4& c, F4& d) {
  const F4 t0 = HAND_SHUFFLE(a, b, 0, 4, 1, 5), t1 = HAND_SHUFFLE(a, b, 2, 6, 3, 7),
           t2 = HAND_SHUFFLE(c, d, 0, 4, 1, 5), t3 = HAND_SHUFFLE(c, d, 2, 6, 3, 7);
  a = HAND_SHUFFLE(t0, t2, 0, 1, 4, 5);
  b = HAND_SHUFFLE(t0, t2, 2, 3, 6, 7);
  c = HAND_SHUFFLE(t1, t3, 0, 1, 4, 5);
  d = HAND_SHUFFLE(t1, t3, 2, 3, 6, 7);
}

/// rows[i][j] becomes rows[j][i]: first within blocks of 4 x 4, then the blocks.
HAND_INLINE void transpose16(F16* rows) {
  F16 t[16];
  HAND_UNROLL for (int i = 0; i < 16; i += 2) {
    t[i] = HAND_SHUFFLE(rows[i], rows[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
    t[i + 1] = HAND_SHUFFLE(rows[i], rows[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
  }
  HAND_UNROLL for (int i = 0; i < 16; i += 4) {
    rows[i] = HAND_SHUFFLE(t[i], t[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
    rows[i + 1] = HAND_SHUFFLE(t[i], t[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    rows[i + 2] = HAND_SHUFFLE(t[i + 1], t[i + 3], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
    rows[i + 3] =
        HAND_SHUFFLE(t[i + 1], t[i + 3], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  }
  HAND_UNROLL for (int q = 0; q < 4; q++) {
    const F16 a = rows[q], b = rows[4 + q], c = rows[8 + q], d = rows[12 + q];
    const F16 e = HAND_SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27),
              f = HAND_SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31),
              g = HAND_SHUFFLE(c, d, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27),
              h = HAND_SHUFFLE(c, d, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    t[q] = HAND_SHUFFLE(e, g, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
    t[8 + q] = HAND_SHUFFLE(e, g, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    t[4 + q] = HAND_SHUFFLE(f, h, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
    t[12 + q] = HAND_SHUFFLE(f, h, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  }
  HAND_UNROLL for (int i = 0; i < 16; i++) rows[i] = t[i];
}

}  // namespace hand
