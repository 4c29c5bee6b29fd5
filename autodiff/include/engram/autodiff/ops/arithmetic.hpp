/// Elementwise operations on two variables, with NumPy broadcasting: along each axis the sizes agree, or one
/// is 1. Numbers stand for 1x1 constants, and Eigen's arrays and matrices for constants of their shape. `*`
/// is elementwise; `matmul` (product.hpp) is the matrix product.
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
ENGRAM_TAKES_EIGEN(operator+)
ENGRAM_TAKES_EIGEN(operator-)
ENGRAM_TAKES_EIGEN(pow)
ENGRAM_TAKES_EIGEN(pull)
ENGRAM_TAKES_EIGEN(maximum)
ENGRAM_TAKES_EIGEN(minimum)
ENGRAM_TAKES_EIGEN(greater)
ENGRAM_TAKES_EIGEN(greater_equal)
ENGRAM_TAKES_EIGEN(less)
ENGRAM_TAKES_EIGEN(less_equal)
ENGRAM_TAKES_EIGEN(equal)
namespace detail {
template <class D>
const Eigen::DenseBase<D>& as_array(const Eigen::DenseBase<D>& m) {
  static_assert(!std::is_base_of_v<Eigen::MatrixBase<D>, D>,
                "entry by entry it is m.array() * x; the product of matrices is matmul(m, x)");
  return m;
}
}  // namespace detail
// Of Eigen's matrices `*` would be another product than Eigen's.
#define ENGRAM_WITH_EIGEN_ARRAYS(op)                        \
  template <Differentiable T, class D>                      \
  T operator op(const T& a, const Eigen::DenseBase<D>& b) { \
    return a op constant_beside(a, detail::as_array(b));    \
  }                                                         \
  template <Differentiable T, class D>                      \
  T operator op(const Eigen::DenseBase<D>& a, const T& b) { \
    return constant_beside(b, detail::as_array(a)) op b;    \
  }
ENGRAM_WITH_EIGEN_ARRAYS(*)
ENGRAM_WITH_EIGEN_ARRAYS(/)
#undef ENGRAM_WITH_EIGEN_ARRAYS
// x += y is x = x + y: x becomes another variable.
#define ENGRAM_WITH_ASSIGNMENT(op)                      \
  template <Differentiable T, class Y>                  \
  requires requires(const T& x, const Y& y) { x op y; } \
  T& operator op##=(T& x, const Y& y) { return x = x op y; }
ENGRAM_WITH_ASSIGNMENT(+)
ENGRAM_WITH_ASSIGNMENT(-)
ENGRAM_WITH_ASSIGNMENT(*)
ENGRAM_WITH_ASSIGNMENT(/)
#undef ENGRAM_WITH_ASSIGNMENT
namespace detail {
template <class S>
bool no_branch_on_a_variable() {
  static_assert(
      never<S>,
      "an `if` on a variable: while recording compare numbers, x.item() > 0; while tracing there are "
      "none: write select(greater(x, 0.0), a, b)");
  return false;
}
}  // namespace detail
// Do not compile: say what to write.
#define ENGRAM_WITHOUT_COMPARISON(op)              \
  template <class S, class Y>                      \
  bool operator op(const Variable<S>&, const Y&) { \
    return detail::no_branch_on_a_variable<S>();   \
  }
ENGRAM_WITHOUT_COMPARISON(<)
ENGRAM_WITHOUT_COMPARISON(>)
ENGRAM_WITHOUT_COMPARISON(<=)
ENGRAM_WITHOUT_COMPARISON(>=)
ENGRAM_WITHOUT_COMPARISON(==)
#undef ENGRAM_WITHOUT_COMPARISON
/// The same with a number for b.
template <Differentiable T>
T select(const T& mask, const T& a, double b) {
  return select(mask, a, number_like(a, b));
}
/// The same with a number for a.
template <Differentiable T>
T select(const T& mask, double a, const T& b) {
  return select(mask, number_like(b, a), b);
}
/// The same with numbers for both.
template <Differentiable T>
T select(const T& mask, double a, double b) {
  return select(mask, number_like(mask, a), b);
}

ENGRAM_AUTODIFF_END
