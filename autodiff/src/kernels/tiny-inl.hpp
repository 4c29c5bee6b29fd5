/// Products of matrices of one to four rows and columns: one, and those of a stack side by side. Each entry
/// is a sum of products in their order, so that both have the same bits. Compiled once per target.
#if defined(ENGRAM_TINY_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_TINY_INL_HPP
#undef ENGRAM_TINY_INL_HPP
#else
#define ENGRAM_TINY_INL_HPP
#endif

#include "kernels/side_by_side-inl.hpp"
#include "kernels/tile-inl.hpp"

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

/// b' (K x N), a row a vector, from b as it lies or transposed. False if there is no way.
template <int K, class D, class S = hn::TFromD<D>>
ENGRAM_INLINE bool load_rows(D d, const S* b, bool transposed, hn::Vec<D>* row) {
  constexpr Index N = static_cast<Index>(hn::MaxLanes(d)), T = tile_columns<S>;
  if (transposed && K > 1) {
    if constexpr (K % T == 0 && N >= T) {
      for (Index k = 0; k < K; k += T) load_transposed(d, b + k, K, row + k);
      return true;
    }
    return false;
  }
  unrolled<K, 1>([&](int k, int) ENGRAM_INLINE_LAMBDA { row[k] = hn::LoadU(d, b + k * N); });
  return true;
}

/// c (m x N) = a' b' + addend, K products a sum, a row of c a vector. False if there is no such vector.
template <int N, int K, class S>
ENGRAM_INLINE bool rows_of_products(const Product<S>& p, S* c) {
  const hn::CappedTag<S, N> d;
  if constexpr (hn::MaxLanes(d) != N) return false;
  const Index step = p.addend.column_stride;
  if (p.addend.data && step > 1) return false;
  hn::Vec<decltype(d)> row[K];
  if (!load_rows<K>(d, p.b, p.transpose_b, row)) return false;
  const Index a_row = p.transpose_a ? 1 : K, a_column = p.transpose_a ? p.m : 1;
  for (Index i = 0; i < p.m; ++i) {
    auto sum = hn::Zero(d);
    unrolled<K, 1>([&](int k, int) ENGRAM_INLINE_LAMBDA {
      sum = hn::MulAdd(hn::Set(d, p.a[i * a_row + k * a_column]), row[k], sum);
    });
    if (p.addend.data) {
      const S* const added = p.addend.data + i * p.addend.row_stride;
      sum = hn::Add(sum, step == 0 ? hn::Set(d, *added) : hn::LoadU(d, added));
    }
    hn::StoreU(sum, d, c + i * N);
  }
  return true;
}
template <int N, class S>
ENGRAM_INLINE bool rows_of_products(const Product<S>& p, S* c) {
  switch (p.k) {
    case 1:
      return rows_of_products<N, 1>(p, c);
    case 2:
      return rows_of_products<N, 2>(p, c);
    case 3:
      return rows_of_products<N, 3>(p, c);
    default:
      return rows_of_products<N, 4>(p, c);
  }
}

template <class S>
HWY_NOINLINE void tiny_product(const Product<S>& product, S* c) {
  Product<S> p = product;
  if (p.n == 1 && p.m > 1) {  // a column is a row of the transposed product
    p = {1, p.m, p.k, p.b, p.a, false, !p.transpose_a};
    p.addend = {product.addend.data, 0, product.addend.row_stride};
  }
  if (p.n == 4 && rows_of_products<4>(p, c)) return;
  if (p.n == 2 && rows_of_products<2>(p, c)) return;
  sums_of_products(hn::CappedTag<S, 1>(), p, p.a, p.b, p.addend, 1, c);
}

/// With m, n and k given apart from p: as constants, where compilers are to unroll all loops.
template <class S>
ENGRAM_INLINE void products_side_by_side(Product<S> p, Index m, Index n, Index k, S* c) {
  constexpr Index L = lanes_of<S>, most = most_tiny * most_tiny;
  p.m = m, p.n = n, p.k = k;
  HWY_ALIGN S a[most * L] = {}, b[most * L] = {}, added[most * L] = {}, results[most * L] = {};
  // What is repeated in a row or a column of the addend stands there once.
  const Index rows = p.addend.row_stride == 0 ? 1 : m, columns = p.addend.column_stride == 0 ? 1 : n;
  Strided<S> addend = p.addend;
  if (addend.data) addend.data = added;
  for (Index s = 0; s < p.count; s += L) {
    const Index some = std::min(L, p.count - s);
    lay_side_by_side(p.a, p.a_step, m * k, s, some, a);
    lay_side_by_side(p.b, p.b_step, k * n, s, some, b);
    if (addend.data) lay_side_by_side(p.addend.data, p.addend_step, rows * columns, s, some, added);
    sums_of_products(hn::ScalableTag<S>(), p, a, b, addend, L, results);
    lay_one_by_one(results, m * n, s, some, c);
  }
}

/// Products of K x K matrices with each other, with columns, and those of columns and rows.
template <Index K, class S>
ENGRAM_INLINE bool products_of_size(const Product<S>& p, S* c) {
  if (p.m != K) return false;
  if (p.n == K && p.k == K)
    products_side_by_side(p, K, K, K, c);
  else if (p.n == 1 && p.k == K)
    products_side_by_side(p, K, 1, K, c);
  else if (p.n == K && p.k == 1)
    products_side_by_side(p, K, K, 1, c);
  else
    return false;
  return true;
}

template <class S>
HWY_NOINLINE void tiny_products(const Product<S>& p, S* c) {
  if (products_of_size<4>(p, c) || products_of_size<3>(p, c) || products_of_size<2>(p, c)) return;
  products_side_by_side(p, p.m, p.n, p.k, c);
}

ENGRAM_TARGET_END

#endif
