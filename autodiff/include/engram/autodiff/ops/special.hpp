/// Special functions, entry by entry; of two matrices with broadcasting. Outside of its domain a function is
/// NaN. Their accuracy is listed in docs/kernels.md, their derivatives in docs/derivatives.md.
#pragma once

#include <engram/autodiff/ops/arithmetic.hpp>
#include <engram/autodiff/ops/functions.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Tangent, x in radians.
template <Differentiable T>
T tan(const T& x);
/// The angle in [-π/2, π/2] whose sine is x, for -1 <= x <= 1; its derivative is infinite at both ends.
template <Differentiable T>
T asin(const T& x);
/// The angle in [0, π] whose cosine is x, for -1 <= x <= 1; its derivative is infinite at both ends.
template <Differentiable T>
T acos(const T& x);
/// The angle in (-π/2, π/2) whose tangent is x.
template <Differentiable T>
T atan(const T& x);
/// The angle in [-π, π] of the point (b, a), b along the first axis. It has no derivative at (0, 0): NaN.
template <Differentiable T>
T atan2(const T& a, const T& b);
/// Hyperbolic sine.
template <Differentiable T>
T sinh(const T& x);
/// Hyperbolic cosine.
template <Differentiable T>
T cosh(const T& x);
/// The inverse of sinh.
template <Differentiable T>
T asinh(const T& x);
/// The inverse of cosh, for x >= 1; its derivative at 1 is infinite.
template <Differentiable T>
T acosh(const T& x);
/// The inverse of tanh, for -1 <= x <= 1; infinite at both ends.
template <Differentiable T>
T atanh(const T& x);
/// Logarithm to base 2; -inf at 0, NaN below.
template <Differentiable T>
T log2(const T& x);
/// Logarithm to base 10; -inf at 0, NaN below.
template <Differentiable T>
T log10(const T& x);
/// 2ˣ
template <Differentiable T>
T exp2(const T& x);
/// Cube root, of negative x too. The derivative at 0 is infinite.
template <Differentiable T>
T cbrt(const T& x);
/// √(a² + b²), for any a and b without overflow; 0 at (0, 0), with derivative 0.
template <Differentiable T>
T hypot(const T& a, const T& b);

/// Error function, 2/√π ∫ exp(-t²) dt from 0 to x.
template <Differentiable T>
T erf(const T& x);
/// 1 - erf(x), accurate where erf is near 1.
template <Differentiable T>
T erfc(const T& x);
/// exp(x²) erfc(x), which does not underflow; infinite below -27.
template <Differentiable T>
T erfcx(const T& x);
/// The distribution function of the normal distribution of mean 0 and variance 1.
template <Differentiable T>
T normal_cdf(const T& x);
/// Its logarithm, for any x without underflow.
template <Differentiable T>
T log_normal_cdf(const T& x);
/// The inverse of normal_cdf, for 0 <= p <= 1; infinite at both ends.
template <Differentiable T>
T normal_quantile(const T& p);

/// log |Γ(x)|; infinite at the poles, which are 0 and the negative integers.
template <Differentiable T>
T lgamma(const T& x);
/// The derivative of lgamma; NaN at the poles.
template <Differentiable T>
T digamma(const T& x);
/// The n-th derivative of digamma, n >= 0; NaN at the poles.
template <Differentiable T>
T polygamma(int n, const T& x);
/// log(Γ(a) Γ(b) / Γ(a + b)), for a, b > 0.
template <Differentiable T>
T log_beta(const T& a, const T& b);

/// log(exp(a) + exp(b)), for any a and b without overflow.
template <Differentiable T>
T logaddexp(const T& a, const T& b);
/// log(sigmoid(x)), for any x without underflow.
template <Differentiable T>
T log_sigmoid(const T& x) {
  return -softplus(-x);
}
/// log(p / (1 - p)), for 0 <= p <= 1, the inverse of sigmoid; infinite at both ends.
template <Differentiable T>
T logit(const T& p);
/// x log y; it is 0 where x is 0, whatever y, and then nothing flows to y.
template <Differentiable T>
T xlogy(const T& x, const T& y) {
  return pull(x, log(y));
}
/// x log(1 + y); it is 0 where x is 0, whatever y, and then nothing flows to y.
template <Differentiable T>
T xlog1py(const T& x, const T& y) {
  return pull(x, log1p(y));
}

/// x, or the bound that it is beyond. On the bounds the cotangent flows to x.
template <Differentiable T>
T clamp(const T& x, const T& low, const T& high) {
  return minimum(maximum(x, low), high);
}
/// Between two numbers; the larger one first is an error.
template <Differentiable T>
T clamp(const T& x, double low, double high) {
  if (!(low <= high)) fail("clamp", "there is nothing between {} and {}", low, high);
  return minimum(maximum(x, low), high);
}
/// The remainder a - b trunc(a / b), exactly; it has the sign of a. NaN where b is 0.
template <Differentiable T>
T fmod(const T& a, const T& b);
/// sin(πx) / (πx), 1 at 0.
template <Differentiable T>
T sinc(const T& x);

/// Bessel function of the first kind, J of order n >= 0.
template <Differentiable T>
T bessel_j(int n, const T& x);
/// Modified Bessel function of the first kind, I of order n >= 0; infinite beyond |x| = 713.
template <Differentiable T>
T bessel_i(int n, const T& x);
/// exp(-|x|) I of order n >= 0, which does not overflow. Where it has a kink at 0, the derivative there is
/// taken as 0.
template <Differentiable T>
T bessel_i_scaled(int n, const T& x);

// With a number on either side.
ENGRAM_TAKES_NUMBERS(atan2)
ENGRAM_TAKES_NUMBERS(hypot)
ENGRAM_TAKES_NUMBERS(log_beta)
ENGRAM_TAKES_NUMBERS(logaddexp)
ENGRAM_TAKES_NUMBERS(xlogy)
ENGRAM_TAKES_NUMBERS(xlog1py)
ENGRAM_TAKES_NUMBERS(fmod)

ENGRAM_AUTODIFF_END
