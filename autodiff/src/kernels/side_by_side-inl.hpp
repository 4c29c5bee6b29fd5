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
/// What is usual, a whole vector of matrices, is inlined, where sizes are constants.
template <class S>
ENGRAM_INLINE void lay_side_by_side(const S* x, Index step, Index size, Index s, Index some, S* vectors) {
  constexpr Index L = lanes_of<S>;
  if (step == 0) {
    for (Index q = 0; q < size; ++q) std::fill_n(vectors + q * L, L, x[q]);
    return;
  }
  x += s * step;
  if (some == L && step == size && deinterleave_few(size, x, vectors, L, L)) return;
  if (some == L && size > 4)
    transpose_by_tiles(x, step, vectors, L, L, size);
  else
    transpose_block(x, step, vectors, L, some, size);
}

/// The reverse.
template <class S>
ENGRAM_INLINE void lay_one_by_one(const S* vectors, Index size, Index s, Index some, S* y) {
  constexpr Index L = lanes_of<S>;
  y += s * size;
  if (some == L && interleave_few(size, vectors, L, y, L)) return;
  if (some == L && size > 4)
    transpose_by_tiles(vectors, L, y, size, size, L);
  else
    transpose_block(vectors, L, y, size, size, some);
}

ENGRAM_TARGET_END

#endif
