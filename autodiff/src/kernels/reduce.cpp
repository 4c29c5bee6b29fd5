// Sums and maxima over the rows or the columns of a matrix.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/simd-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

struct Sum {
  template <class D>
  HWY_INLINE hn::Vec<D> start(D d) const {
    return hn::Zero(d);
  }
  template <class D, class V>
  HWY_INLINE V add(D, V a, V x) const {
    return hn::Add(a, x);
  }
  template <class S>
  HWY_INLINE S scalar(S a, S x) const {
    return a + x;
  }
};

struct Max {
  template <class D>
  HWY_INLINE hn::Vec<D> start(D d) const {
    return hn::Neg(hn::Inf(d));
  }
  template <class D, class V>
  HWY_INLINE V add(D, V a, V x) const {  // a NaN, once in a, stays: no comparison with it holds
    return hn::IfThenElse(hn::Or(hn::Gt(x, a), hn::IsNaN(x)), x, a);
  }
  template <class S>
  HWY_INLINE S scalar(S a, S x) const {
    return x > a || x != x ? x : a;
  }
};

/// One vector of columns down all rows, on four accumulators, which hide the latency and round less.
template <class R, class Load, class D>
HWY_INLINE hn::Vec<D> down(const R& reduce, D d, Index rows, const Load& load) {
  auto a = reduce.start(d), b = a, c = a, e = a;
  Index r = 0;
  for (; r + 4 <= rows; r += 4) {
    a = reduce.add(d, a, load(r));
    b = reduce.add(d, b, load(r + 1));
    c = reduce.add(d, c, load(r + 2));
    e = reduce.add(d, e, load(r + 3));
  }
  for (; r < rows; ++r) a = reduce.add(d, a, load(r));
  return reduce.add(d, reduce.add(d, a, b), reduce.add(d, c, e));
}

template <class R, class S>
HWY_INLINE void over_rows(const R& reduce, const S* x, S* y, Index rows, Index columns) {
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
HWY_INLINE S along(const R& reduce, const S* x, Index n) {
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  HWY_ALIGN S parts[HWY_MAX_BYTES / sizeof(S)];
  Index i = 0;
  S result;
  if (n >= N) {
    const Index vectors = n / N;
    hn::Store(down(reduce, d, vectors, [&](Index v) HWY_ATTR { return hn::LoadU(d, x + v * N); }), d, parts);
    for (Index half = N / 2; half > 0; half /= 2)  // pairwise, whatever the width
      for (Index k = 0; k < half; ++k) parts[k] = reduce.scalar(parts[k], parts[k + half]);
    result = parts[0];
    i = vectors * N;
  } else {
    result = hn::GetLane(reduce.start(d));
  }
  for (; i < n; ++i) result = reduce.scalar(result, x[i]);
  return result;
}

template <class R, class S>
HWY_INLINE void over_columns(const R& reduce, const S* x, S* y, Index rows, Index columns) {
  for (Index r = 0; r < rows; ++r) y[r] = along(reduce, x + r * columns, columns);
}

#define ENGRAM_REDUCTION(name, call, Reduce, type) \
  void name(const type* x, type* y, Index rows, Index columns) { call(Reduce{}, x, y, rows, columns); }
ENGRAM_REDUCTION(sum_over_rows_float, over_rows, Sum, float)
ENGRAM_REDUCTION(sum_over_rows_double, over_rows, Sum, double)
ENGRAM_REDUCTION(sum_over_columns_float, over_columns, Sum, float)
ENGRAM_REDUCTION(sum_over_columns_double, over_columns, Sum, double)
ENGRAM_REDUCTION(max_over_rows_float, over_rows, Max, float)
ENGRAM_REDUCTION(max_over_rows_double, over_rows, Max, double)
ENGRAM_REDUCTION(max_over_columns_float, over_columns, Max, float)
ENGRAM_REDUCTION(max_over_columns_double, over_columns, Max, double)

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
ENGRAM_AUTODIFF_BEGIN
namespace kernels {

#define ENGRAM_DISPATCH(name)                                        \
  HWY_EXPORT(name##_float);                                          \
  HWY_EXPORT(name##_double);                                         \
  template <>                                                        \
  void name(const float* x, float* y, Index rows, Index columns) {   \
    HWY_DYNAMIC_DISPATCH(name##_float)(x, y, rows, columns);         \
  }                                                                  \
  template <>                                                        \
  void name(const double* x, double* y, Index rows, Index columns) { \
    HWY_DYNAMIC_DISPATCH(name##_double)(x, y, rows, columns);        \
  }
ENGRAM_DISPATCH(sum_over_rows)
ENGRAM_DISPATCH(sum_over_columns)
ENGRAM_DISPATCH(max_over_rows)
ENGRAM_DISPATCH(max_over_columns)

}  // namespace kernels
ENGRAM_AUTODIFF_END
#endif
