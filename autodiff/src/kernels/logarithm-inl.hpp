/// log and what is made of it, as functions f(d, vector) of float and double. Compiled once per target.
#if defined(ENGRAM_LOGARITHM_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_LOGARITHM_INL_HPP
#undef ENGRAM_LOGARITHM_INL_HPP
#else
#define ENGRAM_LOGARITHM_INL_HPP
#endif

#include "kernels/exponential-inl.hpp"

#include <limits>

ENGRAM_TARGET_BEGIN

/// Where the argument of a logarithm is 0, below, infinite or no number.
template <class D, class V>
ENGRAM_INLINE V log_limits(D d, V argument, V y) {
  const V zero = hn::Zero(d), infinity = hn::Inf(d);
  y = hn::IfThenElse(hn::Eq(argument, zero), hn::Neg(infinity), y);
  y = hn::IfThenElse(hn::Lt(argument, zero), hn::NaN(d), y);
  return hn::IfThenElse(hn::Or(hn::IsNaN(argument), hn::Eq(argument, infinity)), argument, y);
}

/// log(x 2^shift) of normal positive numbers. x = 2^n m with m between sqrt(1/2) and sqrt(2), f = m - 1 is
/// exact, and log(m) = 2 atanh(z) with z = f / (2 + f), which is f - z (f - z² k(z²)): minimax fits of k for
/// the relative error of the whole, 1.4e-9 and 2.3e-18.
template <class D, class V>
ENGRAM_INLINE V log_of_normal(D d, V x, V shift) {
  const hn::RebindToUnsigned<D> du;
  const auto integer = [&](double bits_of) HWY_ATTR { return hn::BitCast(du, constant(d, bits_of)); };
  const auto sqrt_half = integer(0.70710678118654752), one = integer(1);
  // Moved by the difference to 1, the exponent's bits are n, and the others those of m less those of
  // sqrt(1/2).
  const auto bits = hn::Add(hn::BitCast(du, x), hn::Sub(one, sqrt_half));
  constexpr int mantissa = is_float<D> ? 23 : 52;
  const V large = constant(d, 0x1p23, 0x1p52);  // with n + bias in its lowest bits it is larger by that
  const V biased = hn::BitCast(d, hn::Or(hn::ShiftRight<mantissa>(bits), hn::BitCast(du, large)));
  const V n = hn::Add(hn::Sub(biased, constant(d, 0x1p23 + 127, 0x1p52 + 1023)), shift);
  const auto low = hn::AndNot(hn::BitCast(du, hn::Inf(d)), bits);
  const V f = hn::Sub(hn::BitCast(d, hn::Add(low, sqrt_half)), constant(d, 1));

  const V z = hn::Div(f, hn::Add(f, constant(d, 2))), v = hn::Mul(z, z), v2 = hn::Mul(v, v);
  V k;
  if constexpr (is_float<D>)
    k = polynomial(d, v, v2, 0.666667783, 0.399760816, 0.299254995);
  else
    k = polynomial(d, v, v2, 0.666666666666670948, 0.399999999995202198, 0.285714287291934723,
                   0.222221991004694224, 0.181835710371599093, 0.153131773544351925, 0.14810389826264032);
  const V w = hn::MulSub(z, hn::NegMulAdd(v, k, f), hn::Mul(n, constant(d, ln2_low<D>)));
  return hn::MulAdd(n, constant(d, ln2_high<D>), hn::Sub(f, w));
}

template <class D, class V>
ENGRAM_INLINE V log_of(D d, V x) {
  using Limits = std::numeric_limits<hn::TFromD<D>>;
  const auto tiny = hn::Lt(x, hn::Set(d, Limits::min()));
  const auto strange = hn::Or(tiny, hn::Not(hn::Le(x, hn::Set(d, Limits::max()))));
  if (hn::AllFalse(d, strange)) return log_of_normal(d, x, hn::Zero(d));
  const V scaled = hn::IfThenElse(tiny, hn::Mul(x, constant(d, 0x1p23, 0x1p52)), x);
  return log_limits(d, x, log_of_normal(d, scaled, hn::IfThenElseZero(tiny, constant(d, -23, -52))));
}

template <class D, class V>
ENGRAM_INLINE V log1p_of(D d, V x) {
  const V one = constant(d, 1), u = hn::Add(x, one);
  // What the rounding of 1 + x lost, over u, is the first term of the correction.
  const V lost = hn::IfThenElse(hn::Gt(x, one), hn::Sub(one, hn::Sub(u, x)), hn::Sub(x, hn::Sub(u, one)));
  const V y = hn::Add(log_of_normal(d, u, hn::Zero(d)), hn::Div(lost, u));
  return hn::IfThenElse(hn::Eq(u, one), x, log_limits(d, u, y));
}

/// log(1 + e) for 0 <= e <= 1 as 2 atanh(z), z = e / (2 + e) <= 1/3: z (2 + z² k(z²)), k minimax fits for the
/// relative error of the whole, 7.6e-9 and 2.5e-18.
template <class D, class V>
ENGRAM_INLINE V log1p_of_unit(D d, V e) {
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
ENGRAM_INLINE V softplus_of(D d, V x) {
  return hn::Add(at_least(hn::Zero(d), x), log1p_of_unit(d, exp_of(d, hn::Neg(hn::Abs(x)))));
}

/// log(exp(a) + exp(b)), also of equal infinities. Called, as is the next one: with broadcasting, a loop over
/// two operands has a dozen places.
template <class D, class V>
HWY_NOINLINE V logaddexp_of(D d, V a, V b) {
  const V y = hn::Add(hn::Max(a, b), log1p_of_unit(d, exp_of(d, hn::Neg(hn::Abs(hn::Sub(a, b))))));
  return hn::IfThenElse(hn::Eq(a, b), hn::Add(a, constant(d, 0.693147180559945309)), y);
}

/// exp(a) / (exp(a) + exp(b)). Where that is small, its relative error is the absolute one of b - a, so what
/// the difference loses is put back.
template <class D, class V>
HWY_NOINLINE V logaddexp_slope_of(D d, V a, V b) {
  const V one = constant(d, 1), difference = hn::Sub(b, a), part = hn::Sub(difference, b);
  const V lost = hn::Sub(hn::Sub(b, hn::Sub(difference, part)), hn::Add(a, part));
  const V e = exp_of(d, hn::Neg(hn::Abs(difference)));
  const V small = hn::Mul(e, hn::Sub(one, hn::IfThenElseZero(hn::IsFinite(difference), lost)));
  const V y = hn::Div(hn::IfThenElse(hn::Gt(difference, hn::Zero(d)), small, one), hn::Add(one, e));
  return hn::IfThenElse(hn::Eq(a, b), constant(d, 0.5), y);
}

ENGRAM_TARGET_END

#endif
