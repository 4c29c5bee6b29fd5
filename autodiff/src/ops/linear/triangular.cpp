#include "common.hpp"
#include "ops/instantiate.hpp"
#include "scratch.hpp"
#include "tiny.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// x with a' x = b, where ' transposes or not. b̄ solves the transposed system with x̄ on the right side; ā is
/// the triangle of -b̄ xᵀ, of a transposed one that of -x b̄ᵀ (Giles 2008, section 2.3.1).
struct SolveTriangular : WithScratch {
  static constexpr auto name = "solve_triangular";
  Triangle triangle;
  bool transposed;
  SolveTriangular(Triangle which, bool t) : triangle(which), transposed(t) {}
  bool operator==(const SolveTriangular& o) const {
    return triangle == o.triangle && transposed == o.transposed;
  }
  std::string note() const {
    return fmt::format("{}{}", triangle == Triangle::lower ? "lower" : "upper",
                       transposed ? ", transposed" : "");
  }
  static double flops(std::span<const Shape> y, std::span<const Shape> x) {
    return static_cast<double>(x[0].rows) * static_cast<double>(y[0].size());
  }

  /// The first row whose diagonal is 0, or how many rows there are.
  template <class S>
  static Index first_zero(ConstView<S> a) {
    Index i = 0;
    while (i < a.shape.rows && a.data[i * a.shape.columns + i] != 0) ++i;
    return i;
  }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) const {
    const Index n = x[0].shape.rows, k = x[1].shape.columns;
    if (first_zero(x[0]) < n) return fill_nan(y[0]);
    std::copy_n(x[1].data, n * k, y[0].data);
    dense::solve<S>({triangle == Triangle::lower, transposed}, {x[0].data, n, n, n}, y[0].data, k,
                    work_to_solve<S>(state, n, k));
  }
  template <class S>
  bool side_by_side(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const Index n = x[0].shape.rows;
    if (!is_side_by_side(y[0].shape, n)) return false;
    kernels::tiny_solve<S>({triangle == Triangle::lower, transposed}, x[0], x[1], y[0].data, n,
                           y[0].shape.columns, y[0].shape.stack);
    return true;
  }
  template <class S>
  std::string explain(std::span<const ConstView<S>> x) const {
    const Index i = first_zero(x[0]);
    return i < x[0].shape.rows ? fmt::format("the matrix is singular: its entry ({},{}) is 0", i, i) : "";
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T& a = p.x[0];
    const T& x = p.y[0];
    const T b_bar = solve_triangular(a, *p.y_bar[0], triangle, !transposed);
    if (p.wanted[0]) {
      const T a_bar = transposed ? matmul_nt(x, b_bar) : matmul_nt(b_bar, x);
      p.x_bar[0] = -(triangle == Triangle::lower ? tril(a_bar) : triu(a_bar));
    }
    p.x_bar[1] = b_bar;
  }
};

}  // namespace

template <Differentiable T>
T solve_triangular(const T& a, const T& b, Triangle triangle, bool transposed) {
  require_system(SolveTriangular::name, a.shape(), b.shape());
  return apply_one(SolveTriangular{triangle, transposed}, b.shape(), a, b);
}

#define ENGRAM_INSTANTIATE(T) template T solve_triangular(const T&, const T&, Triangle, bool);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
