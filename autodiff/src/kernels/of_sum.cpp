// Functions of the sum of two operands, with broadcasting: the sum is not stored.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/of_sum.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/arithmetic-inl.hpp"
#include "kernels/functions-inl.hpp"
#include "kernels/map-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

#define ENGRAM_KERNEL(name)                                                                             \
  struct name##_of_sum_function {                                                                       \
    template <class D, class V, class... Rest>                                                          \
    HWY_INLINE V operator()(D d, V a, V b, Rest... rest) const {                                        \
      return name##_function{}(d, hn::Add(a, b), rest...);                                              \
    }                                                                                                   \
  };                                                                                                    \
  void name##_of_sum_float(const float* a, Strided<float> b, float* y, Index rows, Index columns) {     \
    map(name##_of_sum_function{}, y, rows, columns, Strided<float>{a, columns, 1}, b);                  \
  }                                                                                                     \
  void name##_of_sum_double(const double* a, Strided<double> b, double* y, Index rows, Index columns) { \
    map(name##_of_sum_function{}, y, rows, columns, Strided<double>{a, columns, 1}, b);                 \
  }
ENGRAM_OF_SUM_KERNELS(ENGRAM_KERNEL)
#undef ENGRAM_KERNEL

struct tanh_pullback_of_sum_function {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V b, V y) const {
    return tanh_pullback_function{}(d, hn::Add(a, b), y);
  }
};

template <class S>
HWY_INLINE void pullback(const S* a, Strided<S> b, const S* y, S* x_bar, Index rows, Index columns) {
  map(tanh_pullback_of_sum_function{}, x_bar, rows, columns, Strided<S>{a, columns, 1}, b,
      Strided<S>{y, columns, 1});
}
void tanh_pullback_of_sum_float(const float* a, Strided<float> b, const float* y, float* x_bar, Index rows,
                                Index columns) {
  pullback(a, b, y, x_bar, rows, columns);
}
void tanh_pullback_of_sum_double(const double* a, Strided<double> b, const double* y, double* x_bar,
                                 Index rows, Index columns) {
  pullback(a, b, y, x_bar, rows, columns);
}

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

#define ENGRAM_DISPATCH(name)                                                                    \
  HWY_EXPORT(name##_of_sum_float);                                                               \
  HWY_EXPORT(name##_of_sum_double);                                                              \
  template <>                                                                                    \
  void name##_of_sum(const float* a, Strided<float> b, float* y, Index rows, Index columns) {    \
    ENGRAM_DYNAMIC_DISPATCH(name##_of_sum_float)(a, b, y, rows, columns);                        \
  }                                                                                              \
  template <>                                                                                    \
  void name##_of_sum(const double* a, Strided<double> b, double* y, Index rows, Index columns) { \
    ENGRAM_DYNAMIC_DISPATCH(name##_of_sum_double)(a, b, y, rows, columns);                       \
  }
ENGRAM_OF_SUM_KERNELS(ENGRAM_DISPATCH)

HWY_EXPORT(tanh_pullback_of_sum_float);
HWY_EXPORT(tanh_pullback_of_sum_double);
template <>
void tanh_pullback_of_sum(const float* a, Strided<float> b, const float* y, float* x_bar, Index rows,
                          Index columns) {
  ENGRAM_DYNAMIC_DISPATCH(tanh_pullback_of_sum_float)(a, b, y, x_bar, rows, columns);
}
template <>
void tanh_pullback_of_sum(const double* a, Strided<double> b, const double* y, double* x_bar, Index rows,
                          Index columns) {
  ENGRAM_DYNAMIC_DISPATCH(tanh_pullback_of_sum_double)(a, b, y, x_bar, rows, columns);
}

}  // namespace kernels
ENGRAM_AUTODIFF_END
#endif
