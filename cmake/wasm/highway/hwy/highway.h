/// Highway, and doubles in its vectors for WebAssembly where it lacks them, as Debian 12's version 1.0.3 does.
/// Only what engram's kernels use.
#include_next <hwy/highway.h>

#if !HWY_HAVE_FLOAT64
#undef HWY_HAVE_FLOAT64
#define HWY_HAVE_FLOAT64 1

#ifndef ENGRAM_WASM_DOUBLES
#define ENGRAM_WASM_DOUBLES

HWY_BEFORE_NAMESPACE();
namespace hwy {
namespace HWY_NAMESPACE {

template <size_t N>
using Doubles = Vec128<double, N>;
template <size_t N>
using DoublesMask = Mask128<double, N>;

template <size_t N, HWY_IF_LE128(double, N)>
HWY_API Doubles<N> Set(Simd<double, N, 0>, const double t) {
  return Doubles<N>{wasm_f64x2_splat(t)};
}

template <size_t N>
HWY_API double GetLane(const Doubles<N> v) {
  return wasm_f64x2_extract_lane(v.raw, 0);
}

#define ENGRAM_UNARY(name, instruction)           \
  template <size_t N>                             \
  HWY_API Doubles<N> name(const Doubles<N> v) {   \
    return Doubles<N>{wasm_f64x2_##instruction(v.raw)}; \
  }
ENGRAM_UNARY(Abs, abs)
ENGRAM_UNARY(Sqrt, sqrt)
ENGRAM_UNARY(Round, nearest)
ENGRAM_UNARY(Trunc, trunc)
ENGRAM_UNARY(Ceil, ceil)
ENGRAM_UNARY(Floor, floor)
#undef ENGRAM_UNARY

#define ENGRAM_BINARY(Result, name, instruction)                       \
  template <size_t N>                                                  \
  HWY_API Result<N> name(const Doubles<N> a, const Doubles<N> b) {     \
    return Result<N>{wasm_f64x2_##instruction(a.raw, b.raw)};          \
  }
ENGRAM_BINARY(Doubles, operator+, add)
ENGRAM_BINARY(Doubles, operator-, sub)
ENGRAM_BINARY(Doubles, operator*, mul)
ENGRAM_BINARY(Doubles, operator/, div)
ENGRAM_BINARY(Doubles, Min, min)
ENGRAM_BINARY(Doubles, Max, max)
ENGRAM_BINARY(DoublesMask, operator==, eq)
ENGRAM_BINARY(DoublesMask, operator!=, ne)
ENGRAM_BINARY(DoublesMask, operator<, lt)
ENGRAM_BINARY(DoublesMask, operator<=, le)
ENGRAM_BINARY(DoublesMask, operator>, gt)
ENGRAM_BINARY(DoublesMask, operator>=, ge)
#undef ENGRAM_BINARY

// In two roundings, as for floats.
template <size_t N>
HWY_API Doubles<N> MulAdd(const Doubles<N> a, const Doubles<N> b, const Doubles<N> c) {
  return a * b + c;
}
template <size_t N>
HWY_API Doubles<N> NegMulAdd(const Doubles<N> a, const Doubles<N> b, const Doubles<N> c) {
  return c - a * b;
}
template <size_t N>
HWY_API Doubles<N> MulSub(const Doubles<N> a, const Doubles<N> b, const Doubles<N> c) {
  return a * b - c;
}

}  // namespace HWY_NAMESPACE
}  // namespace hwy
HWY_AFTER_NAMESPACE();
#endif
#endif
