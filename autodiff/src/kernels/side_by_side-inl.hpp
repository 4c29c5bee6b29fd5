/// Tiny matrices of a stack side by side: a vector has the same entry of as many matrices as it has values.
/// Compiled once per target.
#if defined(ENGRAM_SIDE_BY_SIDE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_SIDE_BY_SIDE_INL_HPP
#undef ENGRAM_SIDE_BY_SIDE_INL_HPP
#else
#define ENGRAM_SIDE_BY_SIDE_INL_HPP
#endif

#include "kernels/transpose-inl.hpp"

#include <algorithm>

ENGRAM_TARGET_BEGIN

/// `some` matrices from the s-th on, of `size` entries each, `step` apart; one serves for all if that is 0.
template <class S>
ENGRAM_INLINE void lay_side_by_side(const S* x, Index step, Index size, Index s, Index some, S* vectors) {
  if (step != 0) return transpose_block(x + s * step, step, vectors, lanes_of<S>, some, size);
  for (Index q = 0; q < size; ++q) std::fill_n(vectors + q * lanes_of<S>, lanes_of<S>, x[q]);
}

/// The reverse.
template <class S>
ENGRAM_INLINE void lay_one_by_one(const S* vectors, Index size, Index s, Index some, S* y) {
  transpose_block(vectors, lanes_of<S>, y + s * size, size, size, some);
}

ENGRAM_TARGET_END

#endif
