/// Dual numbers, what one can add, multiply and compare them with. Included by dual.hpp, which tells the
/// rest.
#pragma once

#include <engram/autodiff/dual/tangents.hpp>
#include <engram/autodiff/special.hpp>

#include <cmath>
#include <compare>
#include <concepts>
#include <type_traits>

ENGRAM_AUTODIFF_BEGIN

/// A number and its derivatives up to `order`, in the last order along so many tangents. S is float or
/// double.
template <class S, int order, int tangents>
struct Dual {
  /// A tangent: a Dual of the order below, or as many of them as there are: `tangent[i]`,
  /// `tangent.set(i, derivative)`.
  using Tangent = typename detail::TangentsOf<Dual<S, order - 1>, tangents>::type;

  Dual<S, order - 1> value;
  Tangent tangent{};

  Dual() = default;
  Dual(double constant) : value(constant) {}
  Dual(const Dual<S, order - 1>& v, const Tangent& t) : value(v), tangent(t) {}

  /// A number that moves along tangent i, of several.
  static Dual moving(const Dual<S, order - 1>& number, int i) {
    Dual x(number, {});
    x.tangent.set(i, 1.0);
    return x;
  }

  S primal() const { return value.primal(); }
};

/// Just a number.
template <class S>
struct Dual<S, 0> {
  S value{};

  Dual() = default;
  Dual(double number) : value(static_cast<S>(number)) {}
  /// Of several numbers at once.
  Dual(const S& numbers) requires(!std::floating_point<S>) : value(numbers) {}

  S primal() const { return value; }
};

template <class S, int n, int d>
Dual<S, n, d> operator-(const Dual<S, n, d>& x) {
  if constexpr (n == 0)
    return -x.value;
  else
    return {-x.value, -x.tangent};
}

template <class S, int n, int d>
Dual<S, n, d> operator+(const Dual<S, n, d>& a, const Dual<S, n, d>& b) {
  if constexpr (n == 0)
    return a.value + b.value;
  else
    return {a.value + b.value, a.tangent + b.tangent};
}

template <class S, int n, int d>
Dual<S, n, d> operator-(const Dual<S, n, d>& a, const Dual<S, n, d>& b) {
  if constexpr (n == 0)
    return a.value - b.value;
  else
    return {a.value - b.value, a.tangent - b.tangent};
}

template <class S, int n, int d>
Dual<S, n, d> operator*(const Dual<S, n, d>& a, const Dual<S, n, d>& b) {
  if constexpr (n == 0)
    return a.value * b.value;
  else
    return {a.value * b.value, detail::mix(a.tangent, b.value, b.tangent, a.value)};
}

template <class S, int n, int d>
Dual<S, n, d> operator/(const Dual<S, n, d>& a, const Dual<S, n, d>& b) {
  if constexpr (n == 0) {
    return a.value / b.value;
  } else {
    const auto y = a.value / b.value;
    if constexpr (d == 1) {
      return {y, (a.tangent - y * b.tangent) / b.value};
    } else {
      const auto inverse = 1.0 / b.value;  // one division for all tangents
      return {y, detail::mix(a.tangent, inverse, b.tangent, -(y * inverse))};
    }
  }
}

// By numbers, whose tangents are 0 even where the others are infinite.
template <class S, int n, int d>
Dual<S, n, d> operator+(const Dual<S, n, d>& a, double b) {
  if constexpr (n == 0)
    return a.value + static_cast<S>(b);
  else
    return {a.value + b, a.tangent};
}
template <class S, int n, int d>
Dual<S, n, d> operator+(double a, const Dual<S, n, d>& b) {
  return b + a;
}
template <class S, int n, int d>
Dual<S, n, d> operator-(const Dual<S, n, d>& a, double b) {
  return a + -b;
}
template <class S, int n, int d>
Dual<S, n, d> operator-(double a, const Dual<S, n, d>& b) {
  return -b + a;
}
template <class S, int n, int d>
Dual<S, n, d> operator*(const Dual<S, n, d>& a, double b) {
  if constexpr (n == 0)
    return a.value * static_cast<S>(b);
  else
    return {a.value * b, a.tangent * b};
}
template <class S, int n, int d>
Dual<S, n, d> operator*(double a, const Dual<S, n, d>& b) {
  return b * a;
}
template <class S, int n, int d>
Dual<S, n, d> operator/(const Dual<S, n, d>& a, double b) {
  if constexpr (n == 0)
    return a.value / static_cast<S>(b);
  else
    return {a.value / b, a.tangent / b};
}
template <class S, int n, int d>
Dual<S, n, d> operator/(double a, const Dual<S, n, d>& b) {
  return Dual<S, n, d>(a) / b;
}

template <class S, int n, int d>
std::partial_ordering operator<=>(const Dual<S, n, d>& a, const Dual<S, n, d>& b) {
  return a.primal() <=> b.primal();
}
template <class S, int n, int d>
bool operator==(const Dual<S, n, d>& a, const Dual<S, n, d>& b) {
  return a.primal() == b.primal();
}
template <class S, int n, int d>
std::partial_ordering operator<=>(const Dual<S, n, d>& a, double b) {
  return a.primal() <=> static_cast<S>(b);
}
template <class S, int n, int d>
bool operator==(const Dual<S, n, d>& a, double b) {
  return a.primal() == static_cast<S>(b);
}

// On either side of the assignment.
#define ENGRAM_DUAL_ASSIGNMENT(op)                                                                \
  template <class S, int n, int d>                                                                \
  Dual<S, n, d>& operator op##=(Dual<S, n, d>& a, const std::type_identity_t<Dual<S, n, d>>& b) { \
    return a = a op b;                                                                            \
  }                                                                                               \
  template <class S, int n, int d, class Number>                                                  \
  requires(std::is_arithmetic_v<Number>) Dual<S, n, d>                                            \
  &operator op##=(Dual<S, n, d>& a, Number b) { return a = a op static_cast<double>(b); }
ENGRAM_DUAL_ASSIGNMENT(+)
ENGRAM_DUAL_ASSIGNMENT(-)
ENGRAM_DUAL_ASSIGNMENT(*)
ENGRAM_DUAL_ASSIGNMENT(/)
#undef ENGRAM_DUAL_ASSIGNMENT

/// The larger one, NaN if either is.
template <class S, int n, int d>
Dual<S, n, d> max(const Dual<S, n, d>& a, const Dual<S, n, d>& b) {
  return a >= b || a != a ? a : b;
}
/// The smaller one, NaN if either is.
template <class S, int n, int d>
Dual<S, n, d> min(const Dual<S, n, d>& a, const Dual<S, n, d>& b) {
  return a <= b || a != a ? a : b;
}
/// Whether the number is one: neither infinite nor NaN.
template <class S, int n, int d>
bool isfinite(const Dual<S, n, d>& x) {
  const S number = x.primal();
  return number - number == static_cast<S>(0.0);
}
/// Whether the number is NaN.
template <class S, int n, int d>
bool isnan(const Dual<S, n, d>& x) {
  return x != x;
}
/// Whether the number is infinite.
template <class S, int n, int d>
bool isinf(const Dual<S, n, d>& x) {
  return !isfinite(x) && !isnan(x);
}

namespace detail {

// The two products of two numbers that pull a dual one: see tangents.hpp.
template <class S>
S pull_number(const S& tangent, const S& slope) {
  return tangent == 0 ? S{0} : tangent * slope;
}
template <class S, int n, int d>
Dual<S, n, d> pull(const Dual<S, n, d>& tangent, const Dual<S, n, d>& slope);
template <class B>
B pull_slope(const B& number, const B& slope) {
  return pull(number, slope);
}
template <class B, int d>
Tangents<B, d> pull_slope(const B& number, const Tangents<B, d>& slope) {
  Tangents<B, d> y;
  for (int i = 0; i < d; ++i) y.set(i, pull(number, slope[i]));
  return y;
}
template <class B>
Recorded<B> pull_slope(const B& number, const Recorded<B>& slope) {
  return mix(slope, number, {}, B(0.0));
}

/// A number, or a tangent, times a slope. It is 0 where the number is 0, so that what stands still gets no
/// NaN from an infinite slope.
template <class S, int n, int d>
Dual<S, n, d> pull(const Dual<S, n, d>& tangent, const Dual<S, n, d>& slope) {
  if constexpr (n == 0)
    return pull_number(tangent.value, slope.value);
  else
    return {pull(tangent.value, slope.value),
            pull(tangent.tangent, slope.value) + pull_slope(tangent.value, slope.tangent)};
}
template <class B, int d>
Tangents<B, d> pull(const Tangents<B, d>& tangent, const B& slope) {
  Tangents<B, d> y;
  for (int i = 0; i < d; ++i) y.set(i, pull(tangent[i], slope));
  return y;
}
template <class B>
Recorded<B> pull(const Recorded<B>& tangent, const B& slope) {
  return mix(tangent, slope, {}, B(0.0));
}

/// The same for a function of two numbers.
template <class T, class B>
T pull_both(const T& a, const B& a_slope, const T& b, const B& b_slope) {
  return pull(a, a_slope) + pull(b, b_slope);
}
template <class B>
Recorded<B> pull_both(const Recorded<B>& a, const B& a_slope, const Recorded<B>& b, const B& b_slope) {
  return mix(a, a_slope, b, b_slope);
}

}  // namespace detail

ENGRAM_AUTODIFF_END
