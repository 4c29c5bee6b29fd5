#include <engram/autodiff/optimise/sparse_levenberg_marquardt.hpp>

#include "damped.hpp"

#include <Eigen/SparseCholesky>

ENGRAM_AUTODIFF_BEGIN
namespace optimise {
namespace {

template <class S>
using Sparse = typename SparseJacobian<S>::Matrix;

/// The normal equations, whose pattern is always the same: it is analysed once. In double for every scalar:
/// more exact, which squaring needs, and compiled once.
class NormalEquations {
 public:
  template <class S>
  Flat<S> step(const Residuals<S, Sparse<S>>& at, const Flat<S>& damping) {
    return step(Sparse<double>(at.jacobian.template cast<double>()), damping.template cast<double>(),
                at.gradient.template cast<double>())
        .template cast<S>();
  }

 private:
  Flat<double> step(const Sparse<double>& jacobian, const Flat<double>& damping,
                    const Flat<double>& gradient) {
    Eigen::SparseMatrix<double> normal = jacobian.transpose() * jacobian;
    for (Index i = 0; i < damping.size(); ++i) normal.coeffRef(i, i) += damping[i] * damping[i];
    if (!is_analysed_) solver_.analyzePattern(normal);
    is_analysed_ = true;
    solver_.factorize(normal);
    if (solver_.info() != Eigen::Success)
      return Flat<double>::Constant(damping.size(), std::numeric_limits<double>::quiet_NaN());
    return solver_.solve(-gradient);
  }

  Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> solver_;
  bool is_analysed_ = false;
};

template <class S>
Flat<S> norms_of_columns(const Sparse<S>& jacobian) {
  Flat<S> squares = Flat<S>::Zero(jacobian.cols());
  for (Index r = 0; r < jacobian.outerSize(); ++r)
    for (typename Sparse<S>::InnerIterator entry(jacobian, r); entry; ++entry)
      squares[entry.col()] += entry.value() * entry.value();
  return squares.cwiseSqrt();
}

}  // namespace
}  // namespace optimise

template <class S>
Minimum<detail::Flat<S>> SparseLevenbergMarquardt::run(SparseJacobian<S> f, detail::Flat<S> x) const {
  using namespace optimise;
  NormalEquations equations;
  const auto residuals_at = [&](Flat<S> at) {
    const auto [value, jacobian] = f({Value<S>(Array<S>(at.array()))});
    return Residuals<S, Sparse<S>>(std::move(at), Eigen::Map<const Flat<S>>(value.data(), value.size()),
                                   jacobian);
  };
  const auto step = [&](const auto& at, const Flat<S>& damping) { return equations.step(at, damping); };
  return descend<S>("SparseLevenbergMarquardt", tolerance, max_steps, first_damping, std::move(x),
                    residuals_at, norms_of_columns<S>, step);
}

template Minimum<detail::Flat<float>> SparseLevenbergMarquardt::run(SparseJacobian<float>,
                                                                    detail::Flat<float>) const;
template Minimum<detail::Flat<double>> SparseLevenbergMarquardt::run(SparseJacobian<double>,
                                                                     detail::Flat<double>) const;

ENGRAM_AUTODIFF_END
