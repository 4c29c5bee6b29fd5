/// Functions of a vector that take several operations of it. Compiled once per target.
#if defined(ENGRAM_FUNCTIONS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_FUNCTIONS_INL_HPP
#undef ENGRAM_FUNCTIONS_INL_HPP
#else
#define ENGRAM_FUNCTIONS_INL_HPP
#endif

#include "kernels/logarithm-inl.hpp"

#include <hwy/contrib/math/math-inl.h>

#include <cmath>

ENGRAM_TARGET_BEGIN

template <class D, class V>
ENGRAM_INLINE V sign_of(D d, V x) {
  const V zero = hn::Zero(d), one = hn::Set(d, hn::TFromD<D>{1});
  const V y = hn::IfThenElse(hn::Gt(x, zero), one, hn::IfThenElse(hn::Lt(x, zero), hn::Neg(one), zero));
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

template <class D, class V>
ENGRAM_INLINE V sin_of(D d, V x) {  // Highway's loses the sign of zero
  return hn::IfThenElse(hn::Eq(x, hn::Zero(d)), x, hn::Sin(d, x));
}

template <class D, class V>
ENGRAM_INLINE V cos_of(D d, V x) {  // Highway's of a double 0 is not 1
  const V tiny = constant(d, is_float<D> ? 1e-4 : 1e-8);
  return hn::IfThenElse(hn::Lt(hn::Abs(x), tiny), constant(d, 1), hn::Cos(d, x));
}

/// y where |x| <= 1e4; elsewhere the standard library's, whose reduction of the argument is exact.
template <class D, class V, class Standard>
ENGRAM_INLINE V trigonometric(D d, V x, V y, const Standard& standard) {
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

ENGRAM_TARGET_END

#endif
