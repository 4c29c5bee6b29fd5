/// A function of the entries of several operands, with broadcasting. Compiled once per target.
#if defined(ENGRAM_MAP_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_MAP_INL_HPP
#undef ENGRAM_MAP_INL_HPP
#else
#define ENGRAM_MAP_INL_HPP
#endif

#include "kernels/simd-inl.hpp"

#include <algorithm>
#include <utility>

ENGRAM_TARGET_BEGIN

/// y[i] = f(x[i]). The last two vectors overlap, because masked stores hold up the loads behind them; the
/// last is loaded before anything is stored, because y may be x.
template <class F, class S>
ENGRAM_INLINE void map(const F& f, const S* x, S* y, Index n) {
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  if (n < N) {
    if (n > 0) store_first(f(d, load_first(d, x, n)), d, y, n);
    return;
  }
  const Index end = n - N;
  const auto last = f(d, hn::LoadU(d, x + end));
  Index i = 0;
  for (; i + 3 * N < end; i += 4 * N) {  // four at a time hide the latency of the long polynomials
    const auto a = f(d, hn::LoadU(d, x + i)), b = f(d, hn::LoadU(d, x + i + N));
    const auto c = f(d, hn::LoadU(d, x + i + 2 * N)), e = f(d, hn::LoadU(d, x + i + 3 * N));
    hn::StoreU(a, d, y + i);
    hn::StoreU(b, d, y + i + N);
    hn::StoreU(c, d, y + i + 2 * N);
    hn::StoreU(e, d, y + i + 3 * N);
  }
  for (; i < end; i += N) hn::StoreU(f(d, hn::LoadU(d, x + i)), d, y + i);
  hn::StoreU(last, d, y + end);
}

/// A row of one operand: values that lie together, or one value for all.
template <bool is_row, class S>
struct Row {
  const S* p;
  template <class D>
  ENGRAM_INLINE hn::Vec<D> load(D d, Index i) const {
    return is_row ? hn::LoadU(d, p + i) : hn::Set(d, *p);
  }
  template <class D>
  ENGRAM_INLINE hn::Vec<D> load_some(D d, Index n) const {
    return is_row ? load_first(d, p, n) : hn::Set(d, *p);
  }
};

/// y[i] = f(rows[i]...). The last two vectors overlap, because masked stores hold up the loads behind them;
/// the last is loaded before anything is stored, because y may be one of the rows.
template <class F, class S, bool... is_row>
ENGRAM_INLINE void map_rows(const F& f, S* y, Index n, Row<is_row, S>... rows) {
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  if (n < N) {
    store_first(f(d, rows.load_some(d, n)...), d, y, n);
    return;
  }
  const auto last = f(d, rows.load(d, n - N)...);
  for (Index i = 0; i + N < n; i += N) hn::StoreU(f(d, rows.load(d, i)...), d, y + i);
  hn::StoreU(last, d, y + n - N);
}

/// Tells from the operands' strides which kind of row each is.
template <class F, class S, bool... is_row>
ENGRAM_INLINE void map_row(const F& f, S* y, Index n, Row<is_row, S>... rows) {
  map_rows(f, y, n, rows...);
}
template <class F, class S, class... Rest>
ENGRAM_INLINE void map_row(const F& f, S* y, Index n, const Strided<S>& x, const Rest&... rest) {
  if (x.column_stride)
    map_row(f, y, n, rest..., Row<true, S>{x.data});
  else
    map_row(f, y, n, rest..., Row<false, S>{x.data});
}

/// Whether the rows of an operand, put one behind the other, are a row.
template <class S>
bool is_flat(const Strided<S>& x, Index columns) {
  return x.column_stride == 1 ? x.row_stride == columns : x.row_stride == 0;
}

/// Rows [first, first + rows) of x as one row: x itself, or a copy in `buffer`. The copy is written in whole
/// vectors, which spill over the next row; that one is written later.
template <class S>
ENGRAM_INLINE Strided<S> flat_rows(const Strided<S>& x, Index first, Index rows, Index columns, S* buffer) {
  const S* from = x.data + first * x.row_stride;
  if (is_flat(x, columns)) return {from, 0, x.column_stride};
  if (x.row_stride != 0 || first == 0) {  // a repeated row stays in the buffer
    const hn::ScalableTag<S> d;
    for (Index r = 0; r < rows; ++r, from += x.row_stride)
      hn::StoreU(x.column_stride ? load_first(d, from, columns) : hn::Set(d, *from), d, buffer + r * columns);
  }
  return {buffer, 0, 1};
}

/// Rows shorter than a vector, many at a time.
template <class F, class S, class... Operands>
ENGRAM_INLINE void map_short_rows(const F& f, S* y, Index rows, Index columns, const Operands&... x) {
  constexpr Index size = 512, slack = HWY_MAX_BYTES / sizeof(S);
  HWY_ALIGN S buffers[sizeof...(x)][size + slack];
  const Index most = size / columns;
  for (Index r = 0; r < rows; r += most) {
    const Index some = std::min(most, rows - r);
    [&]<std::size_t... i>(std::index_sequence<i...>) HWY_ATTR {
      map_row(f, y + r * columns, some * columns, flat_rows(x, r, some, columns, buffers[i])...);
    }
    (std::index_sequence_for<Operands...>());
  }
}

template <class F, class S, class... Operands>
ENGRAM_INLINE void map(const F& f, S* y, Index rows, Index columns, Operands... x) {
  if (rows == 0 || columns == 0) return;
  // A matrix of one column is a row, if its values lie together; whole operands and numbers make one long
  // row.
  if (columns == 1 && ((x.row_stride <= 1) && ...)) {
    columns = rows;
    rows = 1;
    ((x.column_stride = x.row_stride), ...);
  } else if ((is_flat(x, columns) && ...)) {
    columns *= rows;
    rows = 1;
  }
#if HWY_TARGET != HWY_SCALAR  // where no row is shorter than a vector
  if (rows > 1 && columns < lanes(hn::ScalableTag<S>())) return map_short_rows(f, y, rows, columns, x...);
#endif
  for (Index r = 0; r < rows; ++r, y += columns) {
    map_row(f, y, columns, x...);
    ((x.data += x.row_stride), ...);
  }
}

ENGRAM_TARGET_END

#endif
