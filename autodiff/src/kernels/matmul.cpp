// Matrix products, made for skinny ones: hundreds of rows, inner and outer dimensions of a few vectors.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matmul.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/transpose-inl.hpp"
#include <algorithm>
// clang-format on

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

/// The left operand: rows of it, or of its transpose, are `stride` apart.
template <bool transposed, class S>
struct Left {
  const S* data;
  Index stride;
  Left at(Index i, Index k) const { return {data + (transposed ? k * stride + i : i * stride + k), stride}; }
};

/// The right operand, `depth` rows of at most two vectors, and the result.
template <class S>
struct Panel {
  const S* b;
  Index stride, depth;
  S* c;
  Index c_stride;
  const S* end;  // up to here a row's last vector may spill over the next row, which is stored after it
  Index last;    // values in a row's last vector
  bool adds;     // to what is in c
};

/// How many rows a tile has: its sums, vectors of B and a value of A fill the registers.
template <int V>
constexpr int tile_rows = (HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON ? 16 : 12) / V;

#if HWY_TARGET <= HWY_AVX2
constexpr bool masks_are_cheap = true;
#else
constexpr bool masks_are_cheap = false;
#endif

/// f(r, v) for r < R and v < V, without loops: the arrays of vectors that f indexes become registers.
template <int R, int V, class F>
HWY_INLINE void unrolled(const F& f) {
  HWY_UNROLL(16)
  for (int r = 0; r < R; ++r) {
    HWY_UNROLL(16)
    for (int v = 0; v < V; ++v) f(r, v);
  }
}

/// C (R rows x V vectors) [+]= A B. The sums stay in registers; each value of A is broadcast, each vector of
/// B is loaded once per R rows. Few rows are summed several ways, by k modulo `ways`, which hides the latency
/// of the additions.
template <int R, int V, bool partial, class D, bool transposed, class S>
HWY_INLINE void tile(D d, const Left<transposed, S> a, const Panel<S>& p, S* HWY_RESTRICT c) {
  using Vec = hn::Vec<D>;
  const Index N = lanes(d);
  constexpr int ways = R * V >= 8 ? 1 : 8 / (R * V);
  Vec sum[ways * R][V];
  unrolled<ways * R, V>([&](int r, int v) HWY_ATTR { sum[r][v] = hn::Zero(d); });
  if (p.adds)
    unrolled<R, V>([&](int r, int v) HWY_ATTR {
      const S* from = c + r * p.c_stride + v * N;
      sum[r][v] = partial && v == V - 1 ? load_first(d, from, p.last) : hn::LoadU(d, from);
    });

  constexpr int groups = transposed ? 1 : (R + 3) / 4;  // a pointer for four rows: few registers hold all
  const S* HWY_RESTRICT left[groups];
  unrolled<groups, 1>([&](int g, int) HWY_ATTR { left[g] = a.at(4 * g, 0).data; });
  const S* HWY_RESTRICT b = p.b;
  const auto add_products = [&](int way) HWY_ATTR {
    Vec row[V];
    unrolled<1, V>([&](int, int v) HWY_ATTR {
      row[v] = partial && masks_are_cheap && v == V - 1 ? load_first(d, b + v * N, p.last)
                                                        : hn::LoadU(d, b + v * N);
    });
    unrolled<R, V>([&](int r, int v) HWY_ATTR {
      const Vec value = hn::Set(d, transposed ? left[0][r] : left[r / 4][r % 4 * a.stride]);
      sum[way * R + r][v] = hn::MulAdd(value, row[v], sum[way * R + r][v]);
    });
    b += p.stride;
    unrolled<groups, 1>([&](int g, int) HWY_ATTR { left[g] += transposed ? a.stride : 1; });
  };
  for (Index k = 0; k < p.depth; k += ways)
    unrolled<ways, 1>([&](int way, int) HWY_ATTR {
      if (way == 0 || k + way < p.depth) add_products(way);
    });
  HWY_UNROLL(4)
  for (int half = ways / 2 * R; half >= R; half /= 2)
    unrolled<ways / 2 * R, V>([&](int r, int v) HWY_ATTR {
      if (r < half) sum[r][v] = hn::Add(sum[r][v], sum[half + r][v]);
    });

  // Masked stores hold up the loads behind them; where a row's last vector may spill, it is stored whole.
  const bool whole = !partial || p.end - c >= (R - 1) * p.c_stride + V * N;
  unrolled<R, V>([&](int r, int v) HWY_ATTR {
    S* to = c + r * p.c_stride + v * N;
    if (whole || v < V - 1)
      hn::StoreU(sum[r][v], d, to);
    else
      store_first(sum[r][v], d, to, p.last);
  });
}

/// As many tiles of R rows as fit below the first i rows.
template <int R, int V, bool partial, class D, bool transposed, class S>
HWY_INLINE void tiles(D d, const Left<transposed, S> a, const Panel<S>& p, Index& i, Index M) {
  for (; i + R <= M; i += R) tile<R, V, partial>(d, a.at(i, 0), p, p.c + i * p.c_stride);
}

/// The one tile that holds the last rows, at most R of them.
template <int R, int V, bool partial, class D, bool transposed, class S>
HWY_INLINE void last_tile(D d, const Left<transposed, S> a, const Panel<S>& p, Index i, Index rows) {
  if constexpr (R > 0) {
    if (rows == R)
      tile<R, V, partial>(d, a.at(i, 0), p, p.c + i * p.c_stride);
    else
      last_tile<R - 1, V, partial>(d, a, p, i, rows);
  }
}

template <int V, bool partial, class D, bool transposed, class S>
HWY_NOINLINE void rows_of(D d, const Left<transposed, S> a, const Panel<S>& panel, Index M) {
  const Panel<S> p = panel;  // no store to c changes this one, as far as the compiler can see
  constexpr int most = tile_rows<V>;
  Index i = 0;
  tiles<most, V, partial>(d, a, p, i, M);
  if constexpr (most > 8) tiles<8, V, partial>(d, a, p, i, M);
  last_tile<std::min(most, 8) - 1, V, partial>(d, a, p, i, M - i);
}

/// c[i] = sum over k of a(i, k) b[k].
template <class S>
HWY_INLINE void matrix_by_vector(const S* a, const S* b, S* c, Index M, Index K) {
  const hn::ScalableTag<S> d;
  const Index N = lanes(d);
  for (Index i = 0; i < M; ++i, a += K) {
    auto even = hn::Zero(d), odd = even;
    Index k = 0;
    for (; k + 2 * N <= K; k += 2 * N) {
      even = hn::MulAdd(hn::LoadU(d, a + k), hn::LoadU(d, b + k), even);
      odd = hn::MulAdd(hn::LoadU(d, a + k + N), hn::LoadU(d, b + k + N), odd);
    }
    if (k + N <= K) {
      even = hn::MulAdd(hn::LoadU(d, a + k), hn::LoadU(d, b + k), even);
      k += N;
    }
    if (k < K) odd = hn::MulAdd(load_first(d, a + k, K - k), load_first(d, b + k, K - k), odd);
    c[i] = hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
  }
}

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
constexpr Index panel_width = 2 * static_cast<Index>(hn::MaxLanes(hn::ScalableTag<S>()));

/// How many values there are in the last of the vectors that hold n.
template <class S>
HWY_INLINE Index last_of(Index n) {
  const Index L = panel_width<S> / 2;
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

/// C (M x N) = A B', where B' is B, K rows that are b_stride apart, or the transpose of N such rows: by
/// panels, which are copied if they have to be transposed, if their rows lie so far apart that they would not
/// stay in cache, or if their last vectors cannot be loaded well.
template <bool transposed, class S>
HWY_NOINLINE void panels(const Left<transposed, S> a, bool transpose_b, const S* b, Index b_stride, S* c,
                         Index c_stride, Index M, Index N, Index K) {
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
      Panel<S> p{b + k * b_stride + j, b_stride, depth, c + j, c_stride, spills ? c + M * N : c, last, k > 0};
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
HWY_INLINE void product_by(const Left<transposed, S> a, bool transpose_b, const S* b, S* c, Index M, Index N,
                           Index K) {
  const Index last = last_of<S>(N);
  // The usual case: all of B is one panel, and used where it lies.
  if (!transpose_b && N <= panel_width<S> && K <= 1024 && (masks_are_cheap || last == panel_width<S> / 2))
    panel(a, Panel<S>{b, N, K, c, N, c + M * N, last, false}, M, N);
  else
    panels(a, transpose_b, b, transpose_b ? K : N, c, N, M, N, K);
}

/// C = Aᵀ B' by way of Cᵀ = B'ᵀ A, some of whose columns are computed at a time.
template <class S>
HWY_INLINE void transposed_panels(bool transpose_b, const S* a, const S* b, S* c, Index M, Index N, Index K) {
  constexpr Index L = static_cast<Index>(hn::MaxLanes(hn::ScalableTag<S>())), width = 4 * L;
  HWY_ALIGN S part[L * width];
  for (Index i = 0; i < M; i += width) {
    const Index columns = std::min(width, M - i);
    if (transpose_b)
      panels(Left<false, S>{b, K}, false, a + i, M, part, width, N, columns, K);
    else
      panels(Left<true, S>{b, N}, false, a + i, M, part, width, N, columns, K);
    transpose_block(part, width, c + i * N, N, N, columns);
  }
}

template <class S>
HWY_INLINE void product(bool transpose_a, bool transpose_b, const S* a, const S* b, S* c, Index M, Index N,
                        Index K) {
  const Index L = lanes(hn::ScalableTag<S>());
  // Vectors need no transposing.
  transpose_a = transpose_a && M > 1 && K > 1;
  transpose_b = transpose_b && N > 1 && K > 1;
  const auto vectors = [L](Index n) { return (n + L - 1) / L; };
  if (M == 0 || N == 0) return;
  if (K == 0)
    std::fill_n(c, M * N, S{0});
  else if (N == 1 && !transpose_a)
    matrix_by_vector(a, b, c, M, K);
  else if (M == 1 && transpose_b)
    matrix_by_vector(b, a, c, N, K);
  else if (transpose_a && N < L && vectors(M) * N < M)  // its vectors are fuller
    transposed_panels(transpose_b, a, b, c, M, N, K);
  else if (transpose_a)
    product_by(Left<true, S>{a, M}, transpose_b, b, c, M, N, K);
  else
    product_by(Left<false, S>{a, K}, transpose_b, b, c, M, N, K);
}

void matmul_float(bool transpose_a, bool transpose_b, const float* a, const float* b, float* c, Index m,
                  Index n, Index k) {
  product(transpose_a, transpose_b, a, b, c, m, n, k);
}
void matmul_double(bool transpose_a, bool transpose_b, const double* a, const double* b, double* c, Index m,
                   Index n, Index k) {
  product(transpose_a, transpose_b, a, b, c, m, n, k);
}

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
void matmul(bool transpose_a, bool transpose_b, const float* a, const float* b, float* c, Index m, Index n,
            Index k) {
  HWY_DYNAMIC_DISPATCH(matmul_float)(transpose_a, transpose_b, a, b, c, m, n, k);
}
template <>
void matmul(bool transpose_a, bool transpose_b, const double* a, const double* b, double* c, Index m, Index n,
            Index k) {
  HWY_DYNAMIC_DISPATCH(matmul_double)(transpose_a, transpose_b, a, b, c, m, n, k);
}

}  // namespace kernels
ENGRAM_AUTODIFF_END
#endif
