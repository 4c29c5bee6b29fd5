#include <engram/plasticity/recovery/sparse_fit.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>

ENGRAM_PLASTICITY_BEGIN
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

/// The d that makes gᵀd + dᵀH d / 2 + Σ λ_j |θ_j + d_j| smallest, by coordinate descent.
Vector penalised_step(const Vector& g, const Matrix& h, const Vector& theta, const Vector& lambda) {
  constexpr int sweeps = 1000;
  constexpr double enough = 1e-10;  // of the largest change so far
  Vector d = Vector::Zero(g.size()), slope = g;
  double largest = 0;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    double moved = 0;
    for (Index j = 0; j < g.size(); ++j) {
      if (!(h(j, j) > 0)) continue;
      const double at = theta[j] + d[j], aim = at - slope[j] / h(j, j), threshold = lambda[j] / h(j, j);
      const double next = std::copysign(std::max(std::abs(aim) - threshold, 0.0), aim);
      if (next == at) continue;
      slope += (next - at) * h.col(j);
      d[j] = next - theta[j];
      moved = std::max(moved, std::abs(next - at) * std::sqrt(h(j, j)));
    }
    largest = std::max(largest, moved);
    if (moved <= enough * largest) break;
  }
  return d;
}

/// The same without penalties.
Vector free_step(const Vector& g, const Matrix& h) {
  // Terms differ by orders of magnitude: solved in units in which the diagonal is 1.
  const Vector unit = h.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Matrix scaled = unit.asDiagonal() * h * unit.asDiagonal();
  return -(unit.asDiagonal() * scaled.ldlt().solve(unit.cwiseProduct(g)));
}

}  // namespace

Array<double> minimum(const TrajectoryLoss& loss, const Array<double>& start, const Array<double>& penalty,
                      const std::vector<Index>& free, Index iterations) {
  constexpr double loosest = 1e-12, tightest = 1e8;
  const auto n = static_cast<Index>(free.size());
  if (n == 0) return start;
  Array<double> theta = start;
  const auto picked = [&](const Array<double>& a) {
    Vector v(n);
    for (Index j = 0; j < n; ++j) v[j] = a.data()[free[static_cast<std::size_t>(j)]];
    return v;
  };
  const auto moved = [&](const Vector& d) {
    Array<double> next = theta;
    for (Index j = 0; j < n; ++j) next.data()[free[static_cast<std::size_t>(j)]] += d[j];
    return next;
  };
  const auto cost = [&](const Array<double>& at) { return (penalty * at.abs()).sum(); };
  const Vector lambda = picked(penalty);
  const bool penalised = lambda.maxCoeff() > 0;
  const double promised = penalised ? 1e-4 : 1e-12;  // of a penalised minimum the terms are taken only
  LinearisedLoss near = loss.linearised(theta, free);
  double damping = 1e-3;
  for (Index i = 0; i < iterations; ++i) {
    Matrix h = near.curvature;
    h.diagonal() *= 1 + damping;
    const Vector d =
        penalised ? penalised_step(near.gradient, h, picked(theta), lambda) : free_step(near.gradient, h);
    const Array<double> next = moved(d);
    const double now = near.loss + cost(theta);
    const double promise = cost(theta) - cost(next) - near.gradient.dot(d) - d.dot(h * d) / 2;
    if (!(promise > promised * now)) break;
    if (const double there = loss(next) + cost(next); there < now) {
      theta = next;
      near = loss.linearised(theta, free);
      damping = std::max(damping / 10, loosest);
    } else if ((damping *= 10) > tightest) {
      break;
    }
  }
  return theta;
}

ENGRAM_PLASTICITY_END
