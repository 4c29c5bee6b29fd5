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

/// One operand as the inner kernel reads it: element (i, k) is data[i * row + k * step].
template <class S>
struct Left {
  const S* data;
  Index row, step;
};

/// C (R rows x V vectors; the last of them only `last` values wide) [+]= A (R x K) B (K rows, b_stride
/// apart). All of C stays in registers; each value of A is broadcast, each vector of B is loaded once per R
/// rows.
template <int R, int V, bool partial, bool adds, class S>
HWY_INLINE void tile(Left<S> a, const S* HWY_RESTRICT b, Index b_stride, S* HWY_RESTRICT c, Index c_stride,
                     Index K, Index last) {
  const hn::ScalableTag<S> d;
  using Vec = hn::Vec<decltype(d)>;
  const Index N = lanes(d);
  const auto load = [&](const S* p, int v) HWY_ATTR {
    return partial && v == V - 1 ? load_first(d, p + v * N, last) : hn::LoadU(d, p + v * N);
  };
  Vec sum[R][V];
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v) {
      if constexpr (adds)
        sum[r][v] = load(c + r * c_stride, v);
      else
        sum[r][v] = hn::Zero(d);
    }
  for (Index k = 0; k < K; ++k) {
    Vec row[V];
    for (int v = 0; v < V; ++v) row[v] = load(b + k * b_stride, v);
    for (int r = 0; r < R; ++r) {
      const Vec value = hn::Set(d, a.data[r * a.row + k * a.step]);
      for (int v = 0; v < V; ++v) sum[r][v] = hn::MulAdd(value, row[v], sum[r][v]);
    }
  }
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v) {
      if (partial && v == V - 1)
        store_first(sum[r][v], d, c + r * c_stride + v * N, last);
      else
        hn::StoreU(sum[r][v], d, c + r * c_stride + v * N);
    }
}

template <int V, bool partial, bool adds, class S>
HWY_INLINE void rows_of(Left<S> a, const S* b, Index b_stride, S* c, Index c_stride, Index M, Index K,
                        Index last) {
  Index i = 0;
  const auto at = [&](Index r) { return Left<S>{a.data + r * a.row, a.row, a.step}; };
  for (; i + 8 <= M; i += 8)
    tile<8, V, partial, adds>(at(i), b, b_stride, c + i * c_stride, c_stride, K, last);
  const auto rest = [&]<int R>() HWY_ATTR {
    tile<R, V, partial, adds>(at(i), b, b_stride, c + i * c_stride, c_stride, K, last);
    i += R;
  };
  if (M - i >= 4) rest.template operator()<4>();
  if (M - i == 3)
    rest.template operator()<3>();
  else if (M - i == 2)
    rest.template operator()<2>();
  else if (M - i == 1)
    rest.template operator()<1>();
}

/// All columns of C, two vectors and then one at a time.
template <bool adds, class S>
HWY_INLINE void columns_of(Left<S> a, const S* b, Index b_stride, S* c, Index c_stride, Index M, Index N,
                           Index K) {
  const hn::ScalableTag<S> d;
  const Index L = lanes(d);
  Index j = 0;
  for (; j + 2 * L <= N; j += 2 * L) rows_of<2, false, adds>(a, b + j, b_stride, c + j, c_stride, M, K, L);
  const Index rest = N - j;
  if (rest > L)
    rows_of<2, true, adds>(a, b + j, b_stride, c + j, c_stride, M, K, rest - L);
  else if (rest == L)
    rows_of<1, false, adds>(a, b + j, b_stride, c + j, c_stride, M, K, L);
  else if (rest > 0)
    rows_of<1, true, adds>(a, b + j, b_stride, c + j, c_stride, M, K, rest);
}

template <class S>
HWY_INLINE void product(bool transpose_a, bool transpose_b, const S* a, const S* b, S* c, Index M, Index N,
                        Index K) {
  const auto left = [&](Index k) { return transpose_a ? Left<S>{a + k * M, 1, M} : Left<S>{a + k, K, 1}; };
  if (K == 0) {
    std::fill_n(c, M * N, S{0});
    return;
  }
  if (!transpose_b) {
    // Long inner dimensions go in pieces, so that a piece of B stays in cache while all rows of A pass by.
    constexpr Index piece = 512;
    for (Index k = 0; k < K; k += piece) {
      const Index depth = std::min(piece, K - k);
      if (k == 0)
        columns_of<false>(left(k), b, N, c, N, M, N, depth);
      else
        columns_of<true>(left(k), b + k * N, N, c, N, M, N, depth);
    }
    return;
  }
  // B is transposed block by block into a buffer on the stack.
  constexpr Index width = 64, depth_most = 64;
  HWY_ALIGN S block[width * depth_most];
  for (Index j = 0; j < N; j += width) {
    const Index columns = std::min(width, N - j);
    for (Index k = 0; k < K; k += depth_most) {
      const Index depth = std::min(depth_most, K - k);
      transpose_block(b + j * K + k, K, block, columns, columns, depth);
      if (k == 0)
        columns_of<false>(left(k), block, columns, c + j, N, M, columns, depth);
      else
        columns_of<true>(left(k), block, columns, c + j, N, M, columns, depth);
    }
  }
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
