#include "common.hpp"
#include "ops/instantiate.hpp"

#include <Eigen/Eigenvalues>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// In double for every scalar: more exact, and compiled once.
struct EighState final : OperationState {
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  Eigen::MatrixXd a;
};

/// a = v diag(λ) vᵀ. With f(i, j) = 1 / (λ(j) - λ(i)), and 0 where i = j, ā is the symmetric part of
/// v (diag(λ̄) + f ⊙ vᵀ v̄) vᵀ (Giles 2008, section 3.1).
struct EighOp : Variadic {
  static constexpr auto name = "eigh";
  bool operator==(const EighOp&) const { return true; }
  static double flops(std::span<const Shape>, std::span<const Shape> x) {
    return 9 * static_cast<double>(x[0].size()) * static_cast<double>(x[0].rows);
  }
  static std::unique_ptr<OperationState> make_state() { return std::make_unique<EighState>(); }
  template <class S>
  static void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* any) {
    auto& state = static_cast<EighState&>(*any);
    const Index n = x[0].shape.rows;
    const auto give_up = [&] { fill_nan(y[0]), fill_nan(y[1]); };
    if (!all_finite(x[0])) return give_up();
    state.a = x[0].map().matrix().template cast<double>();
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < i; ++j) state.a(i, j) = (state.a(i, j) + state.a(j, i)) / 2;
    if (state.solver.compute(state.a).info() != Eigen::Success) return give_up();
    auto vectors = y[1].map();
    y[0].map() = state.solver.eigenvalues().array().template cast<S>();
    vectors = state.solver.eigenvectors().array().template cast<S>();
    fix_signs(vectors);
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T &values = p.y[0], &v = p.y[1];
    std::optional<T> inside;
    if (p.y_bar[0]) inside = diagonal_matrix(*p.y_bar[0]);
    if (p.y_bar[1]) {
      const T gaps = transpose(values) - values + identity_like(v, v.rows());
      const T turned = pull(matmul_tn(v, *p.y_bar[1]), distinct(values) / gaps);
      inside = inside ? *inside + turned : turned;
    }
    p.x_bar[0] = symmetric_part(matmul(v, matmul_nt(*inside, v)));
  }
};

}  // namespace

template <Differentiable T>
Eigh<T> eigh(const T& a) {
  using S = typename T::Scalar;
  require_square(EighOp::name, a.shape());
  const std::array shapes{Shape{a.rows(), 1}, a.shape()};
  const auto y =
      apply_all(make_operation<S>(EighOp{}), std::span<const T>(&a, 1), std::span<const Shape>(shapes));
  return {y[0], y[1]};
}

#define ENGRAM_INSTANTIATE(T) template Eigh<T> eigh(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
