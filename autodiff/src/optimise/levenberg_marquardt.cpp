#include <engram/autodiff/optimise/levenberg_marquardt.hpp>

#include "damped.hpp"

#include <Eigen/QR>

ENGRAM_AUTODIFF_BEGIN
namespace optimise {
namespace {

/// By QR of the Jacobian and the damping below each other; in double for every scalar: more exact, and
/// compiled once.
template <class S>
Flat<S> damped_step(const Residuals<S, Matrix<S>>& at, const Flat<S>& damping) {
  const Index m = at.r.size(), n = at.x.size();
  Eigen::MatrixXd both(m + n, n);
  both << at.jacobian.template cast<double>(), Eigen::MatrixXd(damping.template cast<double>().asDiagonal());
  Eigen::VectorXd right = Eigen::VectorXd::Zero(m + n);
  right.head(m) = -at.r.template cast<double>();
  const Eigen::VectorXd step = both.colPivHouseholderQr().solve(right);
  return step.template cast<S>();
}

}  // namespace
}  // namespace optimise

template <class S>
Minimum<detail::Flat<S>> LevenbergMarquardt::run(detail::FlatFunction<S> f, detail::Flat<S> x) const {
  using namespace optimise;
  const Index n = f.inputs(), m = f.outputs() / (n + 1);
  const auto residuals_at = [&](Flat<S> at) {
    Flat<S> results(f.outputs());
    f({at.data()}, results.data());
    return Residuals<S, Matrix<S>>(std::move(at), results.head(m),
                                   Eigen::Map<const Matrix<S>>(results.data() + m, m, n));
  };
  const auto norms = [](const Matrix<S>& jacobian) { return Flat<S>(jacobian.colwise().norm()); };
  return descend<S>("LevenbergMarquardt", tolerance, max_steps, first_damping, std::move(x), residuals_at,
                    norms, damped_step<S>);
}

template Minimum<detail::Flat<float>> LevenbergMarquardt::run(detail::FlatFunction<float>,
                                                              detail::Flat<float>) const;
template Minimum<detail::Flat<double>> LevenbergMarquardt::run(detail::FlatFunction<double>,
                                                               detail::Flat<double>) const;

ENGRAM_AUTODIFF_END
