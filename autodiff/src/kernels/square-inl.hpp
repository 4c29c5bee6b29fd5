/// Transposing as many vectors as a vector has values, in registers. Compiled once per target.
#if defined(ENGRAM_SQUARE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_SQUARE_INL_HPP
#undef ENGRAM_SQUARE_INL_HPP
#else
#define ENGRAM_SQUARE_INL_HPP
#endif

#include "kernels/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
template <class D, class V>
HWY_INLINE void transpose_square(D, V*) {}
#else
/// Of the G vectors r[0], r[step], ...: exchanges 128-bit block b of the g-th with block g of the b-th.
template <int G, class D, class V>
HWY_INLINE void transpose_blocks(D d, V* r, int step) {
  if constexpr (G == 2) {
    const V a = r[0], b = r[step];
    r[0] = hn::ConcatLowerLower(d, b, a);
    r[step] = hn::ConcatUpperUpper(d, b, a);
  } else if constexpr (G == 4) {
    const V a = r[0], b = r[step], c = r[2 * step], e = r[3 * step];
    const V ac = hn::ConcatLowerLower(d, c, a), be = hn::ConcatLowerLower(d, e, b);  // a0 a1 c0 c1
    r[0] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(be), ac);
    r[step] = hn::OddEvenBlocks(be, hn::SwapAdjacentBlocks(ac));
    const V ac2 = hn::ConcatUpperUpper(d, c, a), be2 = hn::ConcatUpperUpper(d, e, b);  // a2 a3 c2 c3
    r[2 * step] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(be2), ac2);
    r[3 * step] = hn::OddEvenBlocks(be2, hn::SwapAdjacentBlocks(ac2));
  }
}

/// r[i][j] becomes r[j][i].
template <class D, class V>
HWY_INLINE void transpose_square(D d, V* r) {
  constexpr int L = static_cast<int>(hn::MaxLanes(D())), T = 16 / sizeof(hn::TFromD<D>);  // T: per block
  HWY_UNROLL(16)
  for (int i = 0; i < L; i += T) {
    const V low = hn::InterleaveLower(d, r[i], r[i + 1]), high = hn::InterleaveUpper(d, r[i], r[i + 1]);
    if constexpr (T == 2) {
      r[i] = low;
      r[i + 1] = high;
    } else {
      const hn::Repartition<double, D> pairs;
      const auto a = hn::BitCast(pairs, low), b = hn::BitCast(pairs, high);  // 00 10 01 11, 02 12 03 13
      const auto c = hn::BitCast(pairs, hn::InterleaveLower(d, r[i + 2], r[i + 3]));
      const auto e = hn::BitCast(pairs, hn::InterleaveUpper(d, r[i + 2], r[i + 3]));
      r[i] = hn::BitCast(d, hn::InterleaveLower(pairs, a, c));
      r[i + 1] = hn::BitCast(d, hn::InterleaveUpper(pairs, a, c));
      r[i + 2] = hn::BitCast(d, hn::InterleaveLower(pairs, b, e));
      r[i + 3] = hn::BitCast(d, hn::InterleaveUpper(pairs, b, e));
    }
  }
  HWY_UNROLL(4)
  for (int q = 0; q < T; ++q) transpose_blocks<L / T>(d, r + q, T);
}
#endif

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#endif
