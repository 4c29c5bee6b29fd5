/// Forward dual numbers: a scalar that carries derivatives with it, to a fixed order.
///
///     ad::Dual<double> x{2.0, 1.0};    // the number 2, moving at speed 1
///     auto y = x * exp(x);             // y.primal() is the number, y.tangent.primal() the derivative
///
/// A Dual of order n is a pair of duals of order n - 1, value and tangent; one of order 0 is a number. Plain
/// numbers are constants: their tangent is 0. Functions are called unqualified, exp(x), and take numbers
/// beside duals: the elementary ones, and all of ops/special.hpp.
///
/// With k tangents it carries k derivatives at once, as many as there are in `Dual<double, 1, k>`:
///
///     using Jet = ad::Dual<double, 1, 2>;
///     const Jet r = Jet::moving(3.0, 0), a = Jet::moving(0.5, 1), y = r * sin(a);
///     y.tangent[0].primal();           // the derivative by r; [1] that by a
///
/// Of a higher order n, value and tangents are duals of order n - 1 with one tangent.
///
/// It is a scalar of Eigen's (scalar.hpp): `Eigen::Matrix<Jet, 3, 3>` has products, inverses, decompositions.
///
/// Comparisons compare the numbers, so code may branch on them; the derivative is that of the branch taken.
/// At kinks, abs has derivative 0 at 0, and max and min of equal numbers have that of the first; pow has 0
/// with respect to its exponent where the base is not positive. Where a derivative is infinite (sqrt at 0),
/// higher ones may be NaN.
#pragma once

#include <engram/autodiff/dual/arithmetic.hpp>
#include <engram/autodiff/dual/functions.hpp>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

/// What the standard library's functions would make of a dual number: nothing, in any expression.
struct NotInStd {};
template <class T>
concept Nothing = std::is_same_v<T, NotInStd>;
template <class T>
concept AnyDual = requires(const T& x) {
  []<class S, int n, int d>(const Dual<S, n, d>&) {}(x);
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
