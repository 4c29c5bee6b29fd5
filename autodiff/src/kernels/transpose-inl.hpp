/// Transposing matrices. Compiled once per target.
#if defined(ENGRAM_TRANSPOSE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_TRANSPOSE_INL_HPP
#undef ENGRAM_TRANSPOSE_INL_HPP
#else
#define ENGRAM_TRANSPOSE_INL_HPP
#endif

#include "kernels/shuffle-inl.hpp"

#include <algorithm>

ENGRAM_TARGET_BEGIN

/// `rows` rows of x by tiles of tile_columns columns, the last two of which overlap.
template <Index rows, class S>
ENGRAM_INLINE void transpose_strip(const S* x, Index x_stride, S* y, Index y_stride, Index columns) {
  constexpr Index T = tile_columns<S>;
  const hn::CappedTag<S, static_cast<std::size_t>(rows)> d;
  for (Index c = 0; c < columns; c += T) {
    c = std::min(c, columns - T);
    hn::Vec<decltype(d)> column[T];
    load_transposed(d, x + c, x_stride, column);
    ENGRAM_UNROLL(4)
    for (Index q = 0; q < T; ++q) hn::StoreU(column[q], d, y + (c + q) * y_stride);
  }
}

/// Transposes n columns of T <= 4 values that lie together: each value goes to a row of y.
template <int T, class S>
ENGRAM_INLINE void deinterleave(const S* x, S* y, Index y_stride, Index n) {
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
ENGRAM_INLINE void interleave(const S* x, Index x_stride, S* y, Index n) {
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
HWY_NOINLINE void transpose_block(const S* x, Index x_stride, S* y, Index y_stride, Index rows,
                                  Index columns) {
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

ENGRAM_TARGET_END

#endif
