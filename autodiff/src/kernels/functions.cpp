// Elementwise functions of one operand.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/functions.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/functions-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

/// y[i] = f(x[i]). The last two vectors overlap, because masked stores hold up the loads behind them; the
/// last is loaded before anything is stored, because y may be x.
template <class F, class S>
HWY_INLINE void map(const F& f, const S* x, S* y, Index n) {
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

#define ENGRAM_KERNEL(name)                                                                 \
  void name##_float(const float* x, float* y, Index n) { map(name##_function{}, x, y, n); } \
  void name##_double(const double* x, double* y, Index n) { map(name##_function{}, x, y, n); }
ENGRAM_UNARY_KERNELS(ENGRAM_KERNEL)

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

#define ENGRAM_DISPATCH(name)                        \
  HWY_EXPORT(name##_float);                          \
  HWY_EXPORT(name##_double);                         \
  template <>                                        \
  void name(const float* x, float* y, Index n) {     \
    ENGRAM_DYNAMIC_DISPATCH(name##_float)(x, y, n);  \
  }                                                  \
  template <>                                        \
  void name(const double* x, double* y, Index n) {   \
    ENGRAM_DYNAMIC_DISPATCH(name##_double)(x, y, n); \
  }
ENGRAM_UNARY_KERNELS(ENGRAM_DISPATCH)

}  // namespace kernels
ENGRAM_AUTODIFF_END
#endif
