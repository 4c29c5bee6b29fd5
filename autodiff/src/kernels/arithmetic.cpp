// Elementwise operations on two and three operands, with broadcasting.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/arithmetic.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/simd-inl.hpp"
#include <cmath>
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
  HWY_INLINE hn::Vec<D> load(D d, Index i, Index n) const {
    return is_row ? load_first(d, p + i, n) : hn::Set(d, *p);
  }
};

template <class F, class S, class... Rows>
HWY_INLINE void map_row(const F& f, S* y, Index n, Rows... rows) {
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  Index i = 0;
  for (; i + N <= n; i += N) hn::StoreU(f(d, rows.load(d, i)...), d, y + i);
  if (i < n) store_first(f(d, rows.load(d, i, n - i)...), d, y + i, n - i);
}

/// What an operand's rows look like once the matrix is seen as few and long rows.
template <class S>
bool is_flat(const Strided<S>& x, Index columns) {
  return x.column_stride == 1 ? x.row_stride == columns : x.row_stride == 0;
}

/// A matrix of one column is a row; whole operands and numbers make one long row.
template <class S, class... Operands>
void flatten(Index& rows, Index& columns, Operands&... x) {
  if (columns == 1) {
    columns = rows;
    rows = 1;
    ((x.column_stride = x.row_stride != 0, x.row_stride = 0), ...);
  }
  if (rows > 1 && (is_flat(x, columns) && ...)) {
    columns *= rows;
    rows = 1;
  }
}

template <bool a_is_row, bool b_is_row, class F, class S>
HWY_INLINE void map_rows(const F& f, Strided<S> a, Strided<S> b, S* y, Index rows, Index columns) {
  for (Index r = 0; r < rows; ++r)
    map_row(f, y + r * columns, columns, Row<a_is_row, S>{a.data + r * a.row_stride},
            Row<b_is_row, S>{b.data + r * b.row_stride});
}

template <class F, class S>
HWY_INLINE void map2(const F& f, Strided<S> a, Strided<S> b, S* y, Index rows, Index columns) {
  flatten<S>(rows, columns, a, b);
  if (a.column_stride && b.column_stride)
    map_rows<true, true>(f, a, b, y, rows, columns);
  else if (a.column_stride)
    map_rows<true, false>(f, a, b, y, rows, columns);
  else if (b.column_stride)
    map_rows<false, true>(f, a, b, y, rows, columns);
  else
    map_rows<false, false>(f, a, b, y, rows, columns);
}

#define ENGRAM_BINARY(name, expression)                                                            \
  struct name##_function {                                                                         \
    template <class D, class V>                                                                    \
    HWY_INLINE V operator()(D d, V a, V b) const {                                                 \
      (void)d;                                                                                     \
      return expression;                                                                           \
    }                                                                                              \
  };                                                                                               \
  void name##_float(Strided<float> a, Strided<float> b, float* y, Index rows, Index columns) {     \
    map2(name##_function{}, a, b, y, rows, columns);                                               \
  }                                                                                                \
  void name##_double(Strided<double> a, Strided<double> b, double* y, Index rows, Index columns) { \
    map2(name##_function{}, a, b, y, rows, columns);                                               \
  }

template <class D, class M>
HWY_INLINE hn::Vec<D> one_where(D d, M mask) {
  return hn::IfThenElseZero(mask, hn::Set(d, hn::TFromD<D>{1}));
}

ENGRAM_BINARY(add, hn::Add(a, b))
ENGRAM_BINARY(subtract, hn::Sub(a, b))
ENGRAM_BINARY(multiply, hn::Mul(a, b))
ENGRAM_BINARY(divide, hn::Div(a, b))
// A comparison with NaN is false, so the second branch keeps a NaN in b; the test keeps one in a.
ENGRAM_BINARY(maximum, hn::IfThenElse(hn::Or(hn::Ge(a, b), hn::IsNaN(a)), a, b))
ENGRAM_BINARY(minimum, hn::IfThenElse(hn::Or(hn::Le(a, b), hn::IsNaN(a)), a, b))
ENGRAM_BINARY(greater, one_where(d, hn::Gt(a, b)))
ENGRAM_BINARY(greater_equal, one_where(d, hn::Ge(a, b)))
ENGRAM_BINARY(equal, one_where(d, hn::Eq(a, b)))

struct SelectFunction {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V mask, V a, V b) const {
    return hn::IfThenElse(hn::Ne(mask, hn::Zero(d)), a, b);
  }
};

template <class S>
HWY_INLINE void select_any(Strided<S> m, Strided<S> a, Strided<S> b, S* y, Index rows, Index columns) {
  flatten<S>(rows, columns, m, a, b);
  const SelectFunction f;
  const auto with = [&](auto mask, auto a_row) {
    if (b.column_stride)
      map_row(f, y, columns, mask, a_row, Row<true, S>{b.data});
    else
      map_row(f, y, columns, mask, a_row, Row<false, S>{b.data});
  };
  const auto with_mask = [&](auto mask) {
    if (a.column_stride)
      with(mask, Row<true, S>{a.data});
    else
      with(mask, Row<false, S>{a.data});
  };
  for (Index r = 0; r < rows; ++r) {
    if (m.column_stride)
      with_mask(Row<true, S>{m.data});
    else
      with_mask(Row<false, S>{m.data});
    y += columns;
    m.data += m.row_stride;
    a.data += a.row_stride;
    b.data += b.row_stride;
  }
}

void select_float(Strided<float> m, Strided<float> a, Strided<float> b, float* y, Index rows, Index columns) {
  select_any(m, a, b, y, rows, columns);
}
void select_double(Strided<double> m, Strided<double> a, Strided<double> b, double* y, Index rows,
                   Index columns) {
  select_any(m, a, b, y, rows, columns);
}

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
ENGRAM_AUTODIFF_BEGIN
namespace kernels {

#define ENGRAM_DISPATCH(name)                                                             \
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
