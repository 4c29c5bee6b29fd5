/// Products of matrices of one to four rows and columns: one, and those of a stack side by side. Each entry
/// is a sum of products in their order, so that both have the same bits. Compiled once per target.
#if defined(ENGRAM_TINY_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_TINY_INL_HPP
#undef ENGRAM_TINY_INL_HPP
#else
#define ENGRAM_TINY_INL_HPP
#endif

#include "kernels/tile-inl.hpp"
#include "kernels/transpose-inl.hpp"

#include <algorithm>

ENGRAM_TARGET_BEGIN

constexpr Index most_tiny = 4;

template <class S>
ENGRAM_INLINE bool is_tiny(const Product<S>& p) {
  return p.m <= most_tiny && p.n <= most_tiny && 1 <= p.k && p.k <= most_tiny;
}

/// c = a' b' + addend, K products a sum, with vectors of the tag d. `entries` lie between one entry of a
/// matrix and the next one.
template <int K, class D, class S = hn::TFromD<D>>
ENGRAM_INLINE void sums_of_products(D d, const Product<S>& p, const S* a, const S* b, Strided<S> addend,
                                    Index entries, S* c) {
  const Index a_row = (p.transpose_a ? 1 : K) * entries, a_column = (p.transpose_a ? p.m : 1) * entries;
  const Index b_row = (p.transpose_b ? 1 : p.n) * entries, b_column = (p.transpose_b ? K : 1) * entries;
  for (Index j = 0; j < p.n; ++j) {
    hn::Vec<D> column[K];
    unrolled<K, 1>([&](int k, int)
                       ENGRAM_INLINE_LAMBDA { column[k] = hn::LoadU(d, b + k * b_row + j * b_column); });
    for (Index i = 0; i < p.m; ++i) {
      auto sum = hn::Zero(d);
      unrolled<K, 1>([&](int k, int) ENGRAM_INLINE_LAMBDA {
        sum = hn::MulAdd(hn::LoadU(d, a + i * a_row + k * a_column), column[k], sum);
      });
      const Index at = i * addend.row_stride + j * addend.column_stride;
      if (addend.data) sum = hn::Add(sum, hn::LoadU(d, addend.data + at * entries));
      hn::StoreU(sum, d, c + (i * p.n + j) * entries);
    }
  }
}
template <class D, class S = hn::TFromD<D>>
ENGRAM_INLINE void sums_of_products(D d, const Product<S>& p, const S* a, const S* b, Strided<S> addend,
                                    Index entries, S* c) {
  switch (p.k) {
    case 1:
      return sums_of_products<1>(d, p, a, b, addend, entries, c);
    case 2:
      return sums_of_products<2>(d, p, a, b, addend, entries, c);
    case 3:
      return sums_of_products<3>(d, p, a, b, addend, entries, c);
    default:
      return sums_of_products<4>(d, p, a, b, addend, entries, c);
  }
}

template <class S>
HWY_NOINLINE void tiny_product(const Product<S>& p, S* c) {
  sums_of_products(hn::CappedTag<S, 1>(), p, p.a, p.b, p.addend, 1, c);
}

/// The matrices of a stack, a vector of them at a time: each entry of theirs is a vector.
template <class S>
class SideBySide {
 public:
  /// `size` entries a matrix, the next one `step` behind; one for all if that is 0.
  SideBySide(const S* x, Index step, Index size) : x_(x), step_(step), size_(size) {
    if (x && step == 0)
      for (Index q = 0; q < size; ++q) std::fill_n(entries_ + q * lanes_of<S>, lanes_of<S>, x[q]);
  }
  /// Matrices from the s-th on.
  ENGRAM_INLINE const S* at(Index s, Index some) {
    if (step_ != 0) transpose_block(x_ + s * step_, step_, entries_, lanes_of<S>, some, size_);
    return x_ ? entries_ : nullptr;
  }

 private:
  const S* x_;
  Index step_, size_;
  HWY_ALIGN S entries_[most_tiny * most_tiny * lanes_of<S>] = {};
};

template <class S>
HWY_NOINLINE void tiny_products(const Product<S>& p, S* c) {
  const hn::ScalableTag<S> d;
  constexpr Index L = lanes_of<S>;
  // What is repeated in a row or a column of the addend stands there once.
  const Index rows = p.addend.row_stride == 0 ? 1 : p.m, columns = p.addend.column_stride == 0 ? 1 : p.n;
  SideBySide<S> a(p.a, p.a_step, p.m * p.k), b(p.b, p.b_step, p.k * p.n);
  SideBySide<S> added(p.addend.data, p.addend_step, rows * columns);
  HWY_ALIGN S results[most_tiny * most_tiny * L] = {};
  for (Index s = 0; s < p.count; s += L, c += L * p.m * p.n) {
    const Index some = std::min(L, p.count - s);
    const Strided<S> addend{added.at(s, some), p.addend.row_stride, p.addend.column_stride};
    sums_of_products(d, p, a.at(s, some), b.at(s, some), addend, L, results);
    transpose_block(results, L, c, p.m * p.n, p.m * p.n, some);
  }
}

ENGRAM_TARGET_END

#endif
