/// Elementwise operations on two variables, with NumPy broadcasting: along each axis the sizes agree, or one
/// is 1. Numbers stand for 1x1 constants. `*` is elementwise; `matmul` (product.hpp) is the matrix product.
#pragma once

#include <engram/autodiff/apply.hpp>

ENGRAM_AUTODIFF_BEGIN

/// a + b
template <Differentiable T>
T operator+(const T& a, const T& b);
/// a - b
template <Differentiable T>
T operator-(const T& a, const T& b);
/// a times b, entry by entry.
template <Differentiable T>
T operator*(const T& a, const T& b);
/// a / b, entry by entry.
template <Differentiable T>
T operator/(const T& a, const T& b);
/// a to the power b. The cotangent of b is 0 where a is not positive.
template <Differentiable T>
T pow(const T& a, const T& b);
/// g times a slope, but 0 where g is 0, whatever the slope. Rules treat their cotangents so. Thus 0 flows
/// through what `select` did not take, even where the slope there is infinite or NaN.
template <Differentiable T>
T pull(const T& g, const T& slope);
/// The larger one, NaN if either is. Where both are equal the cotangent flows to a.
template <Differentiable T>
T maximum(const T& a, const T& b);
/// The smaller one, NaN if either is. Where both are equal the cotangent flows to a.
template <Differentiable T>
T minimum(const T& a, const T& b);

/// The mask of a > b: 1 where it holds, else 0. Nothing flows back.
template <Differentiable T>
T greater(const T& a, const T& b);
/// The mask of a >= b.
template <Differentiable T>
T greater_equal(const T& a, const T& b);
/// The mask of a < b.
template <Differentiable T>
T less(const T& a, const T& b) {
  return greater(b, a);
}
/// The mask of a <= b.
template <Differentiable T>
T less_equal(const T& a, const T& b) {
  return greater_equal(b, a);
}
/// The mask of a == b.
template <Differentiable T>
T equal(const T& a, const T& b);

/// a where mask is not 0, else b. The branch not taken gets a cotangent of exactly 0, whatever its value, and
/// so does all that it is made of entry by entry (docs/derivatives.md tells where that ends).
template <Differentiable T>
T select(const T& mask, const T& a, const T& b);

// With a number on either side.
ENGRAM_TAKES_NUMBERS(operator+)
ENGRAM_TAKES_NUMBERS(operator-)
ENGRAM_TAKES_NUMBERS(operator*)
ENGRAM_TAKES_NUMBERS(operator/)
ENGRAM_TAKES_NUMBERS(pow)
ENGRAM_TAKES_NUMBERS(pull)
ENGRAM_TAKES_NUMBERS(maximum)
ENGRAM_TAKES_NUMBERS(minimum)
ENGRAM_TAKES_NUMBERS(greater)
ENGRAM_TAKES_NUMBERS(greater_equal)
ENGRAM_TAKES_NUMBERS(less)
ENGRAM_TAKES_NUMBERS(less_equal)
ENGRAM_TAKES_NUMBERS(equal)
/// The same with a number for b.
template <Differentiable T>
T select(const T& mask, const T& a, double b) {
  return select(mask, a, constant_like(a, Value<typename T::Scalar>(static_cast<typename T::Scalar>(b))));
}
/// The same with a number for a.
template <Differentiable T>
T select(const T& mask, double a, const T& b) {
  return select(mask, constant_like(b, Value<typename T::Scalar>(static_cast<typename T::Scalar>(a))), b);
}

ENGRAM_AUTODIFF_END
