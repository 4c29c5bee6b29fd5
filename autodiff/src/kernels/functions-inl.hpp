/// The elementwise functions of one operand, as functors f(d, vector). Compiled once per target.
#if defined(ENGRAM_FUNCTIONS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_FUNCTIONS_INL_HPP
#undef ENGRAM_FUNCTIONS_INL_HPP
#else
#define ENGRAM_FUNCTIONS_INL_HPP
#endif

#include "kernels/simd-inl.hpp"

#include <hwy/contrib/math/math-inl.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

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

/// p[0] + p[1] x + p[2] x² + ...
template <class D, class V>
HWY_INLINE V polynomial(D d, V, double p0) {
  return constant(d, p0);
}
template <class D, class V, class... P>
HWY_INLINE V polynomial(D d, V x, double p0, P... p) {
  return hn::MulAdd(polynomial(d, x, p...), x, constant(d, p0));
}

/// tanh of a float: near 0 as x + x³ P(x²), elsewhere as 1 - 2 / (exp(2|x|) + 1), which never passes 1. The
/// polynomials are minimax fits. (Above about 1e-6 a function's error shows in trained rules'
/// meta-gradients.)
template <class D, class V>
HWY_INLINE V tanh_of_float(D d, V x) {
  const V u = hn::Mul(x, x);
  const V near = hn::MulAdd(
      hn::Mul(u, polynomial(d, u, -0.333331966, 0.133292431, -0.0535669894, 0.0201116592, -0.00515511439)), x,
      x);

  // exp(2|x|) = 2^(n + r). Adding 1.5 * 2^23 rounds to an integer, and leaves it in the lowest bits. From
  // |x| = 9.1 on the result rounds to 1.
  const V bounded = hn::Min(hn::Abs(x), constant(d, 9.1));
  const V scale = constant(d, 2 * 1.4426950408889634), magic = constant(d, 1.5 * (1 << 23));
  const V shifted = hn::MulAdd(bounded, scale, magic);
  const V r = hn::MulSub(bounded, scale, hn::Sub(shifted, magic));
  const V fraction = polynomial(d, r, 1.000000072, 0.6931469671, 0.2402211972, 0.05550713274, 0.009675541407,
                                0.001327647207);
  const hn::RebindToSigned<D> di;
  const V e = hn::BitCast(d, hn::Add(hn::BitCast(di, fraction), hn::ShiftLeft<23>(hn::BitCast(di, shifted))));
  const V one = constant(d, 1);
  const V far = hn::Sub(one, hn::Div(constant(d, 2), hn::Add(e, one)));
  // A NaN is not beyond the bound, and stays one.
  return hn::CopySign(hn::IfThenElse(hn::Gt(u, constant(d, 0.49)), far, near), x);
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
