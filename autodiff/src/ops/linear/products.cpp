// Products other than that of matrices, and the norm.
#include <engram/autodiff/kernels.hpp>

#include "common.hpp"
#include "ops/instantiate.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// x with four indices (m, p, n, q), row by row, as (m, n, p, q), in a given shape. This takes the blocks of
/// a Kronecker product to rows, and rows to blocks (Van Loan 2000).
struct SwapMiddle {
  static constexpr auto name = "swap_middle";
  static constexpr bool shows_nan = true;
  Index m, p, n, q;
  Shape to;
  bool operator==(const SwapMiddle&) const = default;
  Shape shape(Shape) const { return to; }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    S* out = y.data;
    for (Index i = 0; i < m; ++i)
      for (Index j = 0; j < n; ++j)
        for (Index k = 0; k < p; ++k) out = std::copy_n(x.data + ((i * p + k) * n + j) * q, q, out);
  }
  static constexpr auto vjp = rules([](auto& op, auto& g, auto&, auto& x) {
    return apply(SwapMiddle{op.m, op.n, op.p, op.q, x.shape().matrix()}, g);
  });
};

/// √Σx² without overflow; x̄ = ȳ x / y, and 0 where y is 0.
struct Norm {
  static constexpr auto name = "norm";
  static constexpr bool shows_nan = true;
  static Shape shape(Shape) { return {1, 1}; }
  static double flops(std::span<const Shape>, std::span<const Shape> x) {
    return 2 * static_cast<double>(x[0].size());
  }
  template <class S>
  static void forward(View<S> y, ConstView<S> x) {
    using Limits = std::numeric_limits<S>;
    const Index n = x.shape.size();
    const S squares = kernels::sum_of_products(x.data, x.data, n);
    // Squares that got lost below the smallest number do not count beside this.
    const bool keeps_digits = squares > Limits::min() / (Limits::epsilon() * Limits::epsilon());
    if (keeps_digits && squares <= Limits::max())
      *y.data = std::sqrt(squares);
    else
      *y.data = scaled(x.data, n);
  }
  static constexpr auto vjp = rules([](auto& g, auto& y, auto& x) {
    const auto is_zero = equal(y, 0.0);
    return pull(g, select(is_zero, 0.0, x / select(is_zero, 1.0, y)));
  });

 private:
  template <class S>
  static S scaled(const S* x, Index n) {
    S largest = 0;
    for (Index i = 0; i < n; ++i) {
      if (std::isnan(x[i])) return x[i];
      largest = std::max(largest, std::abs(x[i]));
    }
    if (largest == 0 || std::isinf(largest)) return largest;
    S sum = 0;
    for (Index i = 0; i < n; ++i) sum += (x[i] / largest) * (x[i] / largest);
    return largest * std::sqrt(sum);
  }
};

/// The length of a row or a column.
Index length(const char* where, Shape x) {
  require_entries(where, x);
  if (x.rows != 1 && x.columns != 1) fail(where, "wants rows or columns, not {}", to_string(x));
  return x.matrix().size();
}

}  // namespace

template <Differentiable T>
T dot(const T& a, const T& b) {
  if (a.shape().matrix() == b.shape().matrix()) return sum(a * b);
  const Index n = length("dot", a.shape()), m = length("dot", b.shape());
  if (n != m) fail("dot", "{} and {} differ in length", to_string(a.shape()), to_string(b.shape()));
  return sum(a * reshape(b, a.shape()));
}

template <Differentiable T>
T outer(const T& a, const T& b) {
  return reshape(a, {length("outer", a.shape()), 1}) * reshape(b, {1, length("outer", b.shape())});
}

template <Differentiable T>
T kron(const T& a, const T& b) {
  require_entries("kron", a.shape());
  require_entries("kron", b.shape());
  const Index m = a.rows(), n = a.columns(), p = b.rows(), q = b.columns();
  const Shape shape{checked_product("kron", m, p), checked_product("kron", n, q)};
  const T blocks = reshape(a, {m * n, 1}) * reshape(b, {1, p * q});  // one in each row
  return apply(SwapMiddle{m, n, p, q, checked("kron", shape)}, blocks);
}

template <Differentiable T>
T norm(const T& x) {
  return apply(Norm{}, x);
}

#define ENGRAM_INSTANTIATE(T)           \
  template T dot(const T&, const T&);   \
  template T outer(const T&, const T&); \
  template T kron(const T&, const T&);  \
  template T norm(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
