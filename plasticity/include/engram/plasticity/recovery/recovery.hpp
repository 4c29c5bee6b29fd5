/// Finds a plasticity rule from what it did: from trajectories of synapses, or of activity alone, with noise
/// and gaps.
///
/// The inputs, the step size and the rates of the layer are known; so are the first weights, unless said
/// otherwise. The rule is fitted to what is seen of some trajectories. Others choose the penalty. The true
/// rule only judges the result, on a third set.
///
///     RecoverySettings s;
///     s.observation = {.what = Observed::activity, .noise = 0.1};
///     const Recovery r = recover(s, true_rule("oja"), Random(1));
///
/// With data of your own, there is no truth:
///
///     const TrajectoryLoss fitted(layer, form, Observed::weights, observations), held_out(...);
///     const SparseFit rule = sparse_fit(form, fitted, held_out);
///
/// Sources: Mehta, Tyulmankov, Rajagopalan, Turner, Fitzgerald, Funke, "Model based inference of synaptic
/// plasticity rules", NeurIPS 2024; Confavreux, Ramesh, Goncalves, Macke, Vogels, "Meta-learning families of
/// plasticity rules in recurrent spiking networks using simulation-based inference", NeurIPS 2023.
#pragma once

#include <engram/plasticity/recovery/sparse_fit.hpp>
#include <engram/plasticity/recovery/true_rules.hpp>

ENGRAM_PLASTICITY_BEGIN

/// What is recovered from what.
struct RecoverySettings {
  PlasticLayer layer;
  TaylorForm candidates{.slow = 1};
  ObservationSettings observation;
  SparseFitSettings fit;
  Index trajectories = 4;
  Index held_out = 4;
  Index test = 4;

  static constexpr auto members = std::tuple{
      setting("layer", &RecoverySettings::layer, "where the rule is at work"),
      setting("candidates", &RecoverySettings::candidates, "the terms that it may have"),
      setting("observation", &RecoverySettings::observation, "what is seen of it"),
      setting("fit", &RecoverySettings::fit, "how it is searched for"),
      setting("trajectories", &RecoverySettings::trajectories, "trajectories that are fitted", {1, 100'000}),
      setting("held_out", &RecoverySettings::held_out, "trajectories that choose the penalty", {2, 100'000}),
      setting("test", &RecoverySettings::test, "trajectories that judge the result", {1, 100'000})};
};

/// Throws std::invalid_argument that names the setting that is out of its bounds.
void validate(const RecoverySettings& settings);

/// The loss of so many trajectories that these coefficients make, observed as it is set.
TrajectoryLoss observed_loss(const RecoverySettings& settings, const Array<double>& coefficients, Index count,
                             const Random& random);

/// Two terms, and the cosine of the angle between what small changes of their coefficients do to all that is
/// observed: at 1 or -1 the observations cannot tell them apart.
struct AlikeTerms {
  TaylorTerm first, second;
  double cosine = 0;
};

/// The pairs that are most alike near these coefficients, the most alike first.
std::vector<AlikeTerms> most_alike(const TaylorForm& form, const TrajectoryLoss& loss,
                                   const Array<double>& coefficients, std::size_t count);

/// What was recovered, and how good it is.
struct Recovery {
  Array<double> truth;
  SparseFit fit;
  double error = 0;    ///< |θ - truth| / |truth|: 1 for a rule that does nothing
  Index missed = 0;    ///< terms of the truth that were not found
  Index invented = 0;  ///< terms that the truth does not have
  /// On test trajectories without noise: 1 minus the squared error of the weights relative to that of a rule
  /// that does nothing. -1 stands for all that is lower.
  double r2_weights = 0;
  double r2_activity = 0;  ///< the same of what the neurons behind put out
};

/// Simulates, observes, fits and judges with streams split from this one.
Recovery recover(const RecoverySettings& settings, const TrueRule& rule, const Random& random);

ENGRAM_PLASTICITY_END
