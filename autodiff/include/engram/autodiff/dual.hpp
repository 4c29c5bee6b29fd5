/// Forward dual numbers: a scalar that carries derivatives with it, to a fixed order.
///
///     ad::Dual<double> x{2.0, 1.0};    // the number 2, moving at speed 1
///     auto y = x * exp(x);             // y.primal() is the number, y.tangent.primal() the derivative
///
/// A Dual of order n is a pair of duals of order n - 1, value and tangent; one of order 0 is a number. Plain
/// numbers are constants: their tangent is 0. Functions are called unqualified, exp(x), and take numbers
/// beside duals: the elementary ones, and all of ops/special.hpp.
///
/// Comparisons compare the numbers, so code may branch on them; the derivative is that of the branch taken.
/// At kinks, abs has derivative 0 at 0, and max and min of equal numbers have that of the first; pow has 0
/// with respect to its exponent where the base is not positive. Where a derivative is infinite (sqrt at 0),
/// higher ones may be NaN.
#pragma once

#include <engram/autodiff/special.hpp>

#include <cmath>
#include <compare>
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

// By numbers, whose tangents are 0 even where the others are infinite.
template <class S, int n>
Dual<S, n> operator*(const Dual<S, n>& a, double b) {
  if constexpr (n == 0)
    return a.value * static_cast<S>(b);
  else
    return {a.value * b, a.tangent * b};
}
template <class S, int n>
Dual<S, n> operator*(double a, const Dual<S, n>& b) {
  return b * a;
}
template <class S, int n>
Dual<S, n> operator/(const Dual<S, n>& a, double b) {
  if constexpr (n == 0)
    return a.value / static_cast<S>(b);
  else
    return {a.value / b, a.tangent / b};
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

namespace detail {

/// A tangent times a slope. It is 0 where the tangent is 0, so that a number that stands still gets no NaN
/// from an infinite slope.
template <class S, int n>
Dual<S, n> pull(const Dual<S, n>& tangent, const Dual<S, n>& slope) {
  if constexpr (n == 0)
    return tangent.value == 0 ? S{0} : tangent.value * slope.value;
  else
    return {pull(tangent.value, slope.value),
            pull(tangent.tangent, slope.value) + pull(tangent.value, slope.tangent)};
}

}  // namespace detail

// For each function: its value at a number, and its slope in terms of x and y = f(x).
#define ENGRAM_DUAL_FUNCTION_OF(f, number, slope)                        \
  template <class S, int n>                                              \
  Dual<S, n> f(const Dual<S, n>& argument) {                             \
    [[maybe_unused]] const auto& x = argument.value;                     \
    if constexpr (n == 0) {                                              \
      return number;                                                     \
    } else {                                                             \
      const auto y = f(x);                                               \
      return {y, detail::pull(argument.tangent, Dual<S, n - 1>(slope))}; \
    }                                                                    \
  }
#define ENGRAM_DUAL_FUNCTION(f, slope) ENGRAM_DUAL_FUNCTION_OF(f, std::f(x), slope)

namespace detail {

/// 1 / cosh² x, without the 1 - y² that cancels.
template <class S>
S number_of_tanh_slope(S x) {
  const S e = std::exp(-2 * std::abs(x)), s = 2 / (1 + e);
  return e * s * s;
}
template <class S, int n>
Dual<S, n> tanh_slope(const Dual<S, n>& argument);

}  // namespace detail

ENGRAM_DUAL_FUNCTION(exp, y)
ENGRAM_DUAL_FUNCTION(expm1, exp(x))
ENGRAM_DUAL_FUNCTION(log, 1.0 / x)
ENGRAM_DUAL_FUNCTION(log1p, 1.0 / (1.0 + x))
ENGRAM_DUAL_FUNCTION(sqrt, 0.5 / y)
ENGRAM_DUAL_FUNCTION(cos, -sin(x))
ENGRAM_DUAL_FUNCTION(sin, cos(x))
ENGRAM_DUAL_FUNCTION(tanh, detail::tanh_slope(x))
ENGRAM_DUAL_FUNCTION(abs, x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : 0.0)
ENGRAM_DUAL_FUNCTION(floor, 0.0)
ENGRAM_DUAL_FUNCTION(ceil, 0.0)
ENGRAM_DUAL_FUNCTION_OF(round, std::nearbyint(x), 0.0)  // halves to the even one
ENGRAM_DUAL_FUNCTION(trunc, 0.0)
ENGRAM_DUAL_FUNCTION_OF(square, x* x, 2.0 * x)
ENGRAM_DUAL_FUNCTION_OF(sigmoid, 1 / (1 + std::exp(-x)), 0.25 * detail::tanh_slope(0.5 * x))
ENGRAM_DUAL_FUNCTION_OF(softplus, (x > 0 ? x : 0) + std::log1p(std::exp(-std::abs(x))), sigmoid(x))

namespace detail {

ENGRAM_DUAL_FUNCTION_OF(tanh_slope, number_of_tanh_slope(x), -2.0 * (y * tanh(x)))

/// a^(b-1), where y = a^b. A rounding error of b - 1 would grow by the factor |log a|. From b = 1/2 on, b - 1
/// is exact; below, y / a serves, unless y has left the range of normal numbers.
template <class S, int n, class Exponent>
Dual<S, n> power_below(const Dual<S, n>& y, const Dual<S, n>& a, const Exponent& b) {
  return b < 0.5 && a != 0.0 && std::isnormal(y.primal()) ? y / a : pow(a, b - 1.0);
}

/// The derivative of y = a^b with respect to b.
template <class S, int n>
Dual<S, n> exponent_slope(const Dual<S, n>& y, const Dual<S, n>& a) {
  return a > 0.0 ? y * log(a) : Dual<S, n>(0.0);
}

}  // namespace detail

#define ENGRAM_DUAL_BINARY_FUNCTION(f, number, slope_of_a, slope_of_b)          \
  template <class S, int n>                                                     \
  Dual<S, n> f(const Dual<S, n>& first, const Dual<S, n>& second) {             \
    const auto &a = first.value, &b = second.value;                             \
    if constexpr (n == 0) {                                                     \
      return number;                                                            \
    } else {                                                                    \
      [[maybe_unused]] const auto y = f(a, b);                                  \
      return {y, detail::pull(first.tangent, Dual<S, n - 1>(slope_of_a)) +      \
                     detail::pull(second.tangent, Dual<S, n - 1>(slope_of_b))}; \
    }                                                                           \
  }
#define ENGRAM_DUAL_ORDERS(f, number)                                                        \
  template <class S, int m>                                                                  \
  Dual<S, m> f##_derivative([[maybe_unused]] int n, int k, const Dual<S, m>& argument) {     \
    const auto& x = argument.value;                                                          \
    if constexpr (m == 0)                                                                    \
      return number;                                                                         \
    else                                                                                     \
      return {f##_derivative(n, k, x), pull(argument.tangent, f##_derivative(n, k + 1, x))}; \
  }
// The functions of special.hpp use each other.
#define ENGRAM_DUAL_DECLARATION(f, ...) \
  template <class S, int n>             \
  Dual<S, n> f(const Dual<S, n>& x);
#define ENGRAM_DUAL_BINARY_DECLARATION(f, ...) \
  template <class S, int n>                    \
  Dual<S, n> f(const Dual<S, n>& a, const Dual<S, n>& b);
namespace detail {
ENGRAM_SPECIAL_PARTS(ENGRAM_DUAL_DECLARATION)
ENGRAM_SPECIAL_BINARY_PARTS(ENGRAM_DUAL_BINARY_DECLARATION)
ENGRAM_SPECIAL_ORDERS(ENGRAM_DUAL_ORDERS)
}  // namespace detail
#define ENGRAM_DUAL_OF_ORDER(f)              \
  template <class S, int m>                  \
  Dual<S, m> f(int n, const Dual<S, m>& x) { \
    return detail::f##_derivative(n, 0, x);  \
  }
ENGRAM_DUAL_OF_ORDER(polygamma)
ENGRAM_DUAL_OF_ORDER(bessel_j)
ENGRAM_DUAL_OF_ORDER(bessel_i)
ENGRAM_DUAL_OF_ORDER(bessel_i_scaled)
#undef ENGRAM_DUAL_OF_ORDER
/// The derivative of lgamma.
template <class S, int n>
Dual<S, n> digamma(const Dual<S, n>& x) {
  return polygamma(0, x);
}
/// exp(x²) erfc(x).
template <class S, int n>
Dual<S, n> erfcx(const Dual<S, n>& x) {
  return detail::erfcx_derivative(0, 0, x);
}
/// sin(πx) / (πx), 1 at 0.
template <class S, int n>
Dual<S, n> sinc(const Dual<S, n>& x) {
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
#undef ENGRAM_DUAL_FUNCTION
#undef ENGRAM_DUAL_FUNCTION_OF

/// log(sigmoid(x))
template <class S, int n>
Dual<S, n> log_sigmoid(const Dual<S, n>& x) {
  return -softplus(-x);
}
/// x log y, 0 where x is 0.
template <class S, int n>
Dual<S, n> xlogy(const Dual<S, n>& x, const Dual<S, n>& y) {
  return detail::pull(x, log(y));
}
/// x log(1 + y), 0 where x is 0.
template <class S, int n>
Dual<S, n> xlog1py(const Dual<S, n>& x, const Dual<S, n>& y) {
  return detail::pull(x, log1p(y));
}
/// x, or the bound that it is beyond; x moves on the bounds too.
template <class S, int n>
Dual<S, n> clamp(const Dual<S, n>& x, double low, double high) {
  return min(max(x, Dual<S, n>(low)), Dual<S, n>(high));
}

/// a to the power b, a number.
template <class S, int n>
Dual<S, n> pow(const Dual<S, n>& a, double b) {
  if constexpr (n == 0) {
    return std::pow(a.value, static_cast<S>(b));
  } else {
    const auto y = pow(a.value, b);
    if (b == 0.0) return {y, 0.0};  // at a = 0 too
    return {y, detail::pull(a.tangent, b * detail::power_below(y, a.value, b))};
  }
}
/// A number a to the power b.
template <class S, int n>
Dual<S, n> pow(double a, const Dual<S, n>& b) {
  if constexpr (n == 0) {
    return std::pow(static_cast<S>(a), b.value);
  } else {
    const auto y = pow(a, b.value);
    return {y, detail::pull(b.tangent, detail::exponent_slope(y, Dual<S, n - 1>(a)))};
  }
}
/// a to the power b.
template <class S, int n>
Dual<S, n> pow(const Dual<S, n>& a, const Dual<S, n>& b) {
  if constexpr (n == 0) {
    return std::pow(a.value, b.value);
  } else {
    const auto y = pow(a.value, b.value);
    const auto base_slope =
        a == 0.0 && b == 0.0 ? b.value : b.value * detail::power_below(y, a.value, b.value);
    return {
        y, detail::pull(a.tangent, base_slope) + detail::pull(b.tangent, detail::exponent_slope(y, a.value))};
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
template <class S, int n>
Dual<S, n> operator/(double a, const Dual<S, n>& b) {
  return Dual<S, n>(a) / b;
}

// On either side of the assignment.
#define ENGRAM_DUAL_ASSIGNMENT(op)                                                       \
  template <class S, int n>                                                              \
  Dual<S, n>& operator op##=(Dual<S, n>& a, const std::type_identity_t<Dual<S, n>>& b) { \
    return a = a op b;                                                                   \
  }
ENGRAM_DUAL_ASSIGNMENT(+)
ENGRAM_DUAL_ASSIGNMENT(-)
ENGRAM_DUAL_ASSIGNMENT(*)
ENGRAM_DUAL_ASSIGNMENT(/)
#undef ENGRAM_DUAL_ASSIGNMENT

namespace detail {

/// What the standard library's functions would make of a dual number: nothing, in any expression.
struct NotInStd {};
template <class T>
concept Nothing = std::is_same_v<T, NotInStd>;
template <class T>
concept AnyDual = requires(const T& x) {
  []<class S, int n>(const Dual<S, n>&) {}(x);
};
#define ENGRAM_NOTHING(op)    \
  template <class A, class B> \
  requires(Nothing<A> || Nothing<B>) NotInStd operator op(const A&, const B&) { return {}; }
ENGRAM_NOTHING(+)
ENGRAM_NOTHING(-)
ENGRAM_NOTHING(*)
ENGRAM_NOTHING(/)
#undef ENGRAM_NOTHING
inline NotInStd operator-(NotInStd) { return {}; }

}  // namespace detail

ENGRAM_AUTODIFF_END

// std::exp(x) of a dual number x would fail with hundreds of lines. These give the error a name.
namespace std {
// After `using std::exp`, exp(x) is the function for dual numbers: its parameter is the more special one.
#define ENGRAM_NOT_IN_STD(f)                                                    \
  template <engram::autodiff::detail::AnyDual T>                                \
  engram::autodiff::detail::NotInStd f(const T&) { /* NOLINT(cert-dcl58-cpp) */ \
    return {};                                                                  \
  }
ENGRAM_NOT_IN_STD(exp)
ENGRAM_NOT_IN_STD(expm1)
ENGRAM_NOT_IN_STD(log)
ENGRAM_NOT_IN_STD(log1p)
ENGRAM_NOT_IN_STD(log2)
ENGRAM_NOT_IN_STD(log10)
ENGRAM_NOT_IN_STD(sqrt)
ENGRAM_NOT_IN_STD(abs)
ENGRAM_NOT_IN_STD(sin)
ENGRAM_NOT_IN_STD(cos)
ENGRAM_NOT_IN_STD(tan)
ENGRAM_NOT_IN_STD(atan)
ENGRAM_NOT_IN_STD(tanh)
ENGRAM_NOT_IN_STD(erf)
#undef ENGRAM_NOT_IN_STD
}  // namespace std
