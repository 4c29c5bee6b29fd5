/// Functions of dual numbers: the elementary ones, and those of ops/special.hpp. Included by dual.hpp.
#pragma once

#include <engram/autodiff/dual/arithmetic.hpp>

ENGRAM_AUTODIFF_BEGIN

// As in special.hpp: a function's name, its number, and its slope in terms of x and y = f(x).
// clang-format off
#define ENGRAM_ELEMENTARY(X)                                                                             \
  X(exp, std::exp(x), y)                                                                                 \
  X(expm1, std::expm1(x), exp(x))                                                                        \
  X(log, std::log(x), 1.0 / x)                                                                           \
  X(log1p, std::log1p(x), 1.0 / (1.0 + x))                                                               \
  X(sqrt, std::sqrt(x), 0.5 / y)                                                                         \
  X(cos, std::cos(x), -sin(x))                                                                           \
  X(sin, std::sin(x), cos(x))                                                                            \
  X(tanh, std::tanh(x), detail::tanh_slope(x))                                                           \
  X(abs, std::abs(x), x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : 0.0)                                              \
  X(floor, std::floor(x), 0.0)                                                                           \
  X(ceil, std::ceil(x), 0.0)                                                                             \
  X(round, std::nearbyint(x), 0.0) /* halves to the even one */                                          \
  X(trunc, std::trunc(x), 0.0)                                                                           \
  X(square, x * x, 2.0 * x)                                                                              \
  X(sigmoid, 1 / (1 + std::exp(-x)), 0.25 * detail::tanh_slope(0.5 * x))                                 \
  X(softplus, (x > 0 ? x : 0) + std::log1p(std::exp(-std::abs(x))), sigmoid(x))
// clang-format on

#define ENGRAM_DUAL_FUNCTION_OF(f, number, slope)                        \
  template <class S, int n, int d>                                       \
  Dual<S, n, d> f(const Dual<S, n, d>& argument) {                       \
    [[maybe_unused]] const auto& x = argument.value;                     \
    if constexpr (n == 0) {                                              \
      return number;                                                     \
    } else {                                                             \
      const auto y = f(x);                                               \
      return {y, detail::pull(argument.tangent, Dual<S, n - 1>(slope))}; \
    }                                                                    \
  }

namespace detail {

/// 1 / cosh² x, without the 1 - y² that cancels.
template <class S>
S number_of_tanh_slope(S x) {
  const S e = std::exp(-2 * std::abs(x)), s = 2 / (1 + e);
  return e * s * s;
}
template <class S, int n, int d>
Dual<S, n, d> tanh_slope(const Dual<S, n, d>& argument);

}  // namespace detail

ENGRAM_ELEMENTARY(ENGRAM_DUAL_FUNCTION_OF)

namespace detail {

ENGRAM_DUAL_FUNCTION_OF(tanh_slope, number_of_tanh_slope(x), -2.0 * (y * tanh(x)))

/// a^(b-1), where y = a^b. A rounding error of b - 1 would grow by the factor |log a|. From b = 1/2 on, b - 1
/// is exact; below, y / a serves, unless y has left the range of normal numbers.
template <class S, int n, int d, class Exponent>
Dual<S, n, d> power_below(const Dual<S, n, d>& y, const Dual<S, n, d>& a, const Exponent& b) {
  return b < 0.5 && a != 0.0 && std::isnormal(y.primal()) ? y / a : pow(a, b - 1.0);
}

/// The derivative of y = a^b with respect to b.
template <class S, int n, int d>
Dual<S, n, d> exponent_slope(const Dual<S, n, d>& y, const Dual<S, n, d>& a) {
  return a > 0.0 ? y * log(a) : Dual<S, n, d>(0.0);
}

}  // namespace detail

#define ENGRAM_DUAL_BINARY_FUNCTION(f, number, slope_of_a, slope_of_b)                        \
  template <class S, int n, int d>                                                            \
  Dual<S, n, d> f(const Dual<S, n, d>& first, const Dual<S, n, d>& second) {                  \
    const auto &a = first.value, &b = second.value;                                           \
    if constexpr (n == 0) {                                                                   \
      return number;                                                                          \
    } else {                                                                                  \
      [[maybe_unused]] const auto y = f(a, b);                                                \
      return {y, detail::pull_both(first.tangent, Dual<S, n - 1>(slope_of_a), second.tangent, \
                                   Dual<S, n - 1>(slope_of_b))};                              \
    }                                                                                         \
  }
#define ENGRAM_DUAL_ORDERS(f, number)                                                          \
  template <class S, int m, int d>                                                             \
  Dual<S, m, d> f##_derivative([[maybe_unused]] int n, int k, const Dual<S, m, d>& argument) { \
    const auto& x = argument.value;                                                            \
    if constexpr (m == 0)                                                                      \
      return number;                                                                           \
    else                                                                                       \
      return {f##_derivative(n, k, x), pull(argument.tangent, f##_derivative(n, k + 1, x))};   \
  }
// The functions of special.hpp use each other.
#define ENGRAM_DUAL_DECLARATION(f, ...) \
  template <class S, int n, int d>      \
  Dual<S, n, d> f(const Dual<S, n, d>& x);
#define ENGRAM_DUAL_BINARY_DECLARATION(f, ...) \
  template <class S, int n, int d>             \
  Dual<S, n, d> f(const Dual<S, n, d>& a, const Dual<S, n, d>& b);
namespace detail {
ENGRAM_SPECIAL_PARTS(ENGRAM_DUAL_DECLARATION)
ENGRAM_SPECIAL_BINARY_PARTS(ENGRAM_DUAL_BINARY_DECLARATION)
ENGRAM_SPECIAL_ORDERS(ENGRAM_DUAL_ORDERS)
}  // namespace detail
#define ENGRAM_DUAL_OF_ORDER(f)                    \
  template <class S, int m, int d>                 \
  Dual<S, m, d> f(int n, const Dual<S, m, d>& x) { \
    return detail::f##_derivative(n, 0, x);        \
  }
ENGRAM_DUAL_OF_ORDER(polygamma)
ENGRAM_DUAL_OF_ORDER(bessel_j)
ENGRAM_DUAL_OF_ORDER(bessel_i)
ENGRAM_DUAL_OF_ORDER(bessel_i_scaled)
#undef ENGRAM_DUAL_OF_ORDER
/// The derivative of lgamma.
template <class S, int n, int d>
Dual<S, n, d> digamma(const Dual<S, n, d>& x) {
  return polygamma(0, x);
}
/// exp(x²) erfc(x).
template <class S, int n, int d>
Dual<S, n, d> erfcx(const Dual<S, n, d>& x) {
  return detail::erfcx_derivative(0, 0, x);
}
/// sin(πx) / (πx), 1 at 0.
template <class S, int n, int d>
Dual<S, n, d> sinc(const Dual<S, n, d>& x) {
  return detail::sinc_derivative(0, 0, x);
}
ENGRAM_SPECIAL(ENGRAM_DUAL_FUNCTION_OF)
ENGRAM_SPECIAL_BINARY(ENGRAM_DUAL_BINARY_FUNCTION)
namespace detail {
ENGRAM_SPECIAL_PARTS(ENGRAM_DUAL_FUNCTION_OF)
ENGRAM_SPECIAL_BINARY_PARTS(ENGRAM_DUAL_BINARY_FUNCTION)
}  // namespace detail
#undef ENGRAM_DUAL_BINARY_DECLARATION
#undef ENGRAM_DUAL_DECLARATION
#undef ENGRAM_DUAL_ORDERS
#undef ENGRAM_DUAL_BINARY_FUNCTION
#undef ENGRAM_DUAL_FUNCTION_OF

/// log(sigmoid(x))
template <class S, int n, int d>
Dual<S, n, d> log_sigmoid(const Dual<S, n, d>& x) {
  return -softplus(-x);
}
/// x log y, 0 where x is 0.
template <class S, int n, int d>
Dual<S, n, d> xlogy(const Dual<S, n, d>& x, const Dual<S, n, d>& y) {
  return detail::pull(x, log(y));
}
/// x log(1 + y), 0 where x is 0.
template <class S, int n, int d>
Dual<S, n, d> xlog1py(const Dual<S, n, d>& x, const Dual<S, n, d>& y) {
  return detail::pull(x, log1p(y));
}
/// x, or the bound that it is beyond; x moves on the bounds too.
template <class S, int n, int d>
Dual<S, n, d> clamp(const Dual<S, n, d>& x, double low, double high) {
  return min(max(x, Dual<S, n, d>(low)), Dual<S, n, d>(high));
}

/// a to the power b, a number.
template <class S, int n, int d>
Dual<S, n, d> pow(const Dual<S, n, d>& a, double b) {
  if constexpr (n == 0) {
    return std::pow(a.value, static_cast<S>(b));
  } else {
    const auto y = pow(a.value, b);
    if (b == 0.0) return {y, {}};  // at a = 0 too
    return {y, detail::pull(a.tangent, b * detail::power_below(y, a.value, b))};
  }
}
/// A number a to the power b.
template <class S, int n, int d>
Dual<S, n, d> pow(double a, const Dual<S, n, d>& b) {
  if constexpr (n == 0) {
    return std::pow(static_cast<S>(a), b.value);
  } else {
    const auto y = pow(a, b.value);
    return {y, detail::pull(b.tangent, detail::exponent_slope(y, Dual<S, n - 1>(a)))};
  }
}
/// a to the power b.
template <class S, int n, int d>
Dual<S, n, d> pow(const Dual<S, n, d>& a, const Dual<S, n, d>& b) {
  if constexpr (n == 0) {
    return std::pow(a.value, b.value);
  } else {
    const auto y = pow(a.value, b.value);
    const auto base_slope =
        a == 0.0 && b == 0.0 ? b.value : b.value * detail::power_below(y, a.value, b.value);
    return {y, detail::pull_both(a.tangent, base_slope, b.tangent, detail::exponent_slope(y, a.value))};
  }
}

// A number on either side.
#define ENGRAM_WITH_NUMBERS(f)                        \
  template <class S, int n, int d>                    \
  Dual<S, n, d> f(const Dual<S, n, d>& a, double b) { \
    return f(a, Dual<S, n, d>(b));                    \
  }                                                   \
  template <class S, int n, int d>                    \
  Dual<S, n, d> f(double a, const Dual<S, n, d>& b) { \
    return f(Dual<S, n, d>(a), b);                    \
  }
ENGRAM_WITH_NUMBERS(max)
ENGRAM_WITH_NUMBERS(min)
ENGRAM_WITH_NUMBERS(atan2)
ENGRAM_WITH_NUMBERS(hypot)
ENGRAM_WITH_NUMBERS(fmod)
ENGRAM_WITH_NUMBERS(logaddexp)
ENGRAM_WITH_NUMBERS(log_beta)
ENGRAM_WITH_NUMBERS(xlogy)
ENGRAM_WITH_NUMBERS(xlog1py)
#undef ENGRAM_WITH_NUMBERS

ENGRAM_AUTODIFF_END
