/// Forward dual numbers: a scalar that carries derivatives with it, to a fixed order.
///
///     ad::Dual<double> x{2.0, 1.0};    // the number 2, moving at speed 1
///     auto y = x * exp(x);             // y.primal() is the number, y.tangent.primal() the derivative
///
/// A Dual of order n is a pair of duals of order n - 1, value and tangent; one of order 0 is a number. Plain
/// numbers are constants: their tangent is 0. Functions are called unqualified, exp(x), and take numbers
/// beside duals.
///
/// Comparisons compare the numbers, so code may branch on them; the derivative is that of the branch taken.
/// At kinks: abs has derivative 0 at 0, max and min of equal numbers that of the first; pow has derivative 0
/// with respect to its exponent where the base is not positive. Where a derivative is infinite (sqrt at 0),
/// higher ones may be NaN.
#pragma once

#include <engram/autodiff/version.hpp>

#include <cmath>
#include <compare>
#include <numbers>
#include <type_traits>

ENGRAM_AUTODIFF_BEGIN

/// A number and its derivatives up to `order`. S is float or double.
template <class S, int order = 1>
struct Dual {
  Dual<S, order - 1> value, tangent;

  Dual() = default;
  Dual(double constant) : value(constant) {}
  Dual(const Dual<S, order - 1>& v, const Dual<S, order - 1>& t) : value(v), tangent(t) {}

  S primal() const { return value.primal(); }
};

/// Just a number.
template <class S>
struct Dual<S, 0> {
  S value = 0;

  Dual() = default;
  Dual(double number) : value(static_cast<S>(number)) {}

  S primal() const { return value; }
};

template <class S, int n>
Dual<S, n> operator-(const Dual<S, n>& x) {
  if constexpr (n == 0)
    return -x.value;
  else
    return {-x.value, -x.tangent};
}

template <class S, int n>
Dual<S, n> operator+(const Dual<S, n>& a, const Dual<S, n>& b) {
  if constexpr (n == 0)
    return a.value + b.value;
  else
    return {a.value + b.value, a.tangent + b.tangent};
}

template <class S, int n>
Dual<S, n> operator-(const Dual<S, n>& a, const Dual<S, n>& b) {
  if constexpr (n == 0)
    return a.value - b.value;
  else
    return {a.value - b.value, a.tangent - b.tangent};
}

template <class S, int n>
Dual<S, n> operator*(const Dual<S, n>& a, const Dual<S, n>& b) {
  if constexpr (n == 0)
    return a.value * b.value;
  else
    return {a.value * b.value, a.tangent * b.value + a.value * b.tangent};
}

template <class S, int n>
Dual<S, n> operator/(const Dual<S, n>& a, const Dual<S, n>& b) {
  if constexpr (n == 0) {
    return a.value / b.value;
  } else {
    const auto y = a.value / b.value;
    return {y, (a.tangent - y * b.tangent) / b.value};
  }
}

template <class S, int n>
std::partial_ordering operator<=>(const Dual<S, n>& a, const Dual<S, n>& b) {
  return a.primal() <=> b.primal();
}
template <class S, int n>
bool operator==(const Dual<S, n>& a, const Dual<S, n>& b) {
  return a.primal() == b.primal();
}
template <class S, int n>
std::partial_ordering operator<=>(const Dual<S, n>& a, double b) {
  return a <=> Dual<S, n>(b);
}
template <class S, int n>
bool operator==(const Dual<S, n>& a, double b) {
  return a == Dual<S, n>(b);
}

/// The larger one, NaN if either is.
template <class S, int n>
Dual<S, n> max(const Dual<S, n>& a, const Dual<S, n>& b) {
  return a >= b || a != a ? a : b;
}
/// The smaller one, NaN if either is.
template <class S, int n>
Dual<S, n> min(const Dual<S, n>& a, const Dual<S, n>& b) {
  return a <= b || a != a ? a : b;
}

// Each function with its slope in terms of x and y = f(x).
#define ENGRAM_DUAL_FUNCTION(f, slope)                      \
  template <class S, int n>                                 \
  Dual<S, n> f(const Dual<S, n>& argument) {                \
    if constexpr (n == 0) {                                 \
      return std::f(argument.value);                        \
    } else {                                                \
      [[maybe_unused]] const auto& x = argument.value;      \
      const auto y = f(x);                                  \
      return {y, argument.tangent * Dual<S, n - 1>(slope)}; \
    }                                                       \
  }
ENGRAM_DUAL_FUNCTION(exp, y)
ENGRAM_DUAL_FUNCTION(expm1, 1.0 + y)
ENGRAM_DUAL_FUNCTION(log, 1.0 / x)
ENGRAM_DUAL_FUNCTION(log1p, 1.0 / (1.0 + x))
ENGRAM_DUAL_FUNCTION(sqrt, 0.5 / y)
ENGRAM_DUAL_FUNCTION(cos, -sin(x))
ENGRAM_DUAL_FUNCTION(sin, cos(x))
ENGRAM_DUAL_FUNCTION(tanh, 1.0 - y * y)
ENGRAM_DUAL_FUNCTION(atan, 1.0 / (1.0 + x * x))
ENGRAM_DUAL_FUNCTION(erf, 2.0 * std::numbers::inv_sqrtpi * exp(-(x * x)))
ENGRAM_DUAL_FUNCTION(abs, x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : 0.0)
#undef ENGRAM_DUAL_FUNCTION

namespace detail {
/// The derivative of y = a^b with respect to b.
template <class S, int n>
Dual<S, n> exponent_slope(const Dual<S, n>& y, const Dual<S, n>& a) {
  return a > 0.0 ? y * log(a) : Dual<S, n>(0.0);
}
}  // namespace detail

/// a to the power b, a number.
template <class S, int n>
Dual<S, n> pow(const Dual<S, n>& a, double b) {
  if constexpr (n == 0)
    return std::pow(a.value, static_cast<S>(b));
  else  // of a^0 the derivative is 0, at a = 0 too
    return {pow(a.value, b), b == 0.0 ? Dual<S, n - 1>(0.0) : a.tangent * (b * pow(a.value, b - 1.0))};
}
/// A number a to the power b.
template <class S, int n>
Dual<S, n> pow(double a, const Dual<S, n>& b) {
  if constexpr (n == 0) {
    return std::pow(static_cast<S>(a), b.value);
  } else {
    const auto y = pow(a, b.value);
    return {y, b.tangent * detail::exponent_slope(y, Dual<S, n - 1>(a))};
  }
}
/// a to the power b.
template <class S, int n>
Dual<S, n> pow(const Dual<S, n>& a, const Dual<S, n>& b) {
  if constexpr (n == 0) {
    return std::pow(a.value, b.value);
  } else {
    const auto y = pow(a.value, b.value);
    const auto base_slope = a == 0.0 && b == 0.0 ? b.value : b.value * pow(a.value, b.value - 1.0);
    return {y, a.tangent * base_slope + b.tangent * detail::exponent_slope(y, a.value)};
  }
}

// A number on either side.
#define ENGRAM_WITH_NUMBERS(f)                  \
  template <class S, int n>                     \
  Dual<S, n> f(const Dual<S, n>& a, double b) { \
    return f(a, Dual<S, n>(b));                 \
  }                                             \
  template <class S, int n>                     \
  Dual<S, n> f(double a, const Dual<S, n>& b) { \
    return f(Dual<S, n>(a), b);                 \
  }
ENGRAM_WITH_NUMBERS(operator+)
ENGRAM_WITH_NUMBERS(operator-)
ENGRAM_WITH_NUMBERS(operator*)
ENGRAM_WITH_NUMBERS(operator/)
ENGRAM_WITH_NUMBERS(max)
ENGRAM_WITH_NUMBERS(min)
#undef ENGRAM_WITH_NUMBERS

// On either side of the assignment.
#define ENGRAM_WITH_ASSIGNMENT(op)                                                       \
  template <class S, int n>                                                              \
  Dual<S, n>& operator op##=(Dual<S, n>& a, const std::type_identity_t<Dual<S, n>>& b) { \
    return a = a op b;                                                                   \
  }
ENGRAM_WITH_ASSIGNMENT(+)
ENGRAM_WITH_ASSIGNMENT(-)
ENGRAM_WITH_ASSIGNMENT(*)
ENGRAM_WITH_ASSIGNMENT(/)
#undef ENGRAM_WITH_ASSIGNMENT

ENGRAM_AUTODIFF_END
