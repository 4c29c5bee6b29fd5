/// Estimates of the meta-gradient that need no derivatives, to compare with it; and how good estimates are.
#pragma once

#include <engram/plasticity/meta_gradient.hpp>

ENGRAM_PLASTICITY_BEGIN

/// How parameters are perturbed.
struct EvolutionSettings {
  double sigma = 0.01;
  std::size_t pairs = 16;

  static constexpr auto members = std::tuple{
      setting("sigma", &EvolutionSettings::sigma, "standard deviation of the perturbations", above_zero),
      setting("pairs", &EvolutionSettings::pairs, "pairs of opposite perturbations, for each episode",
              {1, 1'000'000})};
};

/// Antithetic evolution strategies: the mean over pairs ±ε, ε ~ N(0, σ²), of ε (L(θ + ε) - L(θ - ε)) / (2
/// σ²). Source: Salimans, Ho, Chen, Sidor, Sutskever, "Evolution strategies as a scalable alternative to
/// reinforcement learning", 2017.
///
/// With a window, persistent evolution strategies: an episode is learned in windows of so many steps; for
/// each of them the perturbations are drawn anew, and the window's loss is multiplied by the sum of all
/// perturbations so far, so that the estimate has no bias from cutting. Source: Vicol, Metz, Sohl-Dickstein,
/// "Unbiased gradient estimation in unrolled computation graphs with persistent evolution strategies", ICML
/// 2021.
template <class Scalar>
class EvolutionStrategies {
 public:
  /// `objective_every` is as in `meta_loss`. The window is a multiple of it, and the number of steps a
  /// multiple of the window; 0 stands for one window of all steps. Throws std::invalid_argument for other
  /// numbers, and if the method wants random numbers.
  EvolutionStrategies(const Method& method, const EpisodeSettings& episode, Index objective_every,
                      Index window = 0);
  EvolutionStrategies(EvolutionStrategies&&) noexcept;
  ~EvolutionStrategies();

  /// Over the episodes `draw(0)` ... `draw(count - 1)`; the loss is the mean under perturbation. The same
  /// bits for any number of threads and processes. Processes send losses only: each draws all perturbations
  /// anew from their streams.
  MetaResult operator()(const std::vector<Array<double>>& parameters, std::size_t count,
                        const DrawEpisode& draw, const EvolutionSettings& settings, const Random& random,
                        Communicator& communicator = this_process());

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// How draws of an estimate lie about a reference gradient.
struct EstimateQuality {
  double variance =
      0;              ///< mean squared distance of a draw to the mean draw, over the reference's squared norm
  double bias = 0;    ///< distance of the mean draw to the reference, over the reference's norm
  double cosine = 0;  ///< mean cosine of a draw to the reference
};

/// Throws std::invalid_argument for fewer than 2 draws, or a reference of length 0.
EstimateQuality estimate_quality(const std::vector<std::vector<Array<double>>>& draws,
                                 const std::vector<Array<double>>& reference);

ENGRAM_PLASTICITY_END
