#include <engram/plasticity/recovery/recovery.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

ENGRAM_PLASTICITY_BEGIN
namespace {

std::vector<Trajectory> simulated(const RecoverySettings& s, const Array<double>& truth, Index count,
                                  const Random& random) {
  std::vector<Trajectory> all;
  for (Index i = 0; i < count; ++i)
    all.push_back(simulate(s.layer, s.candidates, truth, random.split(static_cast<std::uint64_t>(i))));
  return all;
}

/// The part of what the rule did that is explained.
double r2(const RecoverySettings& s, Observed what, const Array<double>& coefficients,
          const std::vector<Trajectory>& test) {
  double error = 0, all = 0;
  for (const Trajectory& t : test) {
    const auto off = [&](const Array<double>& rule) {
      const auto history = history_of(s.layer, s.candidates, rule, t.inputs, t.start);
      return (seen(what, history) - seen(what, t.history)).square().sum();
    };
    error += off(coefficients);
    all += off(Array<double>::Zero(coefficients.rows(), coefficients.cols()));
  }
  const double r2 = 1 - error / all;
  return r2 > -1 ? r2 : -1;  // of what is not a number, too
}

}  // namespace

void validate(const RecoverySettings& s) {
  validate(s.layer);
  check_bounds("candidates", s.candidates);
  check_bounds("observations", s.observation);
  check_bounds("sparse fit", s.fit);
  check_bounds("recovery", s);
}

TrajectoryLoss observed_loss(const RecoverySettings& s, const Array<double>& coefficients, Index count,
                             const Random& random) {
  std::vector<Observations> all;
  for (const Trajectory& t : simulated(s, coefficients, count, random))
    all.push_back(observe(t, s.observation, random.split("observation").split(all.size())));
  return {s.layer, s.candidates, s.observation.what, std::move(all)};
}

std::vector<AlikeTerms> most_alike(const TaylorForm& form, const TrajectoryLoss& loss,
                                   const Array<double>& coefficients, std::size_t count) {
  const std::vector<TaylorTerm> terms = terms_of(form);
  std::vector<Index> all(terms.size());
  std::iota(all.begin(), all.end(), 0);
  const Eigen::MatrixXd curvature = loss.linearised(coefficients, all).curvature;
  std::vector<AlikeTerms> pairs;
  for (const Index i : all)
    for (Index j = 0; j < i; ++j)
      if (const double lengths = std::sqrt(curvature(i, i) * curvature(j, j)); lengths > 0)
        pairs.push_back({terms[static_cast<std::size_t>(j)], terms[static_cast<std::size_t>(i)],
                         curvature(i, j) / lengths});
  std::ranges::stable_sort(pairs, std::ranges::greater{}, [](const auto& p) { return std::abs(p.cosine); });
  pairs.resize(std::min(count, pairs.size()));
  return pairs;
}

Recovery recover(const RecoverySettings& s, const TrueRule& rule, const Random& random) {
  validate(s);
  Recovery r;
  r.truth = rule.coefficients(s.layer, s.candidates, random.split("rule"));
  const TrajectoryLoss loss = observed_loss(s, r.truth, s.trajectories, random.split("fit"));
  const TrajectoryLoss held_out = observed_loss(s, r.truth, s.held_out, random.split("held out"));
  r.fit = sparse_fit(s.candidates, loss, held_out, s.fit);
  const Array<double>& found = r.fit.coefficients;
  r.error = std::sqrt((found - r.truth).square().sum() / r.truth.square().sum());
  r.missed = (found == 0 && r.truth != 0).count();
  r.invented = (found != 0 && r.truth == 0).count();
  const std::vector<Trajectory> test = simulated(s, r.truth, s.test, random.split("test"));
  r.r2_weights = r2(s, Observed::weights, found, test);
  r.r2_activity = r2(s, Observed::activity, found, test);
  return r;
}

ENGRAM_PLASTICITY_END
