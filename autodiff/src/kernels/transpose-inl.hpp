/// Transposing by tiles: 128 bits wide, a vector's length high. Compiled once per target.
#if defined(ENGRAM_TRANSPOSE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_TRANSPOSE_INL_HPP
#undef ENGRAM_TRANSPOSE_INL_HPP
#else
#define ENGRAM_TRANSPOSE_INL_HPP
#endif

#include "kernels/square-inl.hpp"

#include <algorithm>

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
template <class S>
constexpr Index tile_columns = 1;

template <Index rows, class S>
HWY_INLINE void transpose_tile(const S* x, Index, S* y, Index) {
  *y = *x;
}
#else
/// A tile is one 128-bit block wide, and as many rows high as a vector has values.
template <class S>
constexpr Index tile_columns = 16 / sizeof(S);

/// A vector of blocks that lie `stride` apart.
template <class D, class S = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_blocks(D d, const S* x, Index stride) {
  if constexpr (hn::MaxLanes(d) * sizeof(S) == 16) {
    return hn::LoadU(d, x);
  } else {
    const hn::Half<D> half;
    const Index below = static_cast<Index>(hn::MaxLanes(half)) / tile_columns<S> * stride;
    return hn::Combine(d, load_blocks(half, x + below, stride), load_blocks(half, x, stride));
  }
}

/// y (columns x rows) = x (rows x columns)ᵀ for one tile: the blocks of a vector are tile_columns rows apart.
template <Index rows>
HWY_INLINE void transpose_tile(const float* x, Index x_stride, float* y, Index y_stride) {
  const hn::FixedTag<float, rows> d;
  const hn::FixedTag<double, rows / 2> pairs;
  const auto load = [&](Index r) HWY_ATTR { return load_blocks(d, x + r * x_stride, 4 * x_stride); };
  const auto r0 = load(0), r1 = load(1), r2 = load(2), r3 = load(3);
  const auto a = hn::BitCast(pairs, hn::InterleaveLower(d, r0, r1));  // 00 10 01 11
  const auto b = hn::BitCast(pairs, hn::InterleaveUpper(d, r0, r1));  // 02 12 03 13
  const auto c = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3));
  const auto e = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, a, c)), d, y);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, a, c)), d, y + y_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, b, e)), d, y + 2 * y_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, b, e)), d, y + 3 * y_stride);
}

template <Index rows>
HWY_INLINE void transpose_tile(const double* x, Index x_stride, double* y, Index y_stride) {
  const hn::FixedTag<double, rows> d;
  const auto r0 = load_blocks(d, x, 2 * x_stride), r1 = load_blocks(d, x + x_stride, 2 * x_stride);
  hn::StoreU(hn::InterleaveLower(d, r0, r1), d, y);
  hn::StoreU(hn::InterleaveUpper(d, r0, r1), d, y + y_stride);
}
#endif

/// `rows` rows of x by tiles, the last two of which overlap; as many columns as a vector has values by squares.
template <Index rows, class S>
HWY_INLINE void transpose_strip(const S* x, Index x_stride, S* y, Index y_stride, Index columns) {
  constexpr Index T = tile_columns<S>;
  const hn::ScalableTag<S> d;
  Index c = 0;
  if constexpr (rows == static_cast<Index>(hn::MaxLanes(hn::ScalableTag<S>())))
    for (; c + rows <= columns; c += rows) {
      hn::Vec<decltype(d)> square[rows];
      HWY_UNROLL(16)
      for (Index r = 0; r < rows; ++r) square[r] = hn::LoadU(d, x + c + r * x_stride);
      transpose_square(d, square);
      HWY_UNROLL(16)
      for (Index r = 0; r < rows; ++r) hn::StoreU(square[r], d, y + (c + r) * y_stride);
    }
  for (; c < columns; c += T) {
    c = std::min(c, columns - T);
    transpose_tile<rows>(x + c, x_stride, y + c * y_stride, y_stride);
  }
}

/// Of n columns of T <= 4 values that lie together, one row of y each.
template <int T, class S>
HWY_INLINE void deinterleave(const S* x, S* y, Index y_stride, Index n) {
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  Index i = 0;
  for (; i + N <= n; i += N) {
    hn::Vec<decltype(d)> v[4];
    if constexpr (T == 2) hn::LoadInterleaved2(d, x + i * T, v[0], v[1]);
    if constexpr (T == 3) hn::LoadInterleaved3(d, x + i * T, v[0], v[1], v[2]);
    if constexpr (T == 4) hn::LoadInterleaved4(d, x + i * T, v[0], v[1], v[2], v[3]);
    for (int t = 0; t < T; ++t) hn::StoreU(v[t], d, y + t * y_stride + i);
  }
  for (; i < n; ++i)
    for (int t = 0; t < T; ++t) y[t * y_stride + i] = x[i * T + t];
}

/// The reverse.
template <int T, class S>
HWY_INLINE void interleave(const S* x, Index x_stride, S* y, Index n) {
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  const auto row = [&](int t, Index i) HWY_ATTR { return hn::LoadU(d, x + t * x_stride + i); };
  Index i = 0;
  for (; i + N <= n; i += N) {
    if constexpr (T == 2) hn::StoreInterleaved2(row(0, i), row(1, i), d, y + i * T);
    if constexpr (T == 3) hn::StoreInterleaved3(row(0, i), row(1, i), row(2, i), d, y + i * T);
    if constexpr (T == 4) hn::StoreInterleaved4(row(0, i), row(1, i), row(2, i), row(3, i), d, y + i * T);
  }
  for (; i < n; ++i)
    for (int t = 0; t < T; ++t) y[i * T + t] = x[t * x_stride + i];
}

/// y (columns x rows) = x (rows x columns)ᵀ, rows of x and y being their strides apart.
template <class S>
HWY_INLINE void transpose_block(const S* x, Index x_stride, S* y, Index y_stride, Index rows, Index columns) {
  constexpr Index T = tile_columns<S>, R = static_cast<Index>(hn::MaxLanes(hn::ScalableTag<S>()));
  const Index in = x_stride == columns && rows >= R ? columns : 0;
  const Index out = y_stride == rows && columns >= R ? rows : 0;
  if (in == 2) return deinterleave<2>(x, y, y_stride, rows);
  if (in == 3) return deinterleave<3>(x, y, y_stride, rows);
  if (in == 4) return deinterleave<4>(x, y, y_stride, rows);
  if (out == 2) return interleave<2>(x, x_stride, y, columns);
  if (out == 3) return interleave<3>(x, x_stride, y, columns);
  if (out == 4) return interleave<4>(x, x_stride, y, columns);
  if (rows < T || columns < T) {
    for (Index r = 0; r < rows; ++r)
      for (Index c = 0; c < columns; ++c) y[c * y_stride + r] = x[r * x_stride + c];
    return;
  }
  Index r = 0;
  for (; r + R <= rows; r += R) transpose_strip<R>(x + r * x_stride, x_stride, y + r, y_stride, columns);
  for (; r < rows; r += T) {
    r = std::min(r, rows - T);
    transpose_strip<T>(x + r * x_stride, x_stride, y + r, y_stride, columns);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#endif
