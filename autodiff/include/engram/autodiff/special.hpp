/// Special functions of numbers, and the tables of which the elementwise functions of variables
/// (ops/special.hpp) and of dual numbers (dual.hpp) are made.
///
/// Users call those. A number that is no argument of the function gives NaN, a pole an infinity or NaN;
/// nothing here throws.
#pragma once

#include <engram/autodiff/version.hpp>

#include <cmath>
#include <numbers>

ENGRAM_AUTODIFF_BEGIN

/// Functions of double numbers that the standard library has not. `n` is an order, `k` says how often the
/// function is differentiated.
namespace special {

/// exp(-x²), with what the rounding of x² loses.
ENGRAM_API double gauss(double x);
/// The derivatives of exp(x²) erfc(x).
ENGRAM_API double erfcx(int k, double x);
/// The distribution function of the normal distribution.
ENGRAM_API double normal_cdf(double x);
/// Its density.
ENGRAM_API double normal_density(double x);
/// The logarithm of the distribution function.
ENGRAM_API double log_normal_cdf(double x);
/// The density divided by the distribution function, the derivative of that logarithm.
ENGRAM_API double normal_hazard(double x);
/// The same plus x, which is small where x is far below 0.
ENGRAM_API double normal_hazard_excess(double x);
/// Where the distribution function is p.
ENGRAM_API double normal_quantile(double p);
/// The derivative of normal_quantile.
ENGRAM_API double normal_quantile_slope(double p);
/// log |Γ(x)|, without the standard library's global sign.
ENGRAM_API double lgamma(double x);
/// The derivatives of digamma, which is the one of order 0.
ENGRAM_API double polygamma(int n, double x);
/// log B(a, b)
ENGRAM_API double log_beta(double a, double b);
/// polygamma(n, a) - polygamma(n, a + b), of positive numbers, where the two do not cancel.
ENGRAM_API double polygamma_difference(int n, double a, double b);
/// Bessel's J and I, and exp(-|x|) I.
ENGRAM_API double bessel_j(int n, int k, double x);
ENGRAM_API double bessel_i(int n, int k, double x);         ///< likewise
ENGRAM_API double bessel_i_scaled(int n, int k, double x);  ///< likewise
/// The derivatives of sin(πx) / (πx).
ENGRAM_API double sinc(int k, double x);
/// log(p / (1 - p))
ENGRAM_API double logit(double p);
/// log(exp(a) + exp(b))
ENGRAM_API double logaddexp(double a, double b);
/// exp(a) / (exp(a) + exp(b))
ENGRAM_API double logaddexp_slope(double a, double b);
/// 1 / (1 + x²)
ENGRAM_API double atan_slope(double x);
/// b / (a² + b²)
ENGRAM_API double atan2_slope(double a, double b);
/// a / hypot(a, b), 0 where both are 0.
ENGRAM_API double hypot_slope(double a, double b);

}  // namespace special

// A function's name, its number, and its slope in terms of x and y = f(x); of two arguments a and b, both
// slopes. A slope is written in functions of duals and of variables alike. It must not cancel: where it
// would, it is a function by itself, in the table of parts, with a slope of its own.
// clang-format off
#define ENGRAM_SPECIAL(X)                                                                                \
  X(tan, std::tan(x), 1.0 + y * y)                                                                       \
  X(asin, std::asin(x), detail::asin_slope(x))                                                           \
  X(acos, std::acos(x), -detail::asin_slope(x))                                                          \
  X(atan, std::atan(x), detail::atan_slope(x))                                                           \
  X(sinh, std::sinh(x), cosh(x))                                                                         \
  X(cosh, std::cosh(x), sinh(x))                                                                         \
  X(asinh, std::asinh(x), detail::asinh_slope(x))                                                        \
  X(acosh, std::acosh(x), detail::acosh_slope(x))                                                        \
  X(atanh, std::atanh(x), detail::atanh_slope(x))                                                        \
  X(log2, std::log2(x), std::numbers::log2e / x)                                                         \
  X(log10, std::log10(x), std::numbers::log10e / x)                                                      \
  X(exp2, std::exp2(x), std::numbers::ln2 * y)                                                           \
  X(cbrt, std::cbrt(x), 1.0 / (3.0 * (y * y)))                                                           \
  X(erf, std::erf(x), 2.0 * std::numbers::inv_sqrtpi * detail::gauss(x))                                 \
  X(erfc, std::erfc(x), -2.0 * std::numbers::inv_sqrtpi * detail::gauss(x))                              \
  X(normal_cdf, special::normal_cdf(x), detail::normal_density(x))                                       \
  X(log_normal_cdf, special::log_normal_cdf(x), detail::normal_hazard(x))                                \
  X(normal_quantile, special::normal_quantile(x), detail::normal_quantile_slope(x))                      \
  X(lgamma, special::lgamma(x), polygamma(0, x))                                                         \
  X(logit, special::logit(x), detail::logit_slope(x))
#define ENGRAM_SPECIAL_PARTS(X)                                                                          \
  X(asin_slope, 1 / std::sqrt((1 - x) * (1 + x)), x * (y * (y * y)))                                     \
  X(atan_slope, special::atan_slope(x), -2.0 * ((x * y) * y))                                            \
  X(asinh_slope, 1 / std::hypot(x, decltype(x)(1)), -((x * y) * (y * y)))                                \
  X(acosh_slope, 1 / (std::sqrt(x - 1) * std::sqrt(x + 1)), -((x * y) * (y * y)))                        \
  X(atanh_slope, 1 / ((1 - x) * (1 + x)), 2.0 * ((x * y) * y))                                           \
  X(gauss, special::gauss(x), -2.0 * (x * y))                                                            \
  X(normal_density, special::normal_density(x), -(x * y))                                                \
  X(normal_hazard, special::normal_hazard(x), -(y * detail::normal_hazard_excess(x)))                    \
  X(normal_hazard_excess, special::normal_hazard_excess(x), 1.0 - detail::normal_hazard(x) * y)          \
  X(normal_quantile_slope, special::normal_quantile_slope(x), normal_quantile(x) * (y * y))              \
  X(logit_slope, 1 / (x * (1 - x)), 2.0 * (x - 0.5) * (y * y))
// By order n and how often they are differentiated, k.
#define ENGRAM_SPECIAL_ORDERS(X)                                                                         \
  X(polygamma, special::polygamma(n + k, x))                                                             \
  X(bessel_j, special::bessel_j(n, k, x))                                                                \
  X(bessel_i, special::bessel_i(n, k, x))                                                                \
  X(bessel_i_scaled, special::bessel_i_scaled(n, k, x))                                                  \
  X(erfcx, special::erfcx(n + k, x))                                                                     \
  X(sinc, special::sinc(n + k, x))
#define ENGRAM_SPECIAL_BINARY(X)                                                                         \
  X(atan2, std::atan2(a, b), detail::atan2_slope(a, b), -detail::atan2_slope(b, a))                      \
  X(hypot, std::hypot(a, b), detail::hypot_slope(a, b), detail::hypot_slope(b, a))                       \
  X(fmod, std::fmod(a, b), 1.0, -round((a - y) / b))                                                     \
  X(logaddexp, special::logaddexp(a, b), detail::logaddexp_slope(a, b), detail::logaddexp_slope(b, a))   \
  X(log_beta, special::log_beta(a, b), detail::log_beta_slope(a, b), detail::log_beta_slope(b, a))
#define ENGRAM_SPECIAL_BINARY_PARTS(X)                                                                   \
  X(atan2_slope, special::atan2_slope(a, b), -2.0 * (y * detail::atan2_slope(b, a)),                     \
    ((a - b) / hypot(a, b) / hypot(a, b)) * ((a + b) / hypot(a, b) / hypot(a, b)))                       \
  X(hypot_slope, special::hypot_slope(a, b),                                                             \
    detail::hypot_slope(b, a) * detail::hypot_slope(b, a) / hypot(a, b),                                 \
    -(y * detail::hypot_slope(b, a)) / hypot(a, b))                                                      \
  X(logaddexp_slope, special::logaddexp_slope(a, b), y * detail::logaddexp_slope(b, a),                  \
    -(y * detail::logaddexp_slope(b, a)))                                                                \
  X(log_beta_slope, special::polygamma_difference(0, a, b), detail::log_beta_curvature(a, b),            \
    -polygamma(1, a + b))                                                                                \
  X(log_beta_curvature, special::polygamma_difference(1, a, b), polygamma(2, a) - polygamma(2, a + b),   \
    -polygamma(2, a + b))
// clang-format on

ENGRAM_AUTODIFF_END
