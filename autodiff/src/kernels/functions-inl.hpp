/// The elementwise functions of one operand, as functors f(d, vector). Compiled once per target.
#if defined(ENGRAM_FUNCTIONS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_FUNCTIONS_INL_HPP
#undef ENGRAM_FUNCTIONS_INL_HPP
#else
#define ENGRAM_FUNCTIONS_INL_HPP
#endif

#include "kernels/exponential-inl.hpp"

#include <hwy/contrib/math/math-inl.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

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

/// log(1 + e) for 0 <= e <= 1 as 2 atanh(z), z = e / (2 + e) <= 1/3: z (2 + z² k(z²)), k minimax fits for the
/// relative error of the whole, 7.6e-9 and 2.5e-18.
template <class D, class V>
HWY_INLINE V log1p_of_unit(D d, V e) {
  const V z = hn::Div(e, hn::Add(e, constant(d, 2))), v = hn::Mul(z, z), v2 = hn::Mul(v, v);
  V k;
  if constexpr (is_float<D>)
    k = polynomial(d, v, v2, 0.666664455, 0.400217186, 0.279803831, 0.28174093);
  else
    k = polynomial(d, v, v2, 0.666666666666664965, 0.400000000001027015, 0.285714285530835055,
                   0.222222237310575735, 0.18181749782124189, 0.153864808725295828, 0.133015048163376909,
                   0.121052791011509799, 0.0833100987798794622, 0.170554033031310527);
  return hn::MulAdd(hn::Mul(z, v), k, hn::Add(z, z));
}

template <class D, class V>
HWY_INLINE V softplus_of(D d, V x) {
  return hn::Add(at_least(hn::Zero(d), x), log1p_of_unit(d, exp_of(d, hn::Neg(hn::Abs(x)))));
}

template <class D, class V>
HWY_INLINE V sign_of(D d, V x) {
  const V zero = hn::Zero(d), one = hn::Set(d, hn::TFromD<D>{1});
  const V y = hn::IfThenElse(hn::Gt(x, zero), one, hn::IfThenElse(hn::Lt(x, zero), hn::Neg(one), zero));
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

template <class D, class V>
HWY_INLINE V sin_of(D d, V x) {  // Highway's loses the sign of zero
  return hn::IfThenElse(hn::Eq(x, hn::Zero(d)), x, hn::Sin(d, x));
}

template <class D, class V>
HWY_INLINE V cos_of(D d, V x) {  // Highway's of a double 0 is not 1
  const V tiny = constant(d, is_float<D> ? 1e-4 : 1e-8);
  return hn::IfThenElse(hn::Lt(hn::Abs(x), tiny), constant(d, 1), hn::Cos(d, x));
}

/// y where |x| <= 1e4; elsewhere the standard library's, whose reduction of the argument is exact.
template <class D, class V, class Standard>
HWY_INLINE V trigonometric(D d, V x, V y, const Standard& standard) {
  using S = hn::TFromD<D>;
  constexpr S largest = 1e4;
  if (hn::AllTrue(d, hn::Le(hn::Abs(x), hn::Set(d, largest)))) return y;
  HWY_ALIGN S from[HWY_MAX_BYTES / sizeof(S)], to[HWY_MAX_BYTES / sizeof(S)];
  hn::Store(x, d, from);
  hn::Store(y, d, to);
  for (Index i = 0; i < lanes(d); ++i)
    if (!(std::abs(from[i]) <= largest)) to[i] = standard(from[i]);
  return hn::Load(d, to);
}

// Of each function NAME the functor NAME_function.
#define ENGRAM_FUNCTION(name, expression)     \
  struct name##_function {                    \
    template <class D, class V>               \
    HWY_INLINE V operator()(D d, V x) const { \
      (void)d;                                \
      return expression;                      \
    }                                         \
  };
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
ENGRAM_FUNCTION(sin, trigonometric(d, x, sin_of(d, x), [](auto v) { return std::sin(v); }))
ENGRAM_FUNCTION(cos, trigonometric(d, x, cos_of(d, x), [](auto v) { return std::cos(v); }))
ENGRAM_FUNCTION(copy, x)
#undef ENGRAM_FUNCTION

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#endif
