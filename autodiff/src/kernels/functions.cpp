// Elementwise functions of one operand.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/functions.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
#include "kernels/simd-inl.hpp"
#include <cmath>
// clang-format on

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

template <class F, class S>
HWY_INLINE void map(const F& f, const S* x, S* y, Index n) {
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  Index i = 0;
  for (; i + 4 * N <= n; i += 4 * N) {  // four at a time hide the latency of the long polynomials
    const auto a = f(d, hn::LoadU(d, x + i)), b = f(d, hn::LoadU(d, x + i + N));
    const auto c = f(d, hn::LoadU(d, x + i + 2 * N)), e = f(d, hn::LoadU(d, x + i + 3 * N));
    hn::StoreU(a, d, y + i);
    hn::StoreU(b, d, y + i + N);
    hn::StoreU(c, d, y + i + 2 * N);
    hn::StoreU(e, d, y + i + 3 * N);
  }
  for (; i + N <= n; i += N) hn::StoreU(f(d, hn::LoadU(d, x + i)), d, y + i);
  if (i < n) store_first(f(d, load_first(d, x + i, n - i)), d, y + i, n - i);
}

template <class D>
constexpr bool is_float = sizeof(hn::TFromD<D>) == 4;

template <class D>
HWY_INLINE hn::Vec<D> constant(D d, double c) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(c));
}

/// Highway's functions are accurate inside their range only; outside it these put the limits right.
template <class D, class V>
HWY_INLINE V exp_of(D d, V x) {
  const V largest = constant(d, is_float<D> ? 88.72283935546875 : 709.782712893384);
  const V y = hn::Exp(d, hn::Min(x, largest));
  return hn::IfThenElse(hn::IsNaN(x), x, hn::IfThenElse(hn::Gt(x, largest), hn::Inf(d), y));
}

template <class D, class V>
HWY_INLINE V expm1_of(D d, V x) {
  const V largest = constant(d, is_float<D> ? 88.72283935546875 : 709.782712893384);
  const V y = hn::Expm1(d, hn::Min(x, largest));
  // x itself where it is tiny, which keeps the sign of zero and denormals.
  const V small = constant(d, is_float<D> ? 1e-9 : 1e-18);
  return hn::IfThenElse(hn::Or(hn::IsNaN(x), hn::Lt(hn::Abs(x), small)), x,
                        hn::IfThenElse(hn::Gt(x, largest), hn::Inf(d), y));
}

/// Where the argument of a logarithm is 0, below, infinite or no number.
template <class D, class V>
HWY_INLINE V log_limits(D d, V argument, V y) {
  const V zero = hn::Zero(d), infinity = hn::Inf(d);
  y = hn::IfThenElse(hn::Eq(argument, zero), hn::Neg(infinity), y);
  y = hn::IfThenElse(hn::Lt(argument, zero), hn::NaN(d), y);
  return hn::IfThenElse(hn::Or(hn::IsNaN(argument), hn::Eq(argument, infinity)), argument, y);
}

template <class D, class V>
HWY_INLINE V log_of(D d, V x) {
  return log_limits(d, x, hn::Log(d, x));
}

template <class D, class V>
HWY_INLINE V log1p_of(D d, V x) {
  const V one = hn::Set(d, hn::TFromD<D>{1});
  // log(1 + x) corrected for the rounding of 1 + x (Kahan).
  const V u = hn::Add(x, one);
  const V rest = hn::Sub(u, one);
  const auto exact = hn::Eq(rest, hn::Zero(d));
  const V y = hn::Mul(hn::Log(d, u), hn::Div(x, hn::IfThenElse(exact, one, rest)));
  return hn::IfThenElse(exact, x, log_limits(d, u, y));
}

/// tanh of a float as x P(x²)/Q(x²), both of degree 4: 1.3e-8 relative before rounding. (A minimax fit; above
/// about 1e-6 a function's error shows in trained rules' meta-gradients.) Below 1 it is x + x D/Q with D = P
/// - Q, where rounding hurts only the small second term.
template <class D, class V>
HWY_INLINE V tanh_of_float(D d, V x) {
  const V bounded = hn::Max(hn::Min(x, hn::Set(d, 8.6f)), hn::Set(d, -8.6f));
  const V u = hn::Mul(bounded, bounded);
  V difference = hn::Set(d, -7.92981402e-07f);
  difference = hn::MulAdd(difference, u, hn::Set(d, -3.1250465176e-04f));
  difference = hn::MulAdd(difference, u, hn::Set(d, -2.2467498277e-02f));
  difference = hn::MulAdd(difference, u, hn::Set(d, -3.333332154e-01f));
  difference = hn::MulAdd(difference, u, hn::Set(d, -1.33e-08f));
  V q = hn::Set(d, 8.0706388e-07f);
  q = hn::MulAdd(q, u, hn::Set(d, 3.336270354e-04f));
  q = hn::MulAdd(q, u, hn::Set(d, 2.599389987e-02f));
  q = hn::MulAdd(q, u, hn::Set(d, 4.674019681e-01f));
  q = hn::MulAdd(q, u, hn::Set(d, 1.0f));
  const auto small = hn::Lt(u, hn::Set(d, 1.0f));
  V p = hn::Set(d, 1.40824779e-08f);
  p = hn::MulAdd(p, u, hn::Set(d, 2.112238364e-05f));
  p = hn::MulAdd(p, u, hn::Set(d, 3.526401593e-03f));
  p = hn::MulAdd(p, u, hn::Set(d, 1.340687527e-01f));
  p = hn::MulAdd(p, u, hn::Set(d, 0.9999999867f));
  const V ratio = hn::Div(hn::Mul(bounded, hn::IfThenElse(small, difference, p)), q);
  const V y = hn::Add(hn::IfThenElseZero(small, bounded), ratio);
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

/// tanh of a double as e / (e + 2) with e = exp(2|x|) - 1.
template <class D, class V>
HWY_INLINE V tanh_of_double(D d, V x) {
  const V a = hn::Min(hn::Abs(x), hn::Set(d, 22.0));
  const V e = hn::Expm1(d, hn::Add(a, a));
  const V y = hn::CopySign(hn::Div(e, hn::Add(e, hn::Set(d, 2.0))), x);
  return hn::IfThenElse(hn::Or(hn::IsNaN(x), hn::Lt(a, hn::Set(d, 1e-9))), x, y);
}

template <class D, class V>
HWY_INLINE V tanh_of(D d, V x) {
  if constexpr (is_float<D>)
    return tanh_of_float(d, x);
  else
    return tanh_of_double(d, x);
}

#define ENGRAM_FUNCTION(name, expression)                                                   \
  struct name##_function {                                                                  \
    template <class D, class V>                                                             \
    HWY_INLINE V operator()(D d, V x) const {                                               \
      (void)d;                                                                              \
      return expression;                                                                    \
    }                                                                                       \
  };                                                                                        \
  void name##_float(const float* x, float* y, Index n) { map(name##_function{}, x, y, n); } \
  void name##_double(const double* x, double* y, Index n) { map(name##_function{}, x, y, n); }

template <class D, class V>
HWY_INLINE V sigmoid_of(D d, V x) {
  const V one = hn::Set(d, hn::TFromD<D>{1});
  const V e = exp_of(d, hn::Neg(hn::Abs(x)));
  const V r = hn::Div(one, hn::Add(one, e));
  return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Mul(e, r), r);
}

template <class D, class V>
HWY_INLINE V softplus_of(D d, V x) {
  const V y = hn::Add(hn::Max(x, hn::Zero(d)), log1p_of(d, exp_of(d, hn::Neg(hn::Abs(x)))));
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

template <class D, class V>
HWY_INLINE V sign_of(D d, V x) {
  const V zero = hn::Zero(d), one = hn::Set(d, hn::TFromD<D>{1});
  const V y = hn::IfThenElse(hn::Gt(x, zero), one, hn::IfThenElse(hn::Lt(x, zero), hn::Neg(one), zero));
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

ENGRAM_FUNCTION(negate, hn::Neg(x))
ENGRAM_FUNCTION(square, hn::Mul(x, x))
ENGRAM_FUNCTION(sqrt, hn::Sqrt(x))
ENGRAM_FUNCTION(exp, exp_of(d, x))
ENGRAM_FUNCTION(log, log_of(d, x))
ENGRAM_FUNCTION(log1p, log1p_of(d, x))
ENGRAM_FUNCTION(expm1, expm1_of(d, x))
ENGRAM_FUNCTION(tanh, tanh_of(d, x))
ENGRAM_FUNCTION(sigmoid, sigmoid_of(d, x))
ENGRAM_FUNCTION(softplus, softplus_of(d, x))
ENGRAM_FUNCTION(relu, hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Zero(d), x))
ENGRAM_FUNCTION(abs, hn::Abs(x))
ENGRAM_FUNCTION(sign, sign_of(d, x))
ENGRAM_FUNCTION(copy, x)

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
ENGRAM_AUTODIFF_BEGIN
namespace kernels {

#define ENGRAM_DISPATCH(name)                      \
  HWY_EXPORT(name##_float);                        \
  HWY_EXPORT(name##_double);                       \
  template <>                                      \
  void name(const float* x, float* y, Index n) {   \
    HWY_DYNAMIC_DISPATCH(name##_float)(x, y, n);   \
  }                                                \
  template <>                                      \
  void name(const double* x, double* y, Index n) { \
    HWY_DYNAMIC_DISPATCH(name##_double)(x, y, n);  \
  }
ENGRAM_DISPATCH(negate)
ENGRAM_DISPATCH(square)
ENGRAM_DISPATCH(sqrt)
ENGRAM_DISPATCH(exp)
ENGRAM_DISPATCH(log)
ENGRAM_DISPATCH(log1p)
ENGRAM_DISPATCH(expm1)
ENGRAM_DISPATCH(tanh)
ENGRAM_DISPATCH(sigmoid)
ENGRAM_DISPATCH(softplus)
ENGRAM_DISPATCH(relu)
ENGRAM_DISPATCH(abs)
ENGRAM_DISPATCH(sign)
ENGRAM_DISPATCH(copy)

// The standard library's, one by one: exact for any argument, and rare in learning loops.
#define ENGRAM_SCALAR(name)                               \
  template <class Scalar>                                 \
  void name(const Scalar* x, Scalar* y, Index n) {        \
    for (Index i = 0; i < n; ++i) y[i] = std::name(x[i]); \
  }                                                       \
  template void name(const float*, float*, Index);        \
  template void name(const double*, double*, Index);
ENGRAM_SCALAR(sin)
ENGRAM_SCALAR(cos)

}  // namespace kernels
ENGRAM_AUTODIFF_END
#endif
