/// Transposing in registers: as many vectors as a vector has values, or what is loaded. Compiled once per
/// target.
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

/// As many columns as a 128-bit block has values are transposed together.
template <class S>
constexpr Index tile_columns = HWY_TARGET == HWY_SCALAR ? 1 : 16 / sizeof(S);

#if HWY_TARGET == HWY_SCALAR
template <class D, class V>
HWY_INLINE void transpose_square(D, V*) {}

template <class D, class V, class S>
HWY_INLINE void load_transposed(D d, const S* x, Index, V* column) {
  column[0] = hn::LoadU(d, x);
}
#else
/// In each 128-bit block of r[0], ..., r[tile_columns - 1], r[i][j] becomes r[j][i].
template <class D, class V>
HWY_INLINE void transpose_in_blocks(D d, V* r) {
  const V low = hn::InterleaveLower(d, r[0], r[1]), high = hn::InterleaveUpper(d, r[0], r[1]);
  if constexpr (sizeof(hn::TFromD<D>) == 8) {
    r[0] = low;
    r[1] = high;
  } else {
    const hn::RepartitionToWide<D> pairs;
    const auto a = hn::BitCast(pairs, low), b = hn::BitCast(pairs, high);  // 00 10 01 11, 02 12 03 13
    const auto c = hn::BitCast(pairs, hn::InterleaveLower(d, r[2], r[3]));
    const auto e = hn::BitCast(pairs, hn::InterleaveUpper(d, r[2], r[3]));
    r[0] = hn::BitCast(d, hn::InterleaveLower(pairs, a, c));
    r[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, a, c));
    r[2] = hn::BitCast(d, hn::InterleaveLower(pairs, b, e));
    r[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, b, e));
  }
}

/// A vector of 128-bit blocks that lie `stride` apart.
template <class D, class S = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_blocks(D d, const S* x, Index stride) {
  if constexpr (hn::MaxLanes(d) * sizeof(S) == 16) {
    return hn::LoadU(d, x);
  } else {
    const hn::Half<D> half;
    const Index below = static_cast<Index>(hn::MaxLanes(half)) / tile_columns<S> * stride;
    return hn::Combine(d, load_blocks(half, x + below, stride), load_blocks(half, x, stride));
  }
}

/// The first tile_columns columns of as many rows as a vector has values, the rows being `stride` apart.
/// Loading the blocks where they belong saves half of a square's shuffles.
template <class D, class V, class S>
HWY_INLINE void load_transposed(D d, const S* x, Index stride, V* column) {
  constexpr Index T = tile_columns<S>;
  HWY_UNROLL(4)
  for (Index q = 0; q < T; ++q) column[q] = load_blocks(d, x + q * stride, T * stride);
  transpose_in_blocks(d, column);
}

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
  constexpr int L = static_cast<int>(hn::MaxLanes(D())), T = tile_columns<hn::TFromD<D>>;
  HWY_UNROLL(16)
  for (int i = 0; i < L; i += T) transpose_in_blocks(d, r + i);
  HWY_UNROLL(4)
  for (int q = 0; q < T; ++q) transpose_blocks<L / T>(d, r + q, T);
}
#endif

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#endif
