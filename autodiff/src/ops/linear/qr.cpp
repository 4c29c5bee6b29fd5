#include "common.hpp"
#include "ops/instantiate.hpp"

#include <Eigen/QR>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// In double for every scalar: more exact, and compiled once.
struct QrState final : OperationState {
  Eigen::HouseholderQR<Eigen::MatrixXd> solver;
  Eigen::MatrixXd a, q;
  Eigen::RowVectorXd work;
};

/// a = q r for a of full column rank (m x n, m >= n). With w = r r̄ᵀ - q̄ᵀ q, and its lower triangle mirrored
/// to both sides, ā = (q̄ + q mirrored(w)) r⁻ᵀ (Walter & Lehmann 2010).
struct QrOp : Variadic {
  static constexpr auto name = "qr";
  bool operator==(const QrOp&) const { return true; }
  static double flops(std::span<const Shape>, std::span<const Shape> x) {
    return 4 * static_cast<double>(x[0].size()) * static_cast<double>(x[0].columns);
  }
  static std::unique_ptr<OperationState> make_state() { return std::make_unique<QrState>(); }
  template <class S>
  static void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* any) {
    auto& state = static_cast<QrState&>(*any);
    const Index m = x[0].shape.rows, n = x[0].shape.columns;
    state.a = x[0].map().matrix().template cast<double>();
    state.solver.compute(state.a);
    state.q.setIdentity(m, n);
    state.work.resize(n);
    state.solver.householderQ().applyThisOnTheLeft(state.q, state.work);
    auto q = y[0].map(), r = y[1].map();
    q = state.q.array().template cast<S>();
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) r(i, j) = j < i ? S{0} : static_cast<S>(state.solver.matrixQR()(i, j));
    for (Index k = 0; k < n; ++k)
      if (r(k, k) < 0) r.row(k) *= -1, q.col(k) *= -1;
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T &q = p.y[0], &r = p.y[1];
    const auto &q_bar = p.y_bar[0], &r_bar = p.y_bar[1];
    std::optional<T> w;
    if (r_bar) w = matmul_nt(r, *r_bar);
    if (q_bar) {
      const T turned = matmul_tn(*q_bar, q);
      w = w ? *w - turned : -turned;
    }
    const T mirrored = tril(*w) + transpose(tril(*w, -1));
    const T inside = q_bar ? *q_bar + matmul(q, mirrored) : matmul(q, mirrored);
    const T solvable = r * nonzero(diagonal(r), q.rows());
    p.x_bar[0] = transpose(solve_triangular(solvable, transpose(inside), Triangle::upper));
  }
};

}  // namespace

template <Differentiable T>
Qr<T> qr(const T& a) {
  using S = typename T::Scalar;
  require_entries(QrOp::name, a.shape());
  const Index m = a.rows(), n = a.columns();
  if (m < n) {  // the first columns give q; r is what it makes of the others
    const auto [q, r] = qr(slice_columns(a, 0, m));
    return {q, concatenate({r, matmul_tn(q, slice_columns(a, m, n - m))}, 1)};
  }
  const std::array shapes{a.shape(), Shape{n, n}};
  const auto y =
      apply_all(make_operation<S>(QrOp{}), std::span<const T>(&a, 1), std::span<const Shape>(shapes));
  return {y[0], y[1]};
}

#define ENGRAM_INSTANTIATE(T) template Qr<T> qr(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
