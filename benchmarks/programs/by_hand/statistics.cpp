/// Logistic regression, a Gaussian process, a hierarchical model.
#include "../inputs.hpp"
#include "../program.hpp"

#include <Eigen/Cholesky>
#include <boost/math/special_functions/digamma.hpp>

namespace engram::bench::programs {

namespace {

template <class V>
auto array_of(const V& v) {
  return Eigen::Map<const Eigen::ArrayXd>(v.data(), static_cast<Eigen::Index>(v.size()));
}

}  // namespace

Program logistic_hessian() {
  constexpr int n = Logistic::examples, d = Logistic::features;
  const Logistic given;
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd x = Eigen::Map<const RowMajor>(given.x.data(), n, d);
  return [=](std::vector<double>& results) {
    results.resize(d * d);
    Eigen::Map<Eigen::MatrixXd> hessian(results.data(), d, d);
    const Eigen::ArrayXd p = 1 / (1 + (-(x * array_of(given.w).matrix()).array()).exp());
    hessian = x.transpose() * (p * (1 - p)).matrix().asDiagonal() * x;
    hessian.diagonal().array() += 1;
  };
}

Program gaussian_process() {
  constexpr int n = GaussianProcess::points;
  const GaussianProcess given;
  return [=](std::vector<double>& results) {
    const Eigen::Map<const Eigen::ArrayXXd> squares(given.squares.data(), n, n);
    const auto y = array_of(given.y).matrix();
    const auto& at = GaussianProcess::at;
    const Eigen::ArrayXXd e = (at[0] - 0.5 * squares * std::exp(-2 * at[1])).exp();
    Eigen::MatrixXd k = e;
    k.diagonal().array() += std::exp(at[2]);
    const Eigen::LLT<Eigen::MatrixXd> llt(k);
    const Eigen::VectorXd alpha = llt.solve(y);
    const Eigen::MatrixXd w = llt.solve(Eigen::MatrixXd::Identity(n, n)) - alpha * alpha.transpose();
    const double log_det = 2 * llt.matrixLLT().diagonal().array().log().sum();
    results = {0.5 * (y.dot(alpha) + log_det + n * std::log(2 * M_PI)), 0.5 * (w.array() * e).sum(),
               0.5 * (w.array() * e * squares).sum() * std::exp(-2 * at[1]),
               0.5 * w.trace() * std::exp(at[2])};
  };
}

Program hierarchical_model() {
  constexpr int examples = Hierarchical::examples;
  const Hierarchical given;
  return [=](std::vector<double>& results) {
    results.resize(1 + Hierarchical::parameters);
    const auto q = array_of(given.q);
    Eigen::Map<Eigen::ArrayXd> g(&results[1], Hierarchical::parameters);
    const double mean = q(0), spread = std::exp(q(1)), phi = std::exp(q(3));
    double value = -0.5 * (q.square().sum() - 0.96 * mean * mean);
    g = -q;
    g(0) *= 0.04;
    int sign;  // lgamma itself writes a global variable
    value += examples * (phi * q(3) - ::lgamma_r(phi, &sign));
    double phi_bar = examples * (q(3) + 1 - boost::math::digamma(phi));
    for (int i = 0; i < examples; ++i) {
      const int group = 5 + i / Hierarchical::per_group;
      const double x = given.x[i], y = given.counts[i], a = mean + spread * q(group);
      const double log_m = a + q(2) * x, m = std::exp(log_m), log_both = std::log(phi + m);
      value += ::lgamma_r(y + phi, &sign) + y * log_m - (y + phi) * log_both;
      phi_bar += boost::math::digamma(y + phi) - log_both - (y + phi) / (phi + m);
      const double log_m_bar = y - (y + phi) * m / (phi + m);
      const double z = given.outcomes[i] * (a - 1 + q(4) * x);
      const double log_cdf = std::log(0.5 * std::erfc(-z * M_SQRT1_2));
      value += log_cdf;
      const double z_bar = given.outcomes[i] * std::exp(-0.5 * (z * z + std::log(2 * M_PI)) - log_cdf);
      const double a_bar = log_m_bar + z_bar;
      g(0) += a_bar;
      g(1) += a_bar * spread * q(group);
      g(2) += log_m_bar * x;
      g(4) += z_bar * x;
      g(group) += a_bar * spread;
    }
    g(3) += phi_bar * phi;
    results[0] = value;
  };
}

}  // namespace engram::bench::programs
