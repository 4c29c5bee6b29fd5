/// exp and what is made of it, as functions f(d, vector) of float and double. Compiled once per target.
#if defined(ENGRAM_EXPONENTIAL_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_EXPONENTIAL_INL_HPP
#undef ENGRAM_EXPONENTIAL_INL_HPP
#else
#define ENGRAM_EXPONENTIAL_INL_HPP
#endif

#include "kernels/simd-inl.hpp"

ENGRAM_TARGET_BEGIN

template <class D>
constexpr bool is_float = sizeof(hn::TFromD<D>) == 4;

template <class D>
ENGRAM_INLINE hn::Vec<D> constant(D d, double c) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(c));
}
template <class D>
ENGRAM_INLINE hn::Vec<D> constant(D d, double for_float, double for_double) {
  return constant(d, is_float<D> ? for_float : for_double);
}

/// p[0] + p[1] x + p[2] x² + ..., in pairs, which halves the latency of Horner's scheme.
template <class D, class V>
ENGRAM_INLINE V polynomial(D d, V, V, double p0) {
  return constant(d, p0);
}
template <class D, class V>
ENGRAM_INLINE V polynomial(D d, V x, V, double p0, double p1) {
  return hn::MulAdd(constant(d, p1), x, constant(d, p0));
}
template <class D, class V, class... P>
ENGRAM_INLINE V polynomial(D d, V x, V x_squared, double p0, double p1, P... p) {
  return hn::MulAdd(polynomial(d, x, x_squared, p...), x_squared, polynomial(d, x, x_squared, p0, p1));
}

/// x = n ln 2 + r with a whole n and |r| <= ln 2 / 2. The addition of a large number rounds to n, and leaves
/// n and the exponent's bias in the lowest bits.
template <class D, class V = hn::Vec<D>>
struct Exponent {
  D d;
  V shifted;

  /// n = round(a factor), which is x / ln 2.
  ENGRAM_INLINE Exponent(D tag, V a, double factor)
      : d(tag), shifted(hn::MulAdd(a, constant(d, factor), shift())) {}

  ENGRAM_INLINE V n() const { return hn::Sub(shifted, shift()); }
  /// 2^(n - 1), a normal number for all n up to 128 or 1024.
  ENGRAM_INLINE V half_power() const {
    constexpr int mantissa = is_float<D> ? 23 : 52;
    return hn::BitCast(d, hn::ShiftLeft<mantissa>(hn::BitCast(hn::RebindToSigned<D>(), shifted)));
  }

 private:
  ENGRAM_INLINE V shift() const { return constant(d, 0x1.8p23 + 126, 0x1.8p52 + 1022); }
};

constexpr double log2_e = 1.4426950408889634;

/// ln 2 in two parts, the first of which has so few bits that its multiples by n are exact without a fused
/// multiply-add too.
template <class D>
constexpr double ln2_high = is_float<D> ? 0.693359375 : 0.693145751953125;
template <class D>
constexpr double ln2_low = is_float<D> ? -2.12194440e-4 : 1.42860682030941723212e-6;

/// r of x.
template <class D, class V>
ENGRAM_INLINE V remainder(D d, V x, V n) {
  return hn::NegMulAdd(n, constant(d, ln2_low<D>), hn::NegMulAdd(n, constant(d, ln2_high<D>), x));
}

/// exp(r) - 1 for |r| <= ln 2 / 2, as r + r² k(r): minimax fits of k (Remez' exchange), weighted for the
/// relative error of the whole, which is 1.3e-8 and 3.6e-17.
template <class D, class V>
ENGRAM_INLINE V expm1_of_remainder(D d, V r) {
  const V r2 = hn::Mul(r, r);
  if constexpr (is_float<D>)
    return hn::MulAdd(
        polynomial(d, r, r2, 0.499999981, 0.166665434, 0.0416672007, 0.00836654709, 0.00138825202), r2, r);
  else
    return hn::MulAdd(polynomial(d, r, r2, 0.500000000000001027, 0.166666666666666746, 0.0416666666665215269,
                                 0.00833333333332217163, 0.00138888889479625428, 0.000198412698866999262,
                                 0.0000248014871658387093, 2.75572422135106909e-6, 2.76327161100978728e-7,
                                 2.51100963040334889e-8),
                      r2, r);
}

// min(x, most) and max(x, least) that keep a NaN. The instructions of x86 do so if the number comes first,
// and WebAssembly has some that become these; those of other targets do not.
#if HWY_TARGET == HWY_WASM
ENGRAM_INLINE hn::Vec128<float> at_most(hn::Vec128<float> most, hn::Vec128<float> x) {
  return hn::Vec128<float>{wasm_f32x4_pmin(x.raw, most.raw)};
}
ENGRAM_INLINE hn::Vec128<double> at_most(hn::Vec128<double> most, hn::Vec128<double> x) {
  return hn::Vec128<double>{wasm_f64x2_pmin(x.raw, most.raw)};
}
ENGRAM_INLINE hn::Vec128<float> at_least(hn::Vec128<float> least, hn::Vec128<float> x) {
  return hn::Vec128<float>{wasm_f32x4_pmax(x.raw, least.raw)};
}
ENGRAM_INLINE hn::Vec128<double> at_least(hn::Vec128<double> least, hn::Vec128<double> x) {
  return hn::Vec128<double>{wasm_f64x2_pmax(x.raw, least.raw)};
}
#elif HWY_ARCH_X86 && HWY_TARGET <= HWY_SSE4
template <class V>
ENGRAM_INLINE V at_most(V most, V x) {
  return hn::Min(most, x);
}
template <class V>
ENGRAM_INLINE V at_least(V least, V x) {
  return hn::Max(least, x);
}
#else
template <class V>
ENGRAM_INLINE V at_most(V most, V x) {
  return hn::IfThenElse(hn::Gt(x, most), most, x);
}
template <class V>
ENGRAM_INLINE V at_least(V least, V x) {
  return hn::IfThenElse(hn::Lt(x, least), least, x);
}
#endif

template <class D, class V>
ENGRAM_INLINE V exp_of(D d, V x) {
  x = at_most(constant(d, 89, 710), at_least(constant(d, -104, -746), x));  // infinity and 0 from there on
  Exponent<D> e(d, x, log2_e);
  const V q = expm1_of_remainder(d, remainder(d, x, e.n()));
  // Denormal results are made by a second factor.
  const auto tiny = hn::Lt(x, constant(d, -86, -707));
  e.shifted = hn::Add(e.shifted, hn::IfThenElseZero(tiny, constant(d, 64, 128)));
  const V p = e.half_power();
  return hn::Mul(hn::MulAdd(p, q, p), hn::IfThenElse(tiny, constant(d, 0x1p-63, 0x1p-127), constant(d, 2)));
}

/// (2^n exp(r) - 1) / 2: the half, so that 2^n may overflow where the function does not.
template <class D, class V>
ENGRAM_INLINE V half_expm1(D d, const Exponent<D>& e, V r) {
  const V p = e.half_power();
  return hn::MulAdd(p, expm1_of_remainder(d, r), hn::Sub(p, constant(d, 0.5)));
}

template <class D, class V>
ENGRAM_INLINE V expm1_of(D d, V x) {
  const V a = at_most(constant(d, 89, 710), at_least(constant(d, -18, -38), x));
  const Exponent<D> e(d, a, log2_e);
  const V half = half_expm1(d, e, remainder(d, a, e.n()));
  // x itself where it is tiny keeps the sign of zero, and denormals.
  return hn::IfThenElse(hn::Lt(hn::Abs(x), constant(d, 1e-30, 1e-290)), x, hn::Add(half, half));
}

/// E / (E + 2) with E = exp(2|x|) - 1, which never passes 1 and from |x| = 9.1 or 20 on is 1; errors of a
/// large E hardly matter, so that one part of ln 2 is enough.
template <class D, class V>
ENGRAM_INLINE V tanh_of(D d, V x) {
  const V a = at_most(constant(d, 9.1, 20), hn::Abs(x));
  const Exponent<D> e(d, a, 2 * log2_e);
  const V r = hn::NegMulAdd(e.n(), constant(d, 0.6931471805599453), hn::Add(a, a));
  const V half = half_expm1(d, e, r);
  return hn::CopySign(hn::Div(half, hn::Add(half, constant(d, 1))), x);
}

/// 1 / cosh² x = 4 e / (1 + e)² with e = exp(-2|x|): nothing cancels.
template <class D, class V>
ENGRAM_INLINE V tanh_slope_of(D d, V x) {
  const V e = exp_of(d, hn::Mul(constant(d, -2), hn::Abs(x)));
  const V s = hn::Div(constant(d, 2), hn::Add(constant(d, 1), e));
  return hn::Mul(hn::Mul(e, s), s);
}

template <class D, class V>
ENGRAM_INLINE V sigmoid_of(D d, V x) {
  const V one = constant(d, 1), e = exp_of(d, hn::Neg(hn::Abs(x)));
  return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
}

ENGRAM_TARGET_END

#endif
