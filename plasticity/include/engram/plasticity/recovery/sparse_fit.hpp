/// Fits the coefficients of a rule to trajectories: few terms, chosen without the truth.
///
/// For a row of penalties λ, from large to small, the loss plus λ Σ |θ_j| v_j is minimised, where v_j makes
/// the terms alike (the lasso). Each minimum is found by proximal Gauss-Newton steps. Derivatives through the
/// whole trajectory turn the loss into a quadratic form; coordinate descent with soft thresholds finds its
/// minimum with the penalty; the step is damped until the loss itself falls (Levenberg, Marquardt). The terms
/// that are left are fitted again without a penalty, which would draw their coefficients to 0. A second row
/// of penalties weighs each term by 1/|θ_j| of the best of the first (the adaptive lasso). A candidate is
/// good if its loss on held-out trajectories exceeds the lowest by at most one standard error of their
/// difference over the trajectories. Of the good candidates the one with the fewest terms is taken.
///
/// Sources: Tibshirani, "Regression shrinkage and selection via the lasso", JRSS B 58 (1996); Zou, "The
/// adaptive lasso and its oracle properties", JASA 101 (2006); Lee, Sun, Saunders, "Proximal Newton-type
/// methods for minimizing composite functions", SIAM J. Optimization 24 (2014).
#pragma once

#include <engram/plasticity/recovery/trajectory_loss.hpp>

ENGRAM_PLASTICITY_BEGIN

/// How the fit searches.
struct SparseFitSettings {
  Index penalties = 8;
  double smallest = 1e-4;
  Index iterations = 20;

  static constexpr auto members = std::tuple{
      setting("penalties", &SparseFitSettings::penalties, "penalties λ in each of both rows", {2, 1000}),
      setting("smallest", &SparseFitSettings::smallest,
              "the last λ as a part of the first, at which all coefficients are 0",
              {.low = 0, .high = 1, .open = true}),
      setting("iterations", &SparseFitSettings::iterations, "at most so many steps per minimum",
              {1, 1'000'000})};
};

/// A sparse set of coefficients.
struct SparseFit {
  Array<double> coefficients;
  double loss = 0;      ///< on the trajectories it was fitted to
  double held_out = 0;  ///< on the others

  /// How many coefficients are not 0.
  Index terms() const { return (coefficients != 0).count(); }
};

/// The minimum near `start` of the loss plus Σ penalty_j |θ_j| over the coefficients that `free` lists; the
/// others stay as they are. It goes on until a step promises less than 1e-12 of the loss.
Array<double> minimum(const TrajectoryLoss& loss, const Array<double>& start, const Array<double>& penalty,
                      const std::vector<Index>& free, Index iterations);

/// The fit, from coefficients that are all 0. Throws std::invalid_argument if a setting is out of its bounds
/// or there are fewer than 2 held-out trajectories.
SparseFit sparse_fit(const TaylorForm& form, const TrajectoryLoss& loss, const TrajectoryLoss& held_out,
                     const SparseFitSettings& settings = {});

ENGRAM_PLASTICITY_END
