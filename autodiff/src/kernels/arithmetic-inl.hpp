/// The elementwise operations on two and three operands, as functors f(d, vectors...). Compiled once per
/// target.
#if defined(ENGRAM_ARITHMETIC_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_ARITHMETIC_INL_HPP
#undef ENGRAM_ARITHMETIC_INL_HPP
#else
#define ENGRAM_ARITHMETIC_INL_HPP
#endif

#include "kernels/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

template <class D, class M>
HWY_INLINE hn::Vec<D> one_where(D d, M mask) {
  return hn::IfThenElseZero(mask, hn::Set(d, hn::TFromD<D>{1}));
}

// Of each operation NAME the functor NAME_function.
#define ENGRAM_BINARY(name, expression)            \
  struct name##_function {                         \
    template <class D, class V>                    \
    HWY_INLINE V operator()(D d, V a, V b) const { \
      (void)d;                                     \
      return expression;                           \
    }                                              \
  };
ENGRAM_BINARY(add, hn::Add(a, b))
ENGRAM_BINARY(subtract, hn::Sub(a, b))
ENGRAM_BINARY(multiply, hn::Mul(a, b))
ENGRAM_BINARY(divide, hn::Div(a, b))
// A comparison with NaN is false, so the second branch keeps a NaN in b; the test keeps one in a.
ENGRAM_BINARY(maximum, hn::IfThenElse(hn::Or(hn::Ge(a, b), hn::IsNaN(a)), a, b))
ENGRAM_BINARY(minimum, hn::IfThenElse(hn::Or(hn::Le(a, b), hn::IsNaN(a)), a, b))
ENGRAM_BINARY(greater, one_where(d, hn::Gt(a, b)))
ENGRAM_BINARY(greater_equal, one_where(d, hn::Ge(a, b)))
ENGRAM_BINARY(equal, one_where(d, hn::Eq(a, b)))
// a (1 - b²)
ENGRAM_BINARY(tanh_pullback, hn::Mul(a, hn::Sub(hn::Set(d, hn::TFromD<D>{1}), hn::Mul(b, b))))
#undef ENGRAM_BINARY

struct select_function {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V mask, V a, V b) const {
    return hn::IfThenElse(hn::Ne(mask, hn::Zero(d)), a, b);
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#endif
