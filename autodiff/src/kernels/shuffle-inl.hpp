/// Columns of rows that are loaded, and the sums of many vectors. Compiled once per target.
#if defined(ENGRAM_SHUFFLE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_SHUFFLE_INL_HPP
#undef ENGRAM_SHUFFLE_INL_HPP
#else
#define ENGRAM_SHUFFLE_INL_HPP
#endif

#include "kernels/simd-inl.hpp"

ENGRAM_TARGET_BEGIN

/// As many columns as a 128-bit block has values are transposed together.
template <class S>
constexpr Index tile_columns = HWY_TARGET == HWY_SCALAR ? 1 : 16 / sizeof(S);

#if HWY_TARGET == HWY_SCALAR
template <class D, class V>
ENGRAM_INLINE V sums_of_each(D, V* r) {
  return r[0];
}

template <class D, class V, class S>
ENGRAM_INLINE void load_transposed(D d, const S* x, Index, V* column) {
  column[0] = hn::LoadU(d, x);
}
#else
/// In each 128-bit block of r[0], ..., r[tile_columns - 1], r[i][j] becomes r[j][i].
template <class D, class V>
ENGRAM_INLINE void transpose_in_blocks(D d, V* r) {
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
ENGRAM_INLINE hn::Vec<D> load_blocks(D d, const S* x, Index stride) {
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
ENGRAM_INLINE void load_transposed(D d, const S* x, Index stride, V* column) {
  constexpr Index T = tile_columns<S>;
  ENGRAM_UNROLL(4)
  for (Index q = 0; q < T; ++q) column[q] = load_blocks(d, x + q * stride, T * stride);
  transpose_in_blocks(d, column);
}

/// The i-th value is the sum over r[i]'s, for as many vectors as a vector has values; overwrites them. A
/// vector's halves are added first, then the halves of that, and so on.
template <class D, class V>
ENGRAM_INLINE V sums_of_each(D d, V* r) {
  constexpr int L = static_cast<int>(hn::MaxLanes(D()));
  constexpr std::size_t size = sizeof(hn::TFromD<D>);
  // For each two vectors a and b that are left: puts the halves of the parts of a and those of b side by
  // side.
  const auto join = [&](int n, const auto& first, const auto& second) ENGRAM_INLINE_LAMBDA {
    ENGRAM_UNROLL(8)
    for (int i = 0; i < n; ++i) r[i] = hn::Add(first(r[i], r[i + n]), second(r[i], r[i + n]));
  };
  if constexpr (L * size == 64)
    join(
        L / 2, [&](V a, V b) ENGRAM_INLINE_LAMBDA { return hn::ConcatLowerLower(d, b, a); },
        [&](V a, V b) ENGRAM_INLINE_LAMBDA { return hn::ConcatUpperUpper(d, b, a); });
  if constexpr (L * size >= 32)
    join(
        static_cast<int>(16 / size),
        [&](V a, V b) ENGRAM_INLINE_LAMBDA { return hn::OddEvenBlocks(hn::SwapAdjacentBlocks(b), a); },
        [&](V a, V b) ENGRAM_INLINE_LAMBDA { return hn::OddEvenBlocks(b, hn::SwapAdjacentBlocks(a)); });
  if constexpr (size == 4) {
    const hn::RepartitionToWide<D> pairs;
    const auto cast = [&](V v) ENGRAM_INLINE_LAMBDA { return hn::BitCast(pairs, v); };
    join(
        2,
        [&](V a, V b)
            ENGRAM_INLINE_LAMBDA { return hn::BitCast(d, hn::InterleaveLower(pairs, cast(a), cast(b))); },
        [&](V a, V b)
            ENGRAM_INLINE_LAMBDA { return hn::BitCast(d, hn::InterleaveUpper(pairs, cast(a), cast(b))); });
    join(
        1, [&](V a, V b) ENGRAM_INLINE_LAMBDA { return hn::OddEven(hn::DupEven(b), a); },
        [&](V a, V b) ENGRAM_INLINE_LAMBDA { return hn::OddEven(b, hn::DupOdd(a)); });
  } else {
    join(
        1, [&](V a, V b) ENGRAM_INLINE_LAMBDA { return hn::InterleaveLower(d, a, b); },
        [&](V a, V b) ENGRAM_INLINE_LAMBDA { return hn::InterleaveUpper(d, a, b); });
  }
  return r[0];
}
#endif

ENGRAM_TARGET_END

#endif
