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

/// Transposes n columns of `size` values that lie together, or the reverse. False if these are not 2 to 4.
template <class S>
ENGRAM_INLINE bool deinterleave_few(Index size, const S* x, S* y, Index y_stride, Index n) {
  if (size == 2) deinterleave<2>(x, y, y_stride, n);
  if (size == 3) deinterleave<3>(x, y, y_stride, n);
  if (size == 4) deinterleave<4>(x, y, y_stride, n);
  return 2 <= size && size <= 4;
}
template <class S>
ENGRAM_INLINE bool interleave_few(Index size, const S* x, Index x_stride, S* y, Index n) {
  if (size == 2) interleave<2>(x, x_stride, y, n);
  if (size == 3) interleave<3>(x, x_stride, y, n);
  if (size == 4) interleave<4>(x, x_stride, y, n);
  return 2 <= size && size <= 4;
}

/// y (columns x rows) = x (rows x columns)ᵀ by tiles, at least one of which fits; rows of x and y are their
/// strides apart.
template <class S>
ENGRAM_INLINE void transpose_by_tiles(const S* x, Index x_stride, S* y, Index y_stride, Index rows,
                                      Index columns) {
  constexpr Index T = tile_columns<S>, R = lanes_of<S>;
  Index r = 0;
  for (; r + R <= rows; r += R) transpose_strip<R>(x + r * x_stride, x_stride, y + r, y_stride, columns);
  for (; r < rows; r += T) {
    r = std::min(r, rows - T);
    transpose_strip<T>(x + r * x_stride, x_stride, y + r, y_stride, columns);
  }
}

/// The same for any sizes.
template <class S>
HWY_NOINLINE void transpose_block(const S* x, Index x_stride, S* y, Index y_stride, Index rows,
                                  Index columns) {
  constexpr Index T = tile_columns<S>, R = lanes_of<S>;
  if (x_stride == columns && rows >= R && deinterleave_few(columns, x, y, y_stride, rows)) return;
  if (y_stride == rows && columns >= R && interleave_few(rows, x, x_stride, y, columns)) return;
  if (rows < T || columns < T) {
    for (Index r = 0; r < rows; ++r)
      for (Index c = 0; c < columns; ++c) y[c * y_stride + r] = x[r * x_stride + c];
  } else {
    transpose_by_tiles(x, x_stride, y, y_stride, rows, columns);
  }
}

ENGRAM_TARGET_END

#endif
