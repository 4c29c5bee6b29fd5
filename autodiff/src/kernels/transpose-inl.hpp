/// Transposing blocks in registers of 128 bits: 4x4 floats, 2x2 doubles. Compiled once per target.
#if defined(ENGRAM_TRANSPOSE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_TRANSPOSE_INL_HPP
#undef ENGRAM_TRANSPOSE_INL_HPP
#else
#define ENGRAM_TRANSPOSE_INL_HPP
#endif

#include "kernels/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
template <class S>
constexpr Index tile_size = 1;

template <class S>
HWY_INLINE void transpose_tile(const S* x, Index, S* y, Index) {
  *y = *x;
}
#else
template <class S>
constexpr Index tile_size = 16 / sizeof(S);

HWY_INLINE void transpose_tile(const float* x, Index x_stride, float* y, Index y_stride) {
  const hn::FixedTag<float, 4> d;
  const hn::FixedTag<double, 2> pairs;
  const auto r0 = hn::LoadU(d, x), r1 = hn::LoadU(d, x + x_stride), r2 = hn::LoadU(d, x + 2 * x_stride),
             r3 = hn::LoadU(d, x + 3 * x_stride);
  const auto a = hn::BitCast(pairs, hn::InterleaveLower(d, r0, r1));  // 00 10 01 11
  const auto b = hn::BitCast(pairs, hn::InterleaveUpper(d, r0, r1));  // 02 12 03 13
  const auto c = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3));
  const auto e = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, a, c)), d, y);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, a, c)), d, y + y_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, b, e)), d, y + 2 * y_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, b, e)), d, y + 3 * y_stride);
}

HWY_INLINE void transpose_tile(const double* x, Index x_stride, double* y, Index y_stride) {
  const hn::FixedTag<double, 2> d;
  const auto r0 = hn::LoadU(d, x), r1 = hn::LoadU(d, x + x_stride);
  hn::StoreU(hn::InterleaveLower(d, r0, r1), d, y);
  hn::StoreU(hn::InterleaveUpper(d, r0, r1), d, y + y_stride);
}

#endif

/// y (columns x rows) = x (rows x columns)ᵀ, rows of x and y being their strides apart.
template <class S>
HWY_INLINE void transpose_block(const S* x, Index x_stride, S* y, Index y_stride, Index rows, Index columns) {
  constexpr Index T = tile_size<S>;
  Index r = 0;
  for (; r + T <= rows; r += T) {
    Index c = 0;
    for (; c + T <= columns; c += T)
      transpose_tile(x + r * x_stride + c, x_stride, y + c * y_stride + r, y_stride);
    for (; c < columns; ++c)
      for (Index k = 0; k < T; ++k) y[c * y_stride + r + k] = x[(r + k) * x_stride + c];
  }
  for (; r < rows; ++r)
    for (Index c = 0; c < columns; ++c) y[c * y_stride + r] = x[r * x_stride + c];
}

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#endif
