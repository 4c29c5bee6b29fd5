#include <engram/plasticity/recovery/sparse_fit.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

ENGRAM_PLASTICITY_BEGIN
namespace {

struct Candidate {
  SparseFit fit;
  std::vector<double> held_out;  ///< of each trajectory
};

class Search {
 public:
  Search(const TaylorForm& form, const TrajectoryLoss& loss, const TrajectoryLoss& held_out,
         const SparseFitSettings& settings)
      : loss_(loss), held_out_(held_out), settings_(settings) {
    zero_ = Array<double>::Zero(form.shape().rows, form.shape().columns);
    add(zero_);
  }

  /// Adds a candidate for each penalty, of the coefficients whose `weight` is finite.
  void row_of_penalties(const Array<double>& weight) {
    std::vector<Index> free;
    for (Index j = 0; j < weight.size(); ++j)
      if (std::isfinite(weight.data()[j])) free.push_back(j);
    if (free.empty()) return;
    const Eigen::VectorXd g = loss_.linearised(zero_, free).gradient;
    double largest = 0;
    for (std::size_t k = 0; k < free.size(); ++k)
      largest = std::max(largest, std::abs(g[static_cast<Index>(k)]) / weight.data()[free[k]]);
    Array<double> theta = zero_;
    const auto steps = static_cast<double>(settings_.penalties - 1);
    for (Index q = 0; q < settings_.penalties; ++q) {
      const double lambda = largest * std::pow(settings_.smallest, static_cast<double>(q) / steps);
      const Array<double> penalty = weight.isFinite().select(lambda * weight, 0.0);
      theta = minimum(loss_, theta, penalty, free, settings_.iterations);
      add(theta);
    }
  }

  /// What makes the terms alike: how much the loss curves along each of them at 0.
  Array<double> alike() const {
    std::vector<Index> all(static_cast<std::size_t>(zero_.size()));
    std::iota(all.begin(), all.end(), 0);
    const Eigen::VectorXd curvature = loss_.linearised(zero_, all).curvature.diagonal();
    Array<double> weight = zero_;
    for (Index j = 0; j < weight.size(); ++j)
      weight.data()[j] = curvature[j] > 0 ? std::sqrt(curvature[j]) : std::numeric_limits<double>::infinity();
    return weight;
  }

  const Candidate& lowest() const {
    return *std::ranges::min_element(candidates_, {}, [](const Candidate& c) { return c.fit.held_out; });
  }

  /// The one with the fewest terms, of those that are not clearly worse than the lowest.
  const SparseFit& chosen() const {
    const Candidate& best = lowest();
    const Candidate* chosen = &best;
    for (const Candidate& c : candidates_)
      if (not_clearly_worse(c, best) && c.fit.terms() < chosen->fit.terms()) chosen = &c;
    return chosen->fit;
  }

 private:
  /// The terms of these coefficients, fitted without a penalty.
  void add(const Array<double>& coefficients) {
    std::vector<Index> support;
    for (Index j = 0; j < coefficients.size(); ++j)
      if (coefficients.data()[j] != 0) support.push_back(j);
    if (std::ranges::find(supports_, support) != supports_.end()) return;
    supports_.push_back(support);
    const Array<double> theta = minimum(loss_, coefficients, zero_, support, settings_.iterations);
    const std::vector<double> losses = held_out_.losses(theta);
    const double mean = std::reduce(losses.begin(), losses.end()) / static_cast<double>(losses.size());
    candidates_.push_back({{theta, loss_(theta), mean}, losses});
  }

  bool not_clearly_worse(const Candidate& c, const Candidate& best) const {
    const auto n = static_cast<double>(best.held_out.size());
    const double mean = c.fit.held_out - best.fit.held_out;
    double squares = 0;
    for (std::size_t i = 0; i < best.held_out.size(); ++i)
      squares += std::pow(c.held_out[i] - best.held_out[i] - mean, 2);
    const double rounding = 1e-24 * candidates_.front().fit.held_out;  // of the rule that does nothing
    return mean <= std::max(std::sqrt(squares / (n - 1) / n), rounding);
  }

  const TrajectoryLoss &loss_, &held_out_;
  SparseFitSettings settings_;
  Array<double> zero_;
  std::vector<std::vector<Index>> supports_;
  std::vector<Candidate> candidates_;
};

}  // namespace

SparseFit sparse_fit(const TaylorForm& form, const TrajectoryLoss& loss, const TrajectoryLoss& held_out,
                     const SparseFitSettings& settings) {
  check_bounds("sparse fit", settings);
  if (held_out.trajectories() < 2)
    autodiff::fail("sparse fit",
                   "{} held-out trajectories; give at least 2, whose losses tell how sure a "
                   "choice is",
                   held_out.trajectories());
  Search search(form, loss, held_out, settings);
  search.row_of_penalties(search.alike());
  const Array<double> first = search.lowest().fit.coefficients.abs();
  search.row_of_penalties(first.inverse());
  return search.chosen();
}

ENGRAM_PLASTICITY_END
