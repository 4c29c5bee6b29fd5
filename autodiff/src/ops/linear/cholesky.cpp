#include "common.hpp"
#include "ops/instantiate.hpp"
#include "scratch.hpp"
#include "tiny.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class T>
T lower_half(const T& x);

/// The lower triangle, its diagonal halved.
struct LowerHalf {
  static constexpr auto name = "lower_half";
  static Shape shape(Shape x) { return x; }
  template <class S>
  static void forward(View<S> y, ConstView<S> x) {
    const Index n = x.shape.columns;
    std::fill_n(y.data, y.shape.size(), S{0});
    for (Index i = 0; i < x.shape.rows; ++i) {
      std::copy_n(x.data + i * n, i, y.data + i * n);
      y.data[i * n + i] = x.data[i * n + i] / 2;
    }
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto&) { return lower_half(g); });
};

template <class T>
T lower_half(const T& x) {
  return apply(LowerHalf{}, x);
}

/// l lᵀ = a. With p the lower half of lᵀ l̄, ā is the symmetric part of l⁻ᵀ p l⁻¹ (Murray 2016).
struct Cholesky : WithScratch {
  static constexpr auto name = "cholesky";
  bool operator==(const Cholesky&) const { return true; }

  static double flops(std::span<const Shape> y, std::span<const Shape>) {
    return static_cast<double>(y[0].size()) * static_cast<double>(y[0].rows) / 3;
  }
  /// Returns how many minors are positive.
  template <class S>
  static Index factorize(View<S> y, ConstView<S> a, OperationState* state) {
    const Index n = a.shape.rows;
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j <= i; ++j) y.data[i * n + j] = (a.data[i * n + j] + a.data[j * n + i]) / 2;
    const Index positive = dense::cholesky<S>({y.data, n, n, n}, work_to_factorize<S>(state, n));
    for (Index i = 0; i < n; ++i) std::fill(y.data + i * n + i + 1, y.data + (i + 1) * n, S{0});
    return positive;
  }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) const {
    if (factorize(y[0], x[0], state) < x[0].shape.rows) fill_nan(y[0]);
  }
  template <class S>
  bool side_by_side(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const Index n = x[0].shape.rows;
    if (!is_side_by_side(y[0].shape, n)) return false;
    kernels::tiny_cholesky<S>(x[0], y[0].data, n, y[0].shape.stack);
    return true;
  }
  template <class S>
  std::string explain(std::span<const ConstView<S>> x) const {
    Value<S> factor(x[0].shape);
    Scratch state;
    const Index positive = factorize(View<S>{factor.data(), x[0].shape}, x[0], &state);
    if (positive == x[0].shape.rows) return {};
    return fmt::format("the matrix is not positive definite: its leading minor of {} row(s) is not positive",
                       positive + 1);
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T& l = p.y[0];
    const T inside = lower_half(matmul_tn(l, *p.y_bar[0]));
    const auto from_left = [&](const T& x) { return solve_triangular(l, x, Triangle::lower, true); };
    p.x_bar[0] = symmetric_part(from_left(transpose(from_left(transpose(inside)))));
  }
};

}  // namespace

template <Differentiable T>
T cholesky(const T& a) {
  require_square(Cholesky::name, a.shape());
  return apply_one(Cholesky{}, a.shape(), a);
}

#define ENGRAM_INSTANTIATE(T) template T cholesky(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
