// Elementwise operations on two and three operands, with broadcasting.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/arithmetic.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/arithmetic-inl.hpp"
#include "kernels/map-inl.hpp"
#include <cmath>
// clang-format on

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

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

struct add_scaled_function {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V factor, V b) const {
    return hn::Add(a, hn::Mul(factor, b));
  }
};
void add_scaled_float(const float* a, float factor, const float* b, float* y, Index n) {
  map_rows(add_scaled_function{}, y, n, Row<true, float>{a}, Row<false, float>{&factor}, Row<true, float>{b});
}
void add_scaled_double(const double* a, double factor, const double* b, double* y, Index n) {
  map_rows(add_scaled_function{}, y, n, Row<true, double>{a}, Row<false, double>{&factor},
           Row<true, double>{b});
}

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
#include "kernels/dispatch.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

#define ENGRAM_DISPATCH(name)                                                             \
  HWY_EXPORT(name##_flat_float);                                                          \
  HWY_EXPORT(name##_flat_double);                                                         \
  template <>                                                                             \
  void name(const float* a, const float* b, float* y, Index n) {                          \
    ENGRAM_DYNAMIC_DISPATCH(name##_flat_float)(a, b, y, n);                               \
  }                                                                                       \
  template <>                                                                             \
  void name(const double* a, const double* b, double* y, Index n) {                       \
    ENGRAM_DYNAMIC_DISPATCH(name##_flat_double)(a, b, y, n);                              \
  }                                                                                       \
  HWY_EXPORT(name##_float);                                                               \
  HWY_EXPORT(name##_double);                                                              \
  template <>                                                                             \
  void name(Strided<float> a, Strided<float> b, float* y, Index rows, Index columns) {    \
    ENGRAM_DYNAMIC_DISPATCH(name##_float)(a, b, y, rows, columns);                        \
  }                                                                                       \
  template <>                                                                             \
  void name(Strided<double> a, Strided<double> b, double* y, Index rows, Index columns) { \
    ENGRAM_DYNAMIC_DISPATCH(name##_double)(a, b, y, rows, columns);                       \
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

HWY_EXPORT(add_scaled_float);
HWY_EXPORT(add_scaled_double);
template <>
void add_scaled(const float* a, float factor, const float* b, float* y, Index n) {
  ENGRAM_DYNAMIC_DISPATCH(add_scaled_float)(a, factor, b, y, n);
}
template <>
void add_scaled(const double* a, double factor, const double* b, double* y, Index n) {
  ENGRAM_DYNAMIC_DISPATCH(add_scaled_double)(a, factor, b, y, n);
}

HWY_EXPORT(select_float);
HWY_EXPORT(select_double);
template <>
void select(Strided<float> m, Strided<float> a, Strided<float> b, float* y, Index rows, Index columns) {
  ENGRAM_DYNAMIC_DISPATCH(select_float)(m, a, b, y, rows, columns);
}
template <>
void select(Strided<double> m, Strided<double> a, Strided<double> b, double* y, Index rows, Index columns) {
  ENGRAM_DYNAMIC_DISPATCH(select_double)(m, a, b, y, rows, columns);
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
