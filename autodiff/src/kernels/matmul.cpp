// Matrix products, made for skinny ones: hundreds of rows, inner and outer dimensions of a few vectors.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matmul.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/map-inl.hpp"
#include "kernels/tile-inl.hpp"
#include "kernels/tiny-inl.hpp"
#include "kernels/transpose-inl.hpp"
#include <algorithm>
#include <utility>
// clang-format on

ENGRAM_TARGET_BEGIN

struct add {
  template <class D, class V>
  ENGRAM_INLINE V operator()(D, V a, V b) const {
    return hn::Add(a, b);
  }
};

/// C += addend, for the paths that have no tiles.
template <class S>
HWY_NOINLINE void add_to(S* c, Index M, Index N, Strided<S> addend) {
  map(add{}, c, M, N, Strided<S>{c, N, 1}, addend);
}

/// A longer sum of products is made of blocks of about so many, whose sums are added with compensation: so
/// its rounding error does not grow with its length.
constexpr Index longest_sum = 1024;

// --- at most four columns: scalar products, a vector of them at a time

constexpr Index most_columns = 4, longest_column = 256;

/// Sums of products of G rows of A, `a_stride` apart, with N columns that lie K apart; of less than G rows if
/// not `whole`.
template <int G, int N, bool whole, class D, class V, class S = hn::TFromD<D>>
ENGRAM_INLINE void add_scalar_products(D d, const S* a, Index a_stride, Index rows, const S* columns, Index K,
                                       V* sum) {
  const Index L = lanes(d);
  const auto add = [&](Index k, const auto& load) ENGRAM_INLINE_LAMBDA {
    V column[N];
    unrolled<N, 1>([&](int n, int) ENGRAM_INLINE_LAMBDA { column[n] = held(load(columns + n * K + k)); });
    const S* row = a + k;
    unrolled<G, 1>([&](int g, int) ENGRAM_INLINE_LAMBDA {
      const V values = held(load(row));
      if (whole || g + 1 < rows) row += a_stride;  // what follows the last row is not read
      unrolled<N, 1>([&](int n, int) ENGRAM_INLINE_LAMBDA {
        sum[g * N + n] = hn::MulAdd(values, column[n], sum[g * N + n]);
      });
    });
  };
  Index k = 0;
  for (; k + L <= K; k += L) add(k, [&](const S* p) ENGRAM_INLINE_LAMBDA { return hn::LoadU(d, p); });
  if (k < K) add(k, [&](const S* p) ENGRAM_INLINE_LAMBDA { return load_first(d, p, K - k); });
}

/// C (M x N) = A B, where B's columns lie K apart.
template <int N, class S>
HWY_NOINLINE void rows_by_columns(const S* a, const S* columns, S* c, Index M, Index K) {
  const hn::ScalableTag<S> d;
  constexpr int L = static_cast<int>(lanes_of<S>), G = std::max(1, L / N);  // G: rows at a time
  constexpr int parts = (G * N + L - 1) / L;
  for (Index i = 0; i < M; i += G, a += G * K, c += G * N) {
    hn::Vec<decltype(d)> sum[parts * L];
    unrolled<parts * L, 1>([&](int q, int) ENGRAM_INLINE_LAMBDA { sum[q] = hn::Zero(d); });
    const Index rows = std::min<Index>(G, M - i);
    const auto add_block = [&](Index k, Index depth) ENGRAM_INLINE_LAMBDA {
      rows == G ? add_scalar_products<G, N, true>(d, a + k, K, rows, columns + k, depth, sum)
                : add_scalar_products<G, N, false>(d, a + k, K, rows, columns + k, depth, sum);
    };
    if constexpr (N == 1) {
      add_block(0, std::min(longest_sum, K));
      if (K > longest_sum) {
        Compensated<hn::Vec<decltype(d)>> total[L];
        for (int q = 0; q < L; ++q) total[q] = {sum[q], hn::Zero(d)};
        for (Index k = longest_sum; k < K; k += longest_sum) {
          for (auto& s : sum) s = hn::Zero(d);
          add_block(k, std::min(longest_sum, K - k));
          for (int q = 0; q < L; ++q) total[q].add(sum[q]);
        }
        for (int q = 0; q < L; ++q) sum[q] = total[q].total();
      }
    } else {
      add_block(0, K);
    }
    unrolled<parts, 1>([&](int part, int) ENGRAM_INLINE_LAMBDA {
      const auto products = sums_of_each(d, sum + part * L);
      const Index some = rows * N - part * L;
      if (some >= L)
        hn::StoreU(products, d, c + part * L);
      else if (some > 0)
        store_first(products, d, c + part * L, some);
    });
  }
}

/// C (M x N) = A B' for N <= 4; B's columns are gathered unless they lie as wanted.
template <class S>
ENGRAM_INLINE void few_columns(const S* a, bool transpose_b, const S* b, S* c, Index M, Index N, Index K) {
  HWY_ALIGN S gathered[most_columns * longest_column];
  if (!transpose_b && N > 1) {
    transpose_block(b, N, gathered, K, K, N);
    b = gathered;
  }
  switch (N) {
    case 1:
      return rows_by_columns<1>(a, b, c, M, K);
    case 2:
      return rows_by_columns<2>(a, b, c, M, K);
    case 3:
      return rows_by_columns<3>(a, b, c, M, K);
    default:
      return rows_by_columns<4>(a, b, c, M, K);
  }
}

// --- at most eight rows, by a transposed operand, which is transposed in registers

constexpr Index most_rows = 8;

/// Columns [j, j + W L) of C, for vectors of L values.
template <int M, int W, bool transposed, class S>
ENGRAM_INLINE void few_rows_strip(const Left<transposed, S> a, const S* b, S* c, Index j, Index N, Index K,
                                  const Strided<S>& addend) {
  const hn::ScalableTag<S> d;
  constexpr int L = static_cast<int>(lanes_of<S>), T = static_cast<int>(tile_columns<S>);
  hn::Vec<decltype(d)> sum[M * W];
  unrolled<M * W, 1>([&](int q, int) ENGRAM_INLINE_LAMBDA { sum[q] = hn::Zero(d); });
  for (Index k = 0; k < K; k += T) {
    hn::Vec<decltype(d)> strip[W * T];
    unrolled<W, 1>([&](int w, int) ENGRAM_INLINE_LAMBDA {
      load_transposed(d, b + (j + w * L) * K + k, K, strip + w * T);
    });
    const S* left = a.at(0, k).data;
    unrolled<T, 1>([&](int q, int) ENGRAM_INLINE_LAMBDA {
      unrolled<M, 1>([&](int m, int) ENGRAM_INLINE_LAMBDA {
        const auto value = hn::Set(d, left[transposed ? m : m * a.stride]);
        unrolled<W, 1>([&](int w, int) ENGRAM_INLINE_LAMBDA {
          sum[m * W + w] = hn::MulAdd(value, strip[w * T + q], sum[m * W + w]);
        });
      });
      left += transposed ? a.stride : 1;
    });
  }
  const Index c_stride = unforeseen(N), addend_stride = unforeseen(addend.row_stride);
  const S* row = addend.data;
  S* to = c + j;
  unrolled<M, 1>([&](int m, int) ENGRAM_INLINE_LAMBDA {
    unrolled<W, 1>([&](int w, int) ENGRAM_INLINE_LAMBDA {
      auto& s = sum[m * W + w];
      if (addend.data) s = hn::Add(s, load_addend<false>(d, addend, row, j + w * L, L));
      hn::StoreU(s, d, to + w * L);
    });
    row += addend_stride;
    to += c_stride;
  });
}

template <int M, bool transposed, class S>
HWY_NOINLINE void few_rows_of(const Left<transposed, S> a, const S* b, S* c, Index N, Index K,
                              const Strided<S>& addend) {
  constexpr Index L = lanes_of<S>;
  constexpr int W = HWY_TARGET <= HWY_AVX3 ? 2 : 1;  // vectors that a value of A is loaded for
  Index j = 0;
  if constexpr (W > 1)
    for (; j + W * L <= N; j += W * L) few_rows_strip<M, W>(a, b, c, j, N, K, addend);
  for (; j < N; j += L) few_rows_strip<M, 1>(a, b, c, std::min(j, N - L), N, K, addend);  // may overlap
}

/// C (M x N) = A Bᵀ for M <= 8, N of at least one vector, K of whole ones.
template <int M = most_rows, bool transposed, class S>
ENGRAM_INLINE void few_rows(const Left<transposed, S> a, const S* b, S* c, Index rows, Index N, Index K,
                            const Strided<S>& addend) {
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
ENGRAM_INLINE void panel(const Left<transposed, S> a, const Panel<S>& p, Index M, Index columns) {
  const hn::ScalableTag<S> d;
  const Index L = lanes(d);
#if HWY_TARGET <= HWY_AVX3
  if (columns <= L / 2) return rows_of<1, Last::partial>(hn::Half<decltype(d)>(), a, p, M);
  if (columns > L && p.last <= L / 2) return rows_of<2, Last::half>(d, a, p, M);
#endif
  if (columns > L)
    p.last < L ? rows_of<2, Last::partial>(d, a, p, M) : rows_of<2, Last::whole>(d, a, p, M);
  else
    p.last < L ? rows_of<1, Last::partial>(d, a, p, M) : rows_of<1, Last::whole>(d, a, p, M);
}

template <class S>
constexpr Index panel_width = 2 * lanes_of<S>;

/// How many values there are in the last of the vectors that hold n.
template <class S>
ENGRAM_INLINE Index last_of(Index n) {
  const Index L = lanes_of<S>;
  return n - (n - 1) / L * L;
}

/// B' (depth x columns) as whole vectors, followed by zeros unless loads are masked.
template <class S>
HWY_NOINLINE void copy_panel(bool transpose_b, const S* b, Index b_stride, S* copy, Index width, Index depth,
                             Index columns) {
  if (columns < width && !masks_are_cheap) std::fill_n(copy, depth * width, S{0});
  if (transpose_b)
    transpose_block(b, b_stride, copy, width, columns, depth);
  else
    for (Index k = 0; k < depth; ++k) copy_row(b + k * b_stride, copy + k * width, columns);
}

/// A panel of C = A B + addend by blocks of at most `block` products, whose panels of B `rows_of_b(k, depth)`
/// gives, with their stride.
template <bool transposed, class S, class RowsOfB>
HWY_NOINLINE void long_panel(const Left<transposed, S> a, const RowsOfB& rows_of_b, Index block, S* c,
                             Index c_stride, Index M, Index columns, Index K, const Strided<S>& addend) {
  const hn::ScalableTag<S> d;
  constexpr Index width = panel_width<S>, most = 128;
  HWY_ALIGN S part[most * width] = {};
  HWY_ALIGN S sum[most * width];
  HWY_ALIGN S lost[most * width];
  for (Index i = 0; i < M; i += most, c += most * c_stride) {
    const Index rows = std::min(most, M - i);
    std::fill_n(sum, rows * width, S{0});
    std::fill_n(lost, rows * width, S{0});
    const auto at = [&](Index q) HWY_ATTR {
      return Compensated<hn::Vec<decltype(d)>>{hn::Load(d, sum + q), hn::Load(d, lost + q)};
    };
    for (Index k = 0; k < K; k += block) {
      const Index depth = std::min(block, K - k);
      const auto [b, stride] = rows_of_b(k, depth);
      panel(
          a.at(i, k),
          Panel<S>{b, stride, depth, part, width, part + most * width, last_of<S>(columns), {nullptr, 0, 0}},
          rows, columns);
      for (Index q = 0; q < rows * width; q += lanes(d)) {
        auto total = at(q);
        total.add(hn::Load(d, part + q));
        hn::Store(total.sum, d, sum + q);
        hn::Store(total.lost, d, lost + q);
      }
    }
    for (Index q = 0; q < rows * width; q += lanes(d)) hn::Store(at(q).total(), d, sum + q);
    for (Index r = 0; r < rows; ++r) copy_row(sum + r * width, c + r * c_stride, columns);
    if (addend.data) {
      const Strided<S> x{addend.data + i * addend.row_stride, addend.row_stride, addend.column_stride};
      for (Index r = 0; r < rows; ++r) {
        S* const row = c + r * c_stride;
        map(add{}, row, 1, columns, Strided<S>{row, columns, 1},
            Strided<S>{x.data + r * x.row_stride, columns, x.column_stride});
      }
    }
  }
}

/// C (M x N) = A B' + addend, where B' is K rows that are b_stride apart, or the transpose of N such rows. It
/// works by panels. A panel is copied if it has to be transposed, if its rows lie so far apart that they
/// would not stay in cache, or if its last vectors cannot be loaded well.
template <bool transposed, class S>
HWY_NOINLINE void panels(const Left<transposed, S> a, bool transpose_b, const S* b, Index b_stride, S* c,
                         Index c_stride, Index M, Index N, Index K, const Strided<S>& addend) {
  constexpr Index width = panel_width<S>, copied_depth = 256;
  HWY_ALIGN S copy[copied_depth * width];
  const bool far = N > 2 * width && K * N > 8192 && M > 8;
  for (Index j = 0; j < N; j += width) {
    const Index columns = std::min(width, N - j), last = last_of<S>(columns);
    const bool copies = transpose_b || far || (last < width / 2 && !masks_are_cheap);
    const Index depth_most = copies ? copied_depth : longest_sum;
    const auto rows_of_b = [&](Index k, Index depth) HWY_ATTR {
      const S* const from = transpose_b ? b + j * b_stride + k : b + k * b_stride + j;
      if (!copies) return std::pair(from, b_stride);
      const Index stride = columns > width / 2 ? width : width / 2;
      copy_panel(transpose_b, from, b_stride, copy, stride, depth, columns);
      return std::pair<const S*, Index>(copy, stride);
    };
    Strided<S> added = addend;
    if (added.data) added.data += j * addend.column_stride;
    if (K <= depth_most) {
      const auto [from, stride] = rows_of_b(0, K);
      const bool spills = columns == N && c_stride == N;
      panel(a, Panel<S>{from, stride, K, c + j, c_stride, spills ? c + M * N : c, last, added}, M, columns);
    } else {
      long_panel(a, rows_of_b, depth_most, c + j, c_stride, M, columns, K, added);
    }
  }
}

template <bool transposed, class S>
ENGRAM_INLINE void product_by(const Left<transposed, S> a, bool transpose_b, const Product<S>& p, S* c) {
  const Index last = last_of<S>(p.n);
  // The usual case: all of B is one panel, and used where it lies.
  if (!transpose_b && p.n <= panel_width<S> && p.k <= longest_sum && (masks_are_cheap || last == lanes_of<S>))
    panel(a, Panel<S>{p.b, p.n, p.k, c, p.n, c + p.m * p.n, last, p.addend}, p.m, p.n);
  else
    panels(a, transpose_b, p.b, transpose_b ? p.k : p.n, c, p.n, p.m, p.n, p.k, p.addend);
}

/// C (M x N) = Aᵀ B for 2 <= N <= 4, along the rows of A.
template <int N, class S>
HWY_NOINLINE void few_columns_along(const S* a, const S* b, S* c, Index M, Index K) {
  const hn::ScalableTag<S> d;
  using Vec = hn::Vec<decltype(d)>;
  constexpr Index L = lanes_of<S>;
  constexpr int ways = 4;  // sums by k modulo ways, which hides the latency of the additions
  for (Index i = 0; i < M; i += L) {
    const Index some = std::min(L, M - i);
    Compensated<Vec> total[N];
    unrolled<N, 1>([&](int n, int) ENGRAM_INLINE_LAMBDA { total[n].sum = total[n].lost = hn::Zero(d); });
    Vec sum[ways * N];
    const auto add = [&](Index k, int way) ENGRAM_INLINE_LAMBDA {
      const Vec row = held(some == L ? hn::LoadU(d, a + k * M + i) : load_first(d, a + k * M + i, some));
      unrolled<N, 1>([&](int n, int) ENGRAM_INLINE_LAMBDA {
        sum[way * N + n] = hn::MulAdd(hn::Set(d, b[k * N + n]), row, sum[way * N + n]);
      });
    };
    for (Index k = 0; k < K;) {
      const Index end = std::min(K, k + longest_sum);
      unrolled<ways * N, 1>([&](int q, int) ENGRAM_INLINE_LAMBDA { sum[q] = hn::Zero(d); });
      for (; k + ways <= end; k += ways)
        unrolled<ways, 1>([&](int way, int) ENGRAM_INLINE_LAMBDA { add(k + way, way); });
      for (; k < end; ++k) add(k, 0);
      unrolled<N, 1>([&](int n, int) ENGRAM_INLINE_LAMBDA {
        total[n].add(hn::Add(hn::Add(sum[n], sum[N + n]), hn::Add(sum[2 * N + n], sum[3 * N + n])));
      });
    }
    HWY_ALIGN S columns[N * L];
    unrolled<N, 1>([&](int n, int) ENGRAM_INLINE_LAMBDA { hn::Store(total[n].total(), d, columns + n * L); });
    if (some == L)
      interleave<N>(columns, L, c + i * N, L);
    else
      for (Index r = 0; r < some; ++r)
        for (int n = 0; n < N; ++n) c[(i + r) * N + n] = columns[n * L + r];
  }
}

/// C = Aᵀ B' by way of Cᵀ = B'ᵀ A, some of whose columns are computed at a time.
template <class S>
HWY_NOINLINE void transposed_panels(bool transpose_b, const Product<S>& p, S* c) {
  constexpr Index L = lanes_of<S>, width = 4 * L;
  HWY_ALIGN S part[L * width];
  for (Index i = 0; i < p.m; i += width) {
    const Index columns = std::min(width, p.m - i), stride = std::min(width, p.m);
    if (transpose_b)
      panels(Left<false, S>{p.b, p.k}, false, p.a + i, p.m, part, stride, p.n, columns, p.k, {nullptr, 0, 0});
    else
      panels(Left<true, S>{p.b, p.n}, false, p.a + i, p.m, part, stride, p.n, columns, p.k, {nullptr, 0, 0});
    transpose_block(part, stride, c + i * p.n, p.n, p.n, columns);
  }
}

template <class S>
void single_product(const Product<S>& p, S* c) {
  const Index L = lanes(hn::ScalableTag<S>());
  // Vectors need no transposing.
  const bool transpose_a = p.transpose_a && p.m > 1 && p.k > 1;
  const bool transpose_b = p.transpose_b && p.n > 1 && p.k > 1;
  if (p.m == 0 || p.n == 0) return;
  const bool worth_gathering = p.n <= most_columns && p.k >= L / 2 && p.k <= longest_column;
  if (p.k == 0) {
    std::fill_n(c, p.m * p.n, S{0});
  } else if (is_tiny(p)) {
    return tiny_product(p, c);
  } else if (!transpose_a && (p.n == 1 || worth_gathering)) {
    few_columns(p.a, transpose_b, p.b, c, p.m, p.n, p.k);
  } else if (p.m == 1 && transpose_b) {
    rows_by_columns<1>(p.b, p.a, c, p.n, p.k);
  } else if (transpose_b && p.m <= most_rows && p.n >= L && p.k % L == 0 && p.k <= longest_sum) {
    return transpose_a ? few_rows(Left<true, S>{p.a, p.m}, p.b, c, p.m, p.n, p.k, p.addend)
                       : few_rows(Left<false, S>{p.a, p.k}, p.b, c, p.m, p.n, p.k, p.addend);
  } else if (transpose_a && !transpose_b && 2 <= p.n && p.n <= most_columns && p.m > most_columns) {
    p.n == 2   ? few_columns_along<2>(p.a, p.b, c, p.m, p.k)
    : p.n == 3 ? few_columns_along<3>(p.a, p.b, c, p.m, p.k)
               : few_columns_along<4>(p.a, p.b, c, p.m, p.k);
  } else if (transpose_a && p.n <= L / 2 && p.m >= L) {  // its vectors are fuller
    transposed_panels(transpose_b, p, c);
  } else {
    return transpose_a ? product_by(Left<true, S>{p.a, p.m}, transpose_b, p, c)
                       : product_by(Left<false, S>{p.a, p.k}, transpose_b, p, c);
  }
  if (p.addend.data) add_to(c, p.m, p.n, p.addend);
}

template <class S>
HWY_NOINLINE void several_products(const Product<S>& p, S* c) {
  if (is_tiny(p)) return tiny_products(p, c);
  Product<S> one = p;
  for (Index s = 0; s < p.count; ++s) {
    single_product(one, c);
    one.a += p.a_step, one.b += p.b_step, c += p.m * p.n;
    if (p.addend.data) one.addend.data += p.addend_step;
  }
}

template <class S>
void matmul(const Product<S>& p, S* c) {
  p.count == 1 ? single_product(p, c) : several_products(p, c);
}

ENGRAM_TARGET_END

#if HWY_ONCE
#include "kernels/export.hpp"

ENGRAM_EXPORT(void, matmul, (const Product<S>& product, S* c), (product, c))
#endif
