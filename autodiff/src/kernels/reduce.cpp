// Sums and maxima over the rows or the columns of a matrix.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/transpose-inl.hpp"
#include <algorithm>
// clang-format on

ENGRAM_TARGET_BEGIN

struct Sum {
  template <class D>
  ENGRAM_INLINE hn::Vec<D> start(D d) const {
    return hn::Zero(d);
  }
  template <class V>
  ENGRAM_INLINE V add(V a, V x) const {
    return hn::Add(a, x);
  }
  template <class S>
  ENGRAM_INLINE S add_scalar(S a, S x) const {
    return a + x;
  }
  /// A vector of what is behind the whole vectors among x's n values.
  template <class D, class S>
  ENGRAM_INLINE hn::Vec<D> rest(D d, const S* x, Index n) const {
    const Index some = n % lanes(d);
    return load_first(d, x + n - some, some);
  }
  template <class D>
  ENGRAM_INLINE hn::TFromD<D> of_lanes(D d, hn::Vec<D> v) const {
    return hn::GetLane(hn::SumOfLanes(d, v));
  }
};

struct Max {
  template <class D>
  ENGRAM_INLINE hn::Vec<D> start(D d) const {
    return hn::Neg(hn::Inf(d));
  }
  template <class V>
  ENGRAM_INLINE V add(V a, V x) const {  // a NaN, once in a, stays: no comparison with it holds
    return hn::IfThenElse(hn::Or(hn::Gt(x, a), hn::IsNaN(x)), x, a);
  }
  template <class S>
  ENGRAM_INLINE S add_scalar(S a, S x) const {
    return x > a || x != x ? x : a;
  }
  template <class D, class S>
  ENGRAM_INLINE hn::Vec<D> rest(D d, const S* x, Index n) const {
    if (n >= lanes(d)) return hn::LoadU(d, x + n - lanes(d));  // some of them again
    return hn::IfThenElse(hn::FirstN(d, static_cast<size_t>(n)), load_first(d, x, n), start(d));
  }
  template <class D>
  ENGRAM_INLINE hn::TFromD<D> of_lanes(D d, hn::Vec<D> v) const {
    return hn::GetLane(hn::AllFalse(d, hn::IsNaN(v)) ? hn::MaxOfLanes(d, v) : hn::NaN(d));
  }
};

/// One vector of columns down rows [r, rows), on four accumulators, which hide the latency and round less.
template <class R, class Load, class D>
ENGRAM_INLINE hn::Vec<D> block_down(const R& reduce, D d, Index r, Index rows, const Load& load) {
  auto a = reduce.start(d), b = a, c = a, e = a;
  for (; r + 4 <= rows; r += 4) {
    a = reduce.add(a, load(r));
    b = reduce.add(b, load(r + 1));
    c = reduce.add(c, load(r + 2));
    e = reduce.add(e, load(r + 3));
  }
  for (; r < rows; ++r) a = reduce.add(a, load(r));
  return reduce.add(reduce.add(a, b), reduce.add(c, e));
}

/// Down all rows: by blocks, two of which are added, then two of such pairs, and so on.
template <class R, class Load, class D>
ENGRAM_INLINE hn::Vec<D> down(const R& reduce, D d, Index rows, const Load& load) {
  constexpr Index block = 128;
  if (rows <= block) return block_down(reduce, d, 0, rows, load);
  hn::Vec<D> parts[64];  // of 2^k blocks each, k falling
  int count = 0;
  for (Index r = 0, blocks = 1; r < rows; r += block, ++blocks) {
    parts[count++] = block_down(reduce, d, r, std::min(rows, r + block), load);
    for (Index pairs = blocks; pairs % 2 == 0; pairs /= 2, --count)
      parts[count - 2] = reduce.add(parts[count - 2], parts[count - 1]);
  }
  for (; count > 1; --count) parts[count - 2] = reduce.add(parts[count - 2], parts[count - 1]);
  return parts[0];
}

/// Reduces n values. `load` gives a vector of them, from the i-th on; `rest` those that do not fill one.
template <class R, class D, class Load, class Rest>
ENGRAM_INLINE hn::TFromD<D> along(const R& reduce, D d, Index n, const Load& load, const Rest& rest) {
  const Index N = lanes(d), vectors = n / N;
  auto all = down(reduce, d, vectors, [&](Index v) HWY_ATTR { return load(v * N); });
  if (vectors * N < n) all = reduce.add(all, rest());
  return reduce.of_lanes(d, all);
}

/// Reduces n values that lie together.
template <class R, class S>
ENGRAM_INLINE S along(const R& reduce, const S* x, Index n) {
  const hn::ScalableTag<S> d;
  return along(
      reduce, d, n, [&](Index i) HWY_ATTR { return hn::LoadU(d, x + i); },
      [&]() HWY_ATTR { return reduce.rest(d, x, n); });
}

template <class R, class S>
ENGRAM_INLINE void over_rows(const R& reduce, const S* x, S* y, Index rows, Index columns) {
  if (columns == 1) {
    *y = along(reduce, x, rows);
    return;
  }
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  Index c = 0;
  for (; c + N <= columns; c += N)
    hn::StoreU(down(reduce, d, rows, [&](Index r) HWY_ATTR { return hn::LoadU(d, x + r * columns + c); }), d,
               y + c);
  const Index rest = columns - c;
  if (rest > 0)
    store_first(
        down(reduce, d, rows, [&](Index r) HWY_ATTR { return load_first(d, x + r * columns + c, rest); }), d,
        y + c, rest);
}

template <class R, class S>
ENGRAM_INLINE void over_columns(const R& reduce, const S* x, S* y, Index rows, Index columns) {
  const hn::ScalableTag<S> d;
  constexpr Index N = static_cast<Index>(hn::MaxLanes(d));
  if (columns > N || columns == 0) {
    for (Index r = 0; r < rows; ++r) y[r] = along(reduce, x + r * columns, columns);
  } else if (columns < tile_columns<S>) {
    for (Index r = 0; r < rows; ++r, x += columns) {
      y[r] = *x;
      for (Index c = 1; c < columns; ++c) y[r] = reduce.add_scalar(y[r], x[c]);
    }
  } else {  // as many short rows at a time as a vector has values
    HWY_ALIGN S columns_of_x[N * N] = {};
    for (Index r = 0; r < rows; r += N) {
      const Index some = std::min(N, rows - r);
      transpose_block(x + r * columns, columns, columns_of_x, N, some, columns);
      const auto all =
          down(reduce, d, columns, [&](Index c) HWY_ATTR { return hn::Load(d, columns_of_x + c * N); });
      some == N ? hn::StoreU(all, d, y + r) : store_first(all, d, y + r, some);
    }
  }
}

template <class Product, class S>
ENGRAM_INLINE S along_products(const Product& product, const S* a, const S* b, Index n) {
  const hn::ScalableTag<S> d;
  const Sum sum;
  return along(
      sum, d, n, [&](Index i) HWY_ATTR { return product(d, hn::LoadU(d, a + i), hn::LoadU(d, b + i)); },
      [&]() HWY_ATTR { return product(d, sum.rest(d, a, n), sum.rest(d, b, n)); });
}
template <class S>
S sum_of_products(const S* a, const S* b, Index n) {
  return along_products([](auto, auto x, auto y) HWY_ATTR { return hn::Mul(x, y); }, a, b, n);
}
template <class S>
S sum_of_pulls(const S* a, const S* b, Index n) {
  return along_products([](auto d, auto x, auto y) HWY_ATTR { return unless_zero(d, x, hn::Mul(x, y)); }, a,
                        b, n);
}

/// If all n values, which lie `stride` apart, are equal, sets their mean to that number, without rounding
/// errors.
template <class S>
ENGRAM_INLINE void correct_mean(S& mean, const S* x, Index n, Index stride) {
  if (mean == *x || x[(n - 1) * stride] != *x) return;
  for (Index i = 1; i < n; ++i)
    if (x[i * stride] != *x) return;
  mean = *x;
}

template <class S>
void mean_over_rows(const S* x, S* y, Index rows, Index columns) {
  over_rows(Sum{}, x, y, rows, columns);
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  const auto count = hn::Set(d, static_cast<S>(rows));
  const S* const last = x + (rows - 1) * columns;
  for (Index c = 0; c < columns; c += N) {
    const Index some = std::min(N, columns - c);
    const auto load = [&](const S* p)
                          HWY_ATTR { return some == N ? hn::LoadU(d, p) : load_first(d, p, some); };
    const auto mean = hn::Div(load(y + c), count), first = load(x + c);
    some == N ? hn::StoreU(mean, d, y + c) : store_first(mean, d, y + c, some);
    if (!hn::AllFalse(d, hn::And(hn::Eq(first, load(last + c)), hn::Ne(mean, first))))
      for (Index i = c; i < c + some; ++i) correct_mean(y[i], x + i, rows, columns);
  }
}

template <class S>
void mean_over_columns(const S* x, S* y, Index rows, Index columns) {
  over_columns(Sum{}, x, y, rows, columns);
  for (Index r = 0; r < rows; ++r) {
    y[r] /= static_cast<S>(columns);
    correct_mean(y[r], x + r * columns, columns, 1);
  }
}

#define ENGRAM_REDUCTIONS(X)             \
  X(sum_over_rows, over_rows, Sum)       \
  X(sum_over_columns, over_columns, Sum) \
  X(max_over_rows, over_rows, Max)       \
  X(max_over_columns, over_columns, Max)
#define ENGRAM_KERNEL(name, over, Reduce)                  \
  template <class S>                                       \
  void name(const S* x, S* y, Index rows, Index columns) { \
    over(Reduce{}, x, y, rows, columns);                   \
  }
ENGRAM_REDUCTIONS(ENGRAM_KERNEL)
#undef ENGRAM_KERNEL

ENGRAM_TARGET_END

#if HWY_ONCE
#include "kernels/export.hpp"

#define ENGRAM_EXPORT_REDUCTION(name, over, Reduce) \
  ENGRAM_EXPORT(void, name, (const S* x, S* y, Index rows, Index columns), (x, y, rows, columns))
ENGRAM_REDUCTIONS(ENGRAM_EXPORT_REDUCTION)
ENGRAM_EXPORT_REDUCTION(mean_over_rows, , )
ENGRAM_EXPORT_REDUCTION(mean_over_columns, , )
ENGRAM_EXPORT(S, sum_of_products, (const S* a, const S* b, Index n), (a, b, n))
ENGRAM_EXPORT(S, sum_of_pulls, (const S* a, const S* b, Index n), (a, b, n))
#endif
