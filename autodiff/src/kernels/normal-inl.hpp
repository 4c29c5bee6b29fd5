/// The normal distribution, as functions f(d, vector) of float and double. Compiled once per target.
#if defined(ENGRAM_NORMAL_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_NORMAL_INL_HPP
#undef ENGRAM_NORMAL_INL_HPP
#else
#define ENGRAM_NORMAL_INL_HPP
#endif

#include "kernels/logarithm-inl.hpp"

ENGRAM_TARGET_BEGIN

constexpr double sqrt_2pi = 2.50662827463100050;

/// Mills' ratio, exp(a²/2) Φ(-a) for a >= 0, as f / r: r = a + sqrt(2 / pi), and f is 1 / sqrt(2 pi) at both
/// ends of t = (a - K) / (a + K), between -1 and 1. So f = 1 / sqrt(2 pi) + (1 + t) g(t), with g a fit at
/// Chebyshev's points: relative errors of the whole 9.1e-9 and 7.6e-18. After Shepherd and Laframboise,
/// Mathematics of Computation 36 (1981), who fit erfcx in such a variable.
template <class D, class V = hn::Vec<D>>
struct MillsRatio {
  V f, r;

  ENGRAM_INLINE MillsRatio(D d, V a) {
    // 2 K / (a + K) is 1 - t; an infinite a has t = 1.
    const V rest = hn::Div(constant(d, 2 * 3.5, 2 * 5.3), hn::Add(a, constant(d, 3.5, 5.3)));
    const V t = hn::Sub(constant(d, 1), rest), v = hn::Mul(t, t);
    V g;
    if constexpr (is_float<D>)
      g = polynomial(d, t, v, 0.0581169135, -0.118005684, 0.0933552439, -0.0428488371, 0.00873902476,
                     0.00195328449, -0.00140944243, -8.27419787e-5, 0.000199423011, 5.13014947e-6,
                     -2.23164401e-5);
    else
      g = polynomial(d, t, v, 0.0452119617423370013, -0.107211982611028639, 0.118698317712250458,
                     -0.0969841621743453036, 0.0631465952679251292, -0.0330049361562317575,
                     0.0133754331950606567, -0.00374931341242319449, 0.00040449542560335547,
                     0.000206394003077718691, -0.000107403532899966475, 7.22948807384104481e-6,
                     0.0000108193716964061902, -3.100506587166638e-6, -8.79035448883923146e-7,
                     5.44374902730390375e-7, 6.5179052432534964e-8, -8.52394239108471005e-8,
                     -4.93898560402091673e-9, 1.3050555138735579e-8, 4.58473788686719672e-10,
                     -1.77228328803500521e-9, -3.85874149279590177e-11, 1.49236473859941595e-10);
    f = hn::MulAdd(hn::Sub(constant(d, 2), rest), g, constant(d, 1 / sqrt_2pi));
    r = hn::Add(a, constant(d, 2 / sqrt_2pi));
  }
  ENGRAM_INLINE V ratio() const { return hn::Div(f, r); }
};

/// exp(-a²/2) for a >= 0. The square of a's leading half h is exact; (a - h) (a + h) / 2 is at most 0.03.
template <class D, class V>
ENGRAM_INLINE V gauss_of(D d, V a) {
  a = at_most(constant(d, 16, 40), a);  // 0 from there on
  const hn::RebindToUnsigned<D> du;
  using Bits = hn::TFromD<decltype(du)>;
  const auto leading = hn::Set(du, static_cast<Bits>(~Bits{0} << (is_float<D> ? 12 : 27)));
  const V h = hn::BitCast(d, hn::And(hn::BitCast(du, a), leading)), half = constant(d, 0.5);
  const V s = hn::Mul(half, hn::Mul(hn::Sub(a, h), hn::Add(a, h)));
  const V e = polynomial(d, s, hn::Mul(s, s), 1, -1, 0.5, -1.0 / 6, 1.0 / 24);
  return hn::Mul(exp_of(d, hn::Mul(hn::Neg(half), hn::Mul(h, h))), e);
}

// Long enough to be called: a copy at each place of a loop would gain little, and be a tenth of the library's
// code.

/// Φ(x)
template <class D, class V>
HWY_NOINLINE V normal_cdf_of(D d, V x) {
  const V a = hn::Abs(x);
  const MillsRatio<D> m(d, a);
  const V tail = hn::Mul(m.ratio(), gauss_of(d, a));
  return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(constant(d, 1), tail));
}

/// log Φ(x): below 0 log(f / r) - x²/2, above log1p(-Φ(-x)). One logarithm serves for both.
template <class D, class V>
HWY_NOINLINE V log_normal_cdf_of(D d, V x) {
  const V a = hn::Abs(x), one = constant(d, 1), zero = hn::Zero(d);
  const MillsRatio<D> m(d, a);
  const V ratio = m.ratio(), tail = hn::Mul(ratio, gauss_of(d, a));
  const auto below = hn::Lt(x, zero);
  const V u = hn::IfThenElse(below, ratio, hn::Sub(one, tail));
  const V lost = hn::Div(hn::Sub(hn::Sub(one, u), tail), u);  // by the rounding of 1 - tail
  const V y = hn::Add(log_of_normal(d, u, zero), hn::IfThenZeroElse(below, lost));
  const V above = hn::IfThenElse(hn::Eq(u, one), hn::Neg(tail), y);
  return hn::IfThenElse(below, hn::Sub(y, hn::Mul(hn::Mul(constant(d, 0.5), a), a)), above);
}

/// φ(x) / Φ(x), the derivative of log Φ
template <class D, class V>
HWY_NOINLINE V normal_hazard_of(D d, V x) {
  const V a = hn::Abs(x), e = gauss_of(d, a);
  const MillsRatio<D> m(d, a);
  const V tail = hn::Mul(m.ratio(), e);
  const auto below = hn::Lt(x, hn::Zero(d));
  const V scale = constant(d, sqrt_2pi);
  return hn::Div(hn::IfThenElse(below, m.r, e),
                 hn::Mul(scale, hn::IfThenElse(below, m.f, hn::Sub(constant(d, 1), tail))));
}

ENGRAM_TARGET_END

#endif
