/// Register tiles of a product: some rows by at most two vectors. Compiled once per target.
#if defined(ENGRAM_TILE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ENGRAM_TILE_INL_HPP
#undef ENGRAM_TILE_INL_HPP
#else
#define ENGRAM_TILE_INL_HPP
#endif

#include "kernels/simd-inl.hpp"

#include <algorithm>

ENGRAM_TARGET_BEGIN

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
  const S* end;       // up to here a row's last vector may spill over the next row, which is stored after it
  Index last;         // values in a row's last vector
  Strided<S> addend;  // added at the end, where there is one
};

/// The values of an addend's row from the v-th on, `some` of them if `partial`; the same one in all columns
/// if it has but one.
template <bool partial, class D, class S = hn::TFromD<D>>
ENGRAM_INLINE hn::Vec<D> load_addend(D d, const Strided<S>& addend, const S* row, Index v, Index some) {
  if (addend.column_stride == 0) return hn::Set(d, *row);
  return partial ? load_first(d, row + v, some) : hn::LoadU(d, row + v);
}

/// How many rows a tile has: its sums, vectors of B and a value of A fill the registers.
template <int V>
constexpr int tile_rows = (HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON ? 16 : 12) / V;

#if HWY_TARGET <= HWY_AVX2
constexpr bool masks_are_cheap = true;
#else
constexpr bool masks_are_cheap = false;
#endif

/// The last vector of a panel's rows: whole, partly used, or used in its first half at most, which is
/// computed as a vector of half the length: processors that work on long vectors in two halves save one.
enum class Last { whole, partial, half };

/// f(r, v) for r < R and v < V, without loops: the arrays of vectors that f indexes become registers.
template <int R, int V, class F>
ENGRAM_INLINE void unrolled(const F& f) {
  ENGRAM_UNROLL(16)
  for (int r = 0; r < R; ++r) {
    ENGRAM_UNROLL(16)
    for (int v = 0; v < V; ++v) f(r, v);
  }
}

/// Rows [i, i + R) of C = A B [+ the addend], over V vectors; `a` begins with its row i. The sums stay in
/// registers; each value of A is broadcast, each vector of B is loaded once per R rows. Few rows are summed
/// several ways, by k modulo `ways`, which hides the latency of the additions.
template <int R, int V, Last last, class D, bool transposed, class S>
ENGRAM_INLINE void tile(D d, const Left<transposed, S> a, const Panel<S>& p, Index i) {
  const hn::Half<D> h;  // where the last vector is a half, there are W vectors and H = 1 half
  constexpr int H = last == Last::half, W = V - H;
  constexpr bool partial = last == Last::partial;
  const Index N = lanes(d);
  const Index c_stride = unforeseen(p.c_stride);
  S* HWY_RESTRICT c = p.c + i * c_stride;
  constexpr int ways = R * V >= 8 ? 1 : R * V >= 4 ? 2 : R * V >= 2 ? 4 : 8;
  hn::Vec<D> sum[ways * R][W];
  hn::Vec<hn::Half<D>> half[ways * R];
  unrolled<ways * R, W>([&](int r, int v) ENGRAM_INLINE_LAMBDA { sum[r][v] = hn::Zero(d); });
  unrolled<ways * R, H>([&](int r, int) ENGRAM_INLINE_LAMBDA { half[r] = hn::Zero(h); });

  constexpr int groups = transposed ? 1 : (R + 3) / 4;  // a pointer for four rows: few registers hold all
  const S* HWY_RESTRICT left[groups];
  unrolled<groups, 1>([&](int g, int) ENGRAM_INLINE_LAMBDA { left[g] = a.at(4 * g, 0).data; });
  const S* HWY_RESTRICT b = p.b;
  const auto add_products = [&](int way) ENGRAM_INLINE_LAMBDA {
    hn::Vec<D> row[W];
    unrolled<1, W>([&](int, int v) ENGRAM_INLINE_LAMBDA {
      row[v] = partial && masks_are_cheap && v == V - 1 ? load_first(d, b + v * N, p.last)
                                                        : hn::LoadU(d, b + v * N);
      if (R < 8) row[v] = held(row[v]);  // with more rows compilers hold it themselves, and better
    });
    hn::Vec<hn::Half<D>> half_row[1];
    unrolled<1, H>([&](int, int) ENGRAM_INLINE_LAMBDA { half_row[0] = load_first(h, b + W * N, p.last); });
    unrolled<R, 1>([&](int r, int) ENGRAM_INLINE_LAMBDA {
      const auto value = hn::Set(d, transposed ? left[0][r] : left[r / 4][r % 4 * a.stride]);
      unrolled<1, W>([&](int, int v) ENGRAM_INLINE_LAMBDA {
        sum[way * R + r][v] = hn::MulAdd(value, row[v], sum[way * R + r][v]);
      });
      unrolled<1, H>([&](int, int) ENGRAM_INLINE_LAMBDA {
        half[way * R + r] = hn::MulAdd(hn::LowerHalf(h, value), half_row[0], half[way * R + r]);
      });
    });
    b += p.stride;
    unrolled<groups, 1>([&](int g, int) ENGRAM_INLINE_LAMBDA { left[g] += transposed ? a.stride : 1; });
  };
  Index k = 0;
  for (; k + ways <= p.depth; k += ways)
    unrolled<ways, 1>([&](int way, int) ENGRAM_INLINE_LAMBDA { add_products(way); });
  unrolled<ways - 1, 1>([&](int way, int) ENGRAM_INLINE_LAMBDA {
    if (k + way < p.depth) add_products(way);
  });
  ENGRAM_UNROLL(4)
  for (int some = ways / 2 * R; some >= R; some /= 2)
    unrolled<ways / 2 * R, 1>([&](int r, int) ENGRAM_INLINE_LAMBDA {
      if (r >= some) return;
      unrolled<1, W>([&](int, int v)
                         ENGRAM_INLINE_LAMBDA { sum[r][v] = hn::Add(sum[r][v], sum[some + r][v]); });
      unrolled<1, H>([&](int, int) ENGRAM_INLINE_LAMBDA { half[r] = hn::Add(half[r], half[some + r]); });
    });

  if (p.addend.data) {
    const Index addend_stride = unforeseen(p.addend.row_stride);
    const S* row = p.addend.data + i * addend_stride;
    unrolled<R, 1>([&](int r, int) ENGRAM_INLINE_LAMBDA {
      unrolled<1, W>([&](int, int v) ENGRAM_INLINE_LAMBDA {
        sum[r][v] =
            hn::Add(sum[r][v], partial && v == V - 1 ? load_addend<true>(d, p.addend, row, v * N, p.last)
                                                     : load_addend<false>(d, p.addend, row, v * N, N));
      });
      unrolled<1, H>([&](int, int) ENGRAM_INLINE_LAMBDA {
        half[r] = hn::Add(half[r], load_addend<true>(h, p.addend, row, W * N, p.last));
      });
      row += addend_stride;
    });
  }

  // Masked stores hold up the loads behind them; where a row's last vector may spill, it is stored whole.
  const bool whole = last == Last::whole || p.end - c >= (R - 1) * c_stride + W * N + H * lanes(h);
  S* to = c;
  unrolled<R, 1>([&](int r, int) ENGRAM_INLINE_LAMBDA {
    unrolled<1, W>([&](int, int v) ENGRAM_INLINE_LAMBDA {
      if (whole || !partial || v < V - 1)
        hn::StoreU(sum[r][v], d, to + v * N);
      else
        store_first(sum[r][v], d, to + v * N, p.last);
    });
    unrolled<1, H>([&](int, int) ENGRAM_INLINE_LAMBDA {
      whole ? hn::StoreU(half[r], h, to + W * N) : store_first(half[r], h, to + W * N, p.last);
    });
    to += c_stride;
  });
}

/// As many tiles of R rows as fit below the first i rows.
template <int R, int V, Last last, class D, bool transposed, class S>
ENGRAM_INLINE void tiles(D d, const Left<transposed, S> a, const Panel<S>& p, Index& i, Index M) {
  for (; i + R <= M; i += R) tile<R, V, last>(d, a.at(i, 0), p, i);
}

/// Tiles for the last rows, at most R: one of just their height, or several where short vectors make it
/// little faster.
template <int R, int V, Last last, class D, bool transposed, class S>
ENGRAM_INLINE void last_tiles(D d, const Left<transposed, S> a, const Panel<S>& p, Index i, Index M) {
  if constexpr (R > 0 && masks_are_cheap) {
    if (M - i == R)
      tile<R, V, last>(d, a.at(i, 0), p, i);
    else
      last_tiles<R - 1, V, last>(d, a, p, i, M);
  } else if constexpr (R > 0) {
    constexpr int height = R >= 4 ? 4 : R >= 2 ? 2 : 1;
    tiles<height, V, last>(d, a, p, i, M);
    last_tiles<height - 1, V, last>(d, a, p, i, M);
  }
}

/// All M rows of a panel, by the largest tiles that fit.
template <int V, Last last, class D, bool transposed, class S>
HWY_NOINLINE void rows_of(D d, const Left<transposed, S> a, const Panel<S>& panel, Index M) {
  const Panel<S> p = panel;  // no store to c changes this one, as far as the compiler can see
  constexpr int most = tile_rows<V>;
  Index i = 0;
  tiles<most, V, last>(d, a, p, i, M);
  if constexpr (most > 8) tiles<8, V, last>(d, a, p, i, M);
  last_tiles<std::min(most, 8) - 1, V, last>(d, a, p, i, M);
}

ENGRAM_TARGET_END

#endif
