/// Logistic regression, a Gaussian process, a hierarchical model.
#include "replay.hpp"

namespace engram::bench::programs {

Program logistic_hessian() {
  const Logistic given;
  const ad::Array<double> x =
      Eigen::Map<const ad::Array<double>>(given.x.data(), Logistic::examples, Logistic::features);
  const auto loss = [&](const auto& in) {
    const auto z = matmul(x, in[0]);
    return sum(softplus(z) - column_of(given.labels) * z) + 0.5 * sum(square(in[0]));
  };
  const auto hessian = [&](const auto& in) { return ad::hessian_of(loss)(in)[0][0]; };
  return replay(ad::compile<double>(hessian, {{Logistic::features, 1}}), {given.w});
}

Program gaussian_process() {
  const GaussianProcess given;
  const int n = GaussianProcess::points;
  const auto loss = [&](const auto& p) {
    auto& tape = p[0].tape();
    const auto d = tape.constant(Eigen::Map<const Eigen::MatrixXd>(given.squares.data(), n, n));
    const auto data = tape.constant(column_of(given.y));
    const auto noise = tape.constant(Eigen::MatrixXd::Identity(n, n)) * exp(p[2]);
    const auto k = exp(p[0] - 0.5 * d * exp(-2.0 * p[1])) + noise;
    const auto fit = dot(data, solve(k, data, ad::positive_definite));
    return 0.5 * (fit + log_det(k, ad::positive_definite) + n * std::log(2 * M_PI));
  };
  const auto& p = GaussianProcess::at;
  return replay_with_gradient(loss, {{1, 1}, {1, 1}, {1, 1}}, {{p[0]}, {p[1]}, {p[2]}});
}

Program hierarchical_model() {
  const Hierarchical given;
  std::vector<ad::Index> group;
  for (int k = 0; k < Hierarchical::examples; ++k) group.push_back(k / Hierarchical::per_group);
  const auto log_density = [&](const auto& in) {
    const auto& q = in[0];
    auto& tape = q.tape();
    const auto counts = tape.constant(column_of(given.counts)), x = tape.constant(column_of(given.x));
    const auto mean = at(q, 0), log_phi = at(q, 3), phi = exp(log_phi);
    const auto eta = slice_rows(q, 5, Hierarchical::groups);
    const auto a = gather_rows(mean + exp(at(q, 1)) * eta, group), log_mean = a + at(q, 2) * x;
    const auto log_p = lgamma(counts + phi) - lgamma(phi) + phi * log_phi + counts * log_mean -
                       (counts + phi) * logaddexp(log_phi, log_mean);
    const auto probit = log_normal_cdf(column_of(given.outcomes) * (a - 1.0 + at(q, 4) * x));
    return sum(log_p) + sum(probit) - 0.5 * (sum(square(q)) - 0.96 * square(mean));
  };
  return replay_with_gradient(log_density, {{Hierarchical::parameters, 1}}, {given.q});
}

}  // namespace engram::bench::programs
