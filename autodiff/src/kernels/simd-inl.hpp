/// What the kernels share: loads and stores of the last, incomplete vector. Compiled once per target: no
/// include guard of the ordinary kind.
#if defined(ENGRAM_SIMD_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_SIMD_INL_HPP
#undef ENGRAM_SIMD_INL_HPP
#else
#define ENGRAM_SIMD_INL_HPP
#endif

#include <engram/autodiff/kernels.hpp>

#include <hwy/highway.h>

#include <cstring>

ENGRAM_TARGET_BEGIN

namespace hn = hwy::HWY_NAMESPACE;

/// The same vector, in a register: compilers would load it anew for each multiplication, and loads are what
/// products wait for.
template <class V>
ENGRAM_INLINE V held(V v) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128  // whose vectors are arrays
  asm("" : "+v"(v.raw));
#endif
  return v;
}

/// The same number, hidden from the compiler. Else it would compute the addresses of all tiles before the
/// first tile and store them, which takes longer than the tiles.
ENGRAM_INLINE Index unforeseen(Index i) {
  asm("" : "+r"(i));
  return i;
}

/// The first n < Lanes(d) values at p, then zeros, touching nothing behind them.
template <class D, class S = hn::TFromD<D>>
ENGRAM_INLINE hn::Vec<D> load_first(D d, const S* p, Index n) {
#if HWY_TARGET <= HWY_AVX2
  return hn::MaskedLoad(hn::FirstN(d, static_cast<size_t>(n)), d, p);
#else
  HWY_ALIGN S buffer[HWY_MAX_BYTES / sizeof(S)] = {};
  if (n > 0) std::memcpy(buffer, p, static_cast<size_t>(n) * sizeof(S));  // p may be null else
  return hn::Load(d, buffer);
#endif
}

template <class D, class S = hn::TFromD<D>>
ENGRAM_INLINE void store_first(hn::Vec<D> v, D d, S* p, Index n) {
#if HWY_TARGET <= HWY_AVX2
  hn::BlendedStore(v, hn::FirstN(d, static_cast<size_t>(n)), d, p);
#else
  HWY_ALIGN S buffer[HWY_MAX_BYTES / sizeof(S)];
  hn::Store(v, d, buffer);
  if (n > 0) std::memcpy(p, buffer, static_cast<size_t>(n) * sizeof(S));
#endif
}

template <class D>
ENGRAM_INLINE Index lanes(D d) {
  return static_cast<Index>(hn::Lanes(d));
}

/// y, and 0 where a is 0, whatever y is there. (Highway's Ne is false for a NaN on some targets.)
template <class D, class V>
ENGRAM_INLINE V unless_zero(D d, V a, V y) {
  return hn::IfThenZeroElse(hn::Eq(a, hn::Zero(d)), y);
}

/// A sum, and what its roundings lost, which is exact but for its own last rounding. (Knuth, The Art of
/// Computer Programming 2, section 4.2.2.)
template <class V>
struct Compensated {
  V sum, lost;

  ENGRAM_INLINE void add(V x) {
    const V s = hn::Add(sum, x), added = hn::Sub(s, sum);
    lost = hn::Add(lost, hn::Add(hn::Sub(sum, hn::Sub(s, added)), hn::Sub(x, added)));
    sum = s;
  }
  /// What an infinite sum has lost cannot be told.
  ENGRAM_INLINE V total() const { return hn::IfThenElse(hn::IsNaN(lost), sum, hn::Add(sum, lost)); }
};

/// Values of a whole vector.
template <class S>
constexpr Index lanes_of = static_cast<Index>(hn::MaxLanes(hn::ScalableTag<S>()));

/// Copies n values, the last two vectors overlapping: masked stores hold up the loads behind them.
template <class S>
ENGRAM_INLINE void copy_row(const S* x, S* y, Index n) {
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  if (n < N) return store_first(load_first(d, x, n), d, y, n);
  for (Index i = 0; i + N < n; i += N) hn::StoreU(hn::LoadU(d, x + i), d, y + i);
  hn::StoreU(hn::LoadU(d, x + n - N), d, y + n - N);
}

ENGRAM_TARGET_END

#endif
