#include "svd.hpp"

#include "common.hpp"
#include "ops/instantiate.hpp"

#include <Eigen/SVD>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// In double for every scalar: more exact, and compiled once.
struct SvdState final : OperationState {
  Eigen::BDCSVD<Eigen::MatrixXd> solver;
  Eigen::MatrixXd a;
};

}  // namespace

std::unique_ptr<OperationState> make_svd_state() { return std::make_unique<SvdState>(); }

template <class S>
bool thin_svd(ConstView<S> a, View<S> u, View<S> s, View<S> v, OperationState& any) {
  auto& state = static_cast<SvdState&>(any);
  if (!all_finite(a)) return false;
  state.a = a.map().matrix().template cast<double>();
  state.solver.compute(state.a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  if (state.solver.info() != Eigen::Success) return false;
  auto left = u.map(), right = v.map();
  left = state.solver.matrixU().array().template cast<S>();
  s.map() = state.solver.singularValues().array().template cast<S>();
  right = state.solver.matrixV().array().template cast<S>();
  fix_signs(right, left);
  return true;
}
template bool thin_svd(ConstView<float>, View<float>, View<float>, View<float>, OperationState&);
template bool thin_svd(ConstView<double>, View<double>, View<double>, View<double>, OperationState&);

namespace {

/// a = u diag(s) vᵀ (m x n), of k = min(m, n) values. With f(i, j) = 1 / (s(j)² - s(i)²), and 0 where i = j,
///
///     inside = (f ⊙ (uᵀ ū - ūᵀ u)) diag(s) + diag(s) (f ⊙ (vᵀ v̄ - v̄ᵀ v)) + diag(s̄)
///     ā = u inside vᵀ + (ū - u uᵀ ū) diag(1/s) vᵀ + u diag(1/s) (v̄ - v vᵀ v̄)ᵀ
///
/// where the second term is 0 if m = k, the third if n = k (Townsend 2016; Giles 2008, section 3.2).
struct SvdOp : Variadic {
  static constexpr auto name = "svd";
  bool operator==(const SvdOp&) const { return true; }
  static double flops(std::span<const Shape> y, std::span<const Shape> x) {
    return 14 * static_cast<double>(x[0].size()) * static_cast<double>(y[1].rows);
  }
  static std::unique_ptr<OperationState> make_state() { return make_svd_state(); }
  template <class S>
  static void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) {
    if (!thin_svd(x[0], y[0], y[1], y[2], *state))
      for (const auto& part : y) fill_nan(part);
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T &u = p.y[0], &s = p.y[1], &v = p.y[2];
    const auto &u_bar = p.y_bar[0], &s_bar = p.y_bar[1], &v_bar = p.y_bar[2];
    const Index k = s.rows();
    const T has_rank = nonzero(s, std::max(u.rows(), v.rows())), s_row = transpose(s);
    std::optional<T> inside, a_bar;
    const auto add = [](std::optional<T>& sum, const T& x) { sum = sum ? *sum + x : x; };
    if (s_bar) add(inside, diagonal_matrix(pull(*s_bar, has_rank)));
    if (u_bar || v_bar) {
      const T one = identity_like(s, k);
      const T f = distinct(s) / ((s_row - s + one) * (s_row + s + one));
      const auto turned = [&](const T& x, const T& x_bar) {
        const T product = matmul_tn(x, x_bar);
        return pull(product - transpose(product), f);
      };
      const auto sides = [&](const T& x, const T& x_bar, const T& other, bool on_left) {
        // (x̄ - x xᵀ x̄) diag(1/s), beside the other factor
        const T across = pull(x_bar - matmul(x, matmul_tn(x, x_bar)), transpose(has_rank / s));
        return on_left ? matmul_nt(across, other) : matmul_nt(other, across);
      };
      if (u_bar) add(inside, turned(u, *u_bar) * s_row);
      if (v_bar) add(inside, s * turned(v, *v_bar));
      if (u_bar && u.rows() > k) add(a_bar, sides(u, *u_bar, v, true));
      if (v_bar && v.rows() > k) add(a_bar, sides(v, *v_bar, u, false));
    }
    add(a_bar, matmul(u, matmul_nt(*inside, v)));
    p.x_bar[0] = *a_bar;
  }
};

}  // namespace

template <Differentiable T>
Svd<T> svd(const T& a) {
  using S = typename T::Scalar;
  require_entries(SvdOp::name, a.shape());
  const Index k = std::min(a.rows(), a.columns());
  const std::array shapes{Shape{a.rows(), k}, Shape{k, 1}, Shape{a.columns(), k}};
  const auto y =
      apply_all(make_operation<S>(SvdOp{}), std::span<const T>(&a, 1), std::span<const Shape>(shapes));
  return {y[0], y[1], y[2]};
}

#define ENGRAM_INSTANTIATE(T) template Svd<T> svd(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
