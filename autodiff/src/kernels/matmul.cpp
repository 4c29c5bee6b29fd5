// Matrix products, made for skinny ones: hundreds of rows, inner and outer dimensions of a few vectors.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matmul.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/square-inl.hpp"
#include "kernels/tile-inl.hpp"
#include "kernels/transpose-inl.hpp"
#include <algorithm>
// clang-format on

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

template <class S>
constexpr Index lanes_of = static_cast<Index>(hn::MaxLanes(hn::ScalableTag<S>()));

/// C += addend, for the paths that have no tiles.
template <class S>
HWY_NOINLINE void add_to(S* c, Index M, Index N, const Addend<S>& addend) {
  const hn::ScalableTag<S> d;
  const Index L = lanes(d);
  AddendRows<S> rows(addend, 0, 0);
  for (Index i = 0; i < M; ++i, c += N, rows.next()) {
    Index j = 0;
    for (; j + L <= N; j += L) hn::StoreU(hn::Add(hn::LoadU(d, c + j), rows.load(d, j)), d, c + j);
    if (j < N) store_first(hn::Add(load_first(d, c + j, N - j), rows.load_some(d, j, N - j)), d, c + j, N - j);
  }
}

// --- at most four columns: one scalar product each

/// The scalar products of a (K values) with N columns that lie K apart.
template <int N, class S>
HWY_INLINE void scalar_products(const S* a, const S* columns, S* c, Index K) {
  const hn::ScalableTag<S> d;
  using Vec = hn::Vec<decltype(d)>;
  const Index L = lanes(d);
  Vec even[N], odd[N];
  for (int n = 0; n < N; ++n) even[n] = odd[n] = hn::Zero(d);
  const auto add = [&](Vec* sum, Index k) HWY_ATTR {
    const Vec v = hn::LoadU(d, a + k);
    for (int n = 0; n < N; ++n) sum[n] = hn::MulAdd(v, hn::LoadU(d, columns + n * K + k), sum[n]);
  };
  Index k = 0;
  for (; k + 2 * L <= K; k += 2 * L) {
    add(even, k);
    add(odd, k + L);
  }
  if (k + L <= K) {
    add(even, k);
    k += L;
  }
  if (k < K) {
    const Vec v = load_first(d, a + k, K - k);
    for (int n = 0; n < N; ++n) odd[n] = hn::MulAdd(v, load_first(d, columns + n * K + k, K - k), odd[n]);
  }
  for (int n = 0; n < N; ++n) c[n] = hn::GetLane(hn::SumOfLanes(d, hn::Add(even[n], odd[n])));
}

template <int N, class S>
HWY_NOINLINE void rows_by_columns(const S* a, Index a_stride, const S* columns, S* c, Index c_stride, Index M,
                                  Index K) {
  for (Index i = 0; i < M; ++i) scalar_products<N>(a + i * a_stride, columns, c + i * c_stride, K);
}

constexpr Index most_columns = 4, longest_column = 256;

/// C (M x N) = A B' for N <= 4; B's columns are gathered unless they lie as wanted.
template <class S>
HWY_INLINE void few_columns(const S* a, Index a_stride, bool transpose_b, const S* b, S* c, Index M, Index N,
                            Index K) {
  HWY_ALIGN S gathered[most_columns * longest_column];
  if (!transpose_b && N > 1) {
    for (Index k = 0; k < K; ++k)
      for (Index n = 0; n < N; ++n) gathered[n * K + k] = b[k * N + n];
    b = gathered;
  }
  switch (N) {
    case 1:
      return rows_by_columns<1>(a, a_stride, b, c, N, M, K);
    case 2:
      return rows_by_columns<2>(a, a_stride, b, c, N, M, K);
    case 3:
      return rows_by_columns<3>(a, a_stride, b, c, N, M, K);
    default:
      return rows_by_columns<4>(a, a_stride, b, c, N, M, K);
  }
}

// --- at most eight rows, by a transposed operand: it is transposed in registers

constexpr Index most_rows = 8;

template <int M, bool transposed, class S>
HWY_NOINLINE void few_rows_of(const Left<transposed, S> a, const S* b, S* c, Index N, Index K,
                              const Addend<S>& addend) {
  const hn::ScalableTag<S> d;
  using Vec = hn::Vec<decltype(d)>;
  constexpr Index L = lanes_of<S>;
  for (Index j = 0; j < N; j += L) {
    const Index columns = std::min(L, N - j);
    Vec sum[M];
    unrolled<M, 1>([&](int m, int) HWY_ATTR { sum[m] = hn::Zero(d); });
    for (Index k = 0; k < K; k += L) {
      const Index depth = std::min(L, K - k);
      Vec square[L];
      unrolled<L, 1>([&](int q, int) HWY_ATTR {
        const S* row = b + (j + std::min<Index>(q, columns - 1)) * K + k;
        square[q] = depth == L ? hn::LoadU(d, row) : load_first(d, row, depth);
      });
      transpose_square(d, square);
      unrolled<L, 1>([&](int q, int) HWY_ATTR {
        if (q < depth)
          unrolled<M, 1>([&](int m, int) HWY_ATTR {
            sum[m] = hn::MulAdd(hn::Set(d, *a.at(m, k + q).data), square[q], sum[m]);
          });
      });
    }
    if (addend.data) {
      AddendRows<S> rows(addend, 0, j);
      unrolled<M, 1>([&](int m, int) HWY_ATTR {
        sum[m] = hn::Add(sum[m], columns == L ? rows.load(d, 0) : rows.load_some(d, 0, columns));
        rows.next();
      });
    }
    unrolled<M, 1>([&](int m, int) HWY_ATTR {
      columns == L ? hn::StoreU(sum[m], d, c + m * N + j) : store_first(sum[m], d, c + m * N + j, columns);
    });
  }
}

/// C (M x N) = A Bᵀ for M <= 8.
template <int M = most_rows, bool transposed, class S>
HWY_INLINE void few_rows(const Left<transposed, S> a, const S* b, S* c, Index rows, Index N, Index K,
                         const Addend<S>& addend) {
  if constexpr (M > 0) {
    if (rows == M)
      few_rows_of<M>(a, b, c, N, K, addend);
    else
      few_rows<M - 1>(a, b, c, rows, N, K, addend);
  }
}

// --- all others, by panels of the right operand

/// A panel of so many columns, by the tiles that fit it.
template <bool transposed, class S>
HWY_INLINE void panel(const Left<transposed, S> a, const Panel<S>& p, Index M, Index columns) {
  const hn::ScalableTag<S> d;
  const Index L = lanes(d);
#if HWY_TARGET <= HWY_AVX3
  if (columns <= L / 2) return rows_of<1, true>(hn::Half<decltype(d)>(), a, p, M);
#endif
  if (columns > L)
    p.last < L ? rows_of<2, true>(d, a, p, M) : rows_of<2, false>(d, a, p, M);
  else
    p.last < L ? rows_of<1, true>(d, a, p, M) : rows_of<1, false>(d, a, p, M);
}

template <class S>
constexpr Index panel_width = 2 * lanes_of<S>;

/// How many values there are in the last of the vectors that hold n.
template <class S>
HWY_INLINE Index last_of(Index n) {
  const Index L = lanes_of<S>;
  return n - (n - 1) / L * L;
}

/// B' (depth x columns) as whole vectors, followed by zeros.
template <class S>
HWY_NOINLINE void copy_panel(bool transpose_b, const S* b, Index b_stride, S* copy, Index width, Index depth,
                             Index columns) {
  if (columns < width) std::fill_n(copy, depth * width, S{0});
  if (transpose_b)
    transpose_block(b, b_stride, copy, width, columns, depth);
  else
    for (Index k = 0; k < depth; ++k) copy_row(b + k * b_stride, copy + k * width, columns);
}

/// C (M x N) = A B' + addend, where B' is B, K rows that are b_stride apart, or the transpose of N such rows:
/// by panels, which are copied if they have to be transposed, if their rows lie so far apart that they would
/// not stay in cache, or if their last vectors cannot be loaded well.
template <bool transposed, class S>
HWY_NOINLINE void panels(const Left<transposed, S> a, bool transpose_b, const S* b, Index b_stride, S* c,
                         Index c_stride, Index M, Index N, Index K, const Addend<S>& addend) {
  constexpr Index width = panel_width<S>, copied_depth = 256, direct_depth = 1024;
  HWY_ALIGN S copy[copied_depth * width];
  const bool far = N > 2 * width && K * N > 8192 && M > 8;
  for (Index j = 0; j < N; j += width) {
    const Index columns = std::min(width, N - j), last = last_of<S>(columns);
    const bool copies = transpose_b || far || (last < width / 2 && !masks_are_cheap);
    const Index depth_most = copies ? copied_depth : direct_depth;
    for (Index k = 0; k < K; k += depth_most) {
      const Index depth = std::min(depth_most, K - k);
      const bool spills = columns == N && depth == K && c_stride == N;
      Panel<S> p{b + k * b_stride + j,     b_stride, depth, c + j, c_stride,
                 spills ? c + M * N : c,   last,     k > 0, {},    j};
      if (k + depth == K) p.addend = addend;
      if (copies) {
        p.stride = columns > width / 2 ? width : width / 2;
        copy_panel(transpose_b, transpose_b ? b + j * b_stride + k : p.b, b_stride, copy, p.stride, depth,
                   columns);
        p.b = copy;
      }
      panel(a.at(0, k), p, M, columns);
    }
  }
}

template <bool transposed, class S>
HWY_INLINE void product_by(const Left<transposed, S> a, const Product<S>& p, S* c) {
  const Index last = last_of<S>(p.n);
  // The usual case: all of B is one panel, and used where it lies.
  if (!p.transpose_b && p.n <= panel_width<S> && p.k <= 1024 && (masks_are_cheap || last == lanes_of<S>))
    panel(a, Panel<S>{p.b, p.n, p.k, c, p.n, c + p.m * p.n, last, false, p.addend, 0}, p.m, p.n);
  else
    panels(a, p.transpose_b, p.b, p.transpose_b ? p.k : p.n, c, p.n, p.m, p.n, p.k, p.addend);
}

/// C = Aᵀ B' by way of Cᵀ = B'ᵀ A, some of whose columns are computed at a time.
template <class S>
HWY_NOINLINE void transposed_panels(const Product<S>& p, S* c) {
  constexpr Index L = lanes_of<S>, width = 4 * L;
  HWY_ALIGN S part[L * width];
  for (Index i = 0; i < p.m; i += width) {
    const Index columns = std::min(width, p.m - i);
    if (p.transpose_b)
      panels(Left<false, S>{p.b, p.k}, false, p.a + i, p.a_stride, part, width, p.n, columns, p.k, {});
    else
      panels(Left<true, S>{p.b, p.n}, false, p.a + i, p.a_stride, part, width, p.n, columns, p.k, {});
    transpose_block(part, width, c + i * p.n, p.n, p.n, columns);
  }
}

/// Which way is taken depends on the number of rows only where rows are few, so that products of many rows may
/// be computed in parts.
template <class S>
HWY_INLINE void product(Product<S> p, S* c) {
  const Index L = lanes(hn::ScalableTag<S>());
  // Vectors need no transposing.
  if (p.transpose_a && (p.k == 1 || (p.m == 1 && p.a_stride == 1))) {
    p.transpose_a = false;
    p.a_stride = p.k;
  }
  p.transpose_b = p.transpose_b && p.n > 1 && p.k > 1;
  if (p.m == 0 || p.n == 0) return;
  const bool short_sums = p.k < L / 2 || p.k > longest_column;
  if (p.k == 0) {
    std::fill_n(c, p.m * p.n, S{0});
  } else if (!p.transpose_a && (p.n == 1 || (p.n <= most_columns && !short_sums))) {
    few_columns(p.a, p.a_stride, p.transpose_b, p.b, c, p.m, p.n, p.k);
  } else if (p.m == 1 && p.transpose_b) {
    rows_by_columns<1>(p.b, p.k, p.a, c, 1, p.n, p.k);
  } else if (p.transpose_b && p.m <= most_rows && p.n >= L) {
    return p.transpose_a ? few_rows(Left<true, S>{p.a, p.a_stride}, p.b, c, p.m, p.n, p.k, p.addend)
                         : few_rows(Left<false, S>{p.a, p.a_stride}, p.b, c, p.m, p.n, p.k, p.addend);
  } else if (p.transpose_a && p.n <= L / 2 && p.m >= L) {  // its vectors are fuller
    transposed_panels(p, c);
  } else {
    return p.transpose_a ? product_by(Left<true, S>{p.a, p.a_stride}, p, c)
                         : product_by(Left<false, S>{p.a, p.a_stride}, p, c);
  }
  if (p.addend.data) add_to(c, p.m, p.n, p.addend);
}

void matmul_float(const Product<float>& p, float* c) { product(p, c); }
void matmul_double(const Product<double>& p, double* c) { product(p, c); }

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
ENGRAM_AUTODIFF_BEGIN
namespace kernels {

HWY_EXPORT(matmul_float);
HWY_EXPORT(matmul_double);
template <>
void matmul(const Product<float>& p, float* c) {
  HWY_DYNAMIC_DISPATCH(matmul_float)(p, c);
}
template <>
void matmul(const Product<double>& p, double* c) {
  HWY_DYNAMIC_DISPATCH(matmul_double)(p, c);
}

}  // namespace kernels
ENGRAM_AUTODIFF_END
#endif
