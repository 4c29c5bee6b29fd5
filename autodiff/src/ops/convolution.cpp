#include <engram/autodiff/kernels.hpp>
#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// x̄ is the convolution of k and ȳ wherever they meet: ȳ in a border of zeros, correlated with k turned
/// round. k̄ is the correlation of x and ȳ.
struct Correlate {
  static constexpr auto name = "correlate";
  static constexpr bool shows_nan = true;
  static Shape shape(Shape x, Shape k) {
    if (k.size() == 0 || k.rows > x.rows || k.columns > x.columns)
      fail(name, "a kernel {} does not fit into {}", to_string(k), to_string(x));
    return {x.rows - k.rows + 1, x.columns - k.columns + 1};
  }
  static double flops(std::span<const Shape> y, std::span<const Shape> x) {
    return 2.0 * static_cast<double>(y[0].size()) * static_cast<double>(x[1].size());
  }
  /// Row by row: by sums of products along the kernel where its rows are longer than those of y, else by
  /// adding rows of x.
  template <class S>
  static void forward(View<S> y, ConstView<S> x, ConstView<S> k) {
    const Index n = y.shape.columns, q = k.shape.columns;
    std::fill_n(y.data, y.shape.size(), S{0});
    for (Index i = 0; i < y.shape.rows; ++i) {
      S* const row = y.data + i * n;
      for (Index a = 0; a < k.shape.rows; ++a) {
        const S* const from = x.data + (i + a) * x.shape.columns;
        const S* const weights = k.data + a * q;
        if (q > n)
          for (Index j = 0; j < n; ++j) row[j] += kernels::sum_of_products(weights, from + j, q);
        else
          for (Index b = 0; b < q; ++b) kernels::add_scaled(row, weights[b], from + b, row, n);
      }
    }
  }
  static constexpr auto vjp = rules(
      [](auto& g, auto&, auto&, auto& k) {
        const Index p = k.rows() - 1, q = k.columns() - 1;
        return convolve(pad(g, p, p, q, q), k);
      },
      [](auto& g, auto&, auto& x, auto&) { return correlate(x, g); });
};

}  // namespace

template <Differentiable T>
T correlate(const T& x, const T& k) {
  return apply(Correlate{}, x, k);
}

#define ENGRAM_INSTANTIATE(T) template T correlate(const T&, const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
