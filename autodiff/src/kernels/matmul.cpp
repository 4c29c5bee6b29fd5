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
  const bool whole = addend.rows == M && addend.first == 0 && addend.row_stride == N && addend.column_stride == 1;
  if (whole) N *= M, M = 1;
  AddendRows<S> rows(addend, 0);
  for (Index i = 0; i < M; ++i, c += N, rows.next()) {
    Index j = 0;
    for (; j + L <= N; j += L) hn::StoreU(hn::Add(hn::LoadU(d, c + j), rows.load(d, j)), d, c + j);
    if (j < N) store_first(hn::Add(load_first(d, c + j, N - j), rows.load_some(d, j, N - j)), d, c + j, N - j);
  }
}

// --- at most four columns: scalar products, a vector of them at a time

constexpr Index most_columns = 4, longest_column = 256;

/// C (M x N) = A B, where B's columns lie K apart.
template <int N, class S>
HWY_NOINLINE void rows_by_columns(const S* a, Index a_stride, const S* columns, S* c, Index M, Index K) {
  const hn::ScalableTag<S> d;
  using Vec = hn::Vec<decltype(d)>;
  constexpr Index L = lanes_of<S>;
  constexpr int G = std::max<int>(1, static_cast<int>(L) / N);  // rows at a time
  constexpr int parts = (G * N + static_cast<int>(L) - 1) / static_cast<int>(L);
  for (Index i = 0; i < M; i += G) {
    Vec sum[parts * L];
    unrolled<static_cast<int>(parts * L), 1>([&](int q, int) HWY_ATTR { sum[q] = hn::Zero(d); });
    const auto add = [&](Index k, const auto& load) HWY_ATTR {
      Vec column[N];
      unrolled<N, 1>([&](int n, int) HWY_ATTR { column[n] = load(columns + n * K + k); });
      unrolled<G, 1>([&](int g, int) HWY_ATTR {
        const Vec row = load(a + std::min(i + g, M - 1) * a_stride + k);
        unrolled<N, 1>([&](int n, int) HWY_ATTR { sum[g * N + n] = hn::MulAdd(row, column[n], sum[g * N + n]); });
      });
    };
    Index k = 0;
    for (; k + L <= K; k += L) add(k, [&](const S* p) HWY_ATTR { return hn::LoadU(d, p); });
    if (k < K) add(k, [&](const S* p) HWY_ATTR { return load_first(d, p, K - k); });
    // The sum over each vector's values is one value of a sum of vectors.
    const Index count = std::min<Index>(G, M - i) * N;
    unrolled<parts, 1>([&](int part, int) HWY_ATTR {
      Vec* const square = sum + part * L;
      transpose_square(d, square);
      HWY_UNROLL(4)
      for (int half = static_cast<int>(L) / 2; half > 0; half /= 2)
        unrolled<static_cast<int>(L) / 2, 1>([&](int q, int) HWY_ATTR {
          if (q < half) square[q] = hn::Add(square[q], square[q + half]);
        });
      const Index some = count - part * L;
      some >= L ? hn::StoreU(square[0], d, c + i * N + part * L) : store_first(square[0], d, c + i * N + part * L, some);
    });
  }
}

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
      return rows_by_columns<1>(a, a_stride, b, c, M, K);
    case 2:
      return rows_by_columns<2>(a, a_stride, b, c, M, K);
    case 3:
      return rows_by_columns<3>(a, a_stride, b, c, M, K);
    default:
      return rows_by_columns<4>(a, a_stride, b, c, M, K);
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
      AddendRows<S> rows(addend, j);
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
    rows_by_columns<1>(p.b, p.k, p.a, c, p.n, p.k);
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
