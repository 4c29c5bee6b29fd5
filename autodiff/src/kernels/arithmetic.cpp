// Elementwise operations on two and three operands, with broadcasting.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/arithmetic.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/arithmetic-inl.hpp"
#include <algorithm>
#include <cmath>
#include <utility>
// clang-format on

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

/// A row of one operand: values that lie together, or one value for all.
template <bool is_row, class S>
struct Row {
  const S* p;
  template <class D>
  HWY_INLINE hn::Vec<D> load(D d, Index i) const {
    return is_row ? hn::LoadU(d, p + i) : hn::Set(d, *p);
  }
  template <class D>
  HWY_INLINE hn::Vec<D> load_some(D d, Index n) const {
    return is_row ? load_first(d, p, n) : hn::Set(d, *p);
  }
};

/// y[i] = f(rows[i]...). The last two vectors overlap, because masked stores hold up the loads behind them;
/// the last is loaded before anything is stored, because y may be one of the rows.
template <class F, class S, bool... is_row>
HWY_INLINE void map_rows(const F& f, S* y, Index n, Row<is_row, S>... rows) {
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
HWY_INLINE void map_row(const F& f, S* y, Index n, Row<is_row, S>... rows) {
  map_rows(f, y, n, rows...);
}
template <class F, class S, class... Rest>
HWY_INLINE void map_row(const F& f, S* y, Index n, const Strided<S>& x, const Rest&... rest) {
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

/// Rows [first, first + rows) of x as one row: x itself, or a copy in `buffer`, of whole vectors that spill
/// over the next row, which is written after them.
template <class S>
HWY_INLINE Strided<S> flat_rows(const Strided<S>& x, Index first, Index rows, Index columns, S* buffer) {
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
HWY_INLINE void map_short_rows(const F& f, S* y, Index rows, Index columns, const Operands&... x) {
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
HWY_INLINE void map(const F& f, S* y, Index rows, Index columns, Operands... x) {
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
  if (rows > 1 && columns < lanes(hn::ScalableTag<S>())) return map_short_rows(f, y, rows, columns, x...);
  for (Index r = 0; r < rows; ++r, y += columns) {
    map_row(f, y, columns, x...);
    ((x.data += x.row_stride), ...);
  }
}

#define ENGRAM_KERNEL(name)                                                                        \
  void name##_flat_float(const float* a, const float* b, float* y, Index n) {                      \
    map_rows(name##_function{}, y, n, Row<true, float>{a}, Row<true, float>{b});                   \
  }                                                                                                \
  void name##_flat_double(const double* a, const double* b, double* y, Index n) {                  \
    map_rows(name##_function{}, y, n, Row<true, double>{a}, Row<true, double>{b});                 \
  }                                                                                                \
  void name##_float(Strided<float> a, Strided<float> b, float* y, Index rows, Index columns) {     \
    map(name##_function{}, y, rows, columns, a, b);                                                \
  }                                                                                                \
  void name##_double(Strided<double> a, Strided<double> b, double* y, Index rows, Index columns) { \
    map(name##_function{}, y, rows, columns, a, b);                                                \
  }
ENGRAM_KERNEL(add)
ENGRAM_KERNEL(subtract)
ENGRAM_KERNEL(multiply)
ENGRAM_KERNEL(divide)
ENGRAM_KERNEL(maximum)
ENGRAM_KERNEL(minimum)
ENGRAM_KERNEL(greater)
ENGRAM_KERNEL(greater_equal)
ENGRAM_KERNEL(equal)
ENGRAM_KERNEL(tanh_pullback)

void select_float(Strided<float> m, Strided<float> a, Strided<float> b, float* y, Index rows, Index columns) {
  map(select_function{}, y, rows, columns, m, a, b);
}
void select_double(Strided<double> m, Strided<double> a, Strided<double> b, double* y, Index rows,
                   Index columns) {
  map(select_function{}, y, rows, columns, m, a, b);
}

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
ENGRAM_AUTODIFF_BEGIN
namespace kernels {

#define ENGRAM_DISPATCH(name)                                                             \
  HWY_EXPORT(name##_flat_float);                                                          \
  HWY_EXPORT(name##_flat_double);                                                         \
  template <>                                                                             \
  void name(const float* a, const float* b, float* y, Index n) {                          \
    HWY_DYNAMIC_DISPATCH(name##_flat_float)(a, b, y, n);                                  \
  }                                                                                       \
  template <>                                                                             \
  void name(const double* a, const double* b, double* y, Index n) {                       \
    HWY_DYNAMIC_DISPATCH(name##_flat_double)(a, b, y, n);                                 \
  }                                                                                       \
  HWY_EXPORT(name##_float);                                                               \
  HWY_EXPORT(name##_double);                                                              \
  template <>                                                                             \
  void name(Strided<float> a, Strided<float> b, float* y, Index rows, Index columns) {    \
    HWY_DYNAMIC_DISPATCH(name##_float)(a, b, y, rows, columns);                           \
  }                                                                                       \
  template <>                                                                             \
  void name(Strided<double> a, Strided<double> b, double* y, Index rows, Index columns) { \
    HWY_DYNAMIC_DISPATCH(name##_double)(a, b, y, rows, columns);                          \
  }
ENGRAM_DISPATCH(add)
ENGRAM_DISPATCH(subtract)
ENGRAM_DISPATCH(multiply)
ENGRAM_DISPATCH(divide)
ENGRAM_DISPATCH(maximum)
ENGRAM_DISPATCH(minimum)
ENGRAM_DISPATCH(greater)
ENGRAM_DISPATCH(greater_equal)
ENGRAM_DISPATCH(equal)
ENGRAM_DISPATCH(tanh_pullback)

HWY_EXPORT(select_float);
HWY_EXPORT(select_double);
template <>
void select(Strided<float> m, Strided<float> a, Strided<float> b, float* y, Index rows, Index columns) {
  HWY_DYNAMIC_DISPATCH(select_float)(m, a, b, y, rows, columns);
}
template <>
void select(Strided<double> m, Strided<double> a, Strided<double> b, double* y, Index rows, Index columns) {
  HWY_DYNAMIC_DISPATCH(select_double)(m, a, b, y, rows, columns);
}

template <class Scalar>
void power(const Scalar* a, const Scalar* b, Scalar* y, Index n) {
  for (Index i = 0; i < n; ++i) y[i] = std::pow(a[i], b[i]);
}
template void power(const float*, const float*, float*, Index);
template void power(const double*, const double*, double*, Index);

template <class Scalar>
void power(Strided<Scalar> a, Strided<Scalar> b, Scalar* y, Index rows, Index columns) {
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < columns; ++c)
      *y++ = std::pow(a.data[r * a.row_stride + c * a.column_stride],
                      b.data[r * b.row_stride + c * b.column_stride]);
}
template void power(Strided<float>, Strided<float>, float*, Index, Index);
template void power(Strided<double>, Strided<double>, double*, Index, Index);

}  // namespace kernels
ENGRAM_AUTODIFF_END
#endif
