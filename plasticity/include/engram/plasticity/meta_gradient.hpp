/// The meta-gradient over many episodes: compiled once, run on all cores.
#pragma once

#include <engram/plasticity/objective.hpp>

#include <functional>
#include <memory>

ENGRAM_PLASTICITY_BEGIN

/// A meta-loss and its gradient.
struct MetaResult {
  double loss = 0;                ///< mean over the episodes
  Theta<Array<double>> gradient;  ///< of that mean
};

/// The meta-loss of episodes of one size and its gradient with respect to θ. Scalar is the precision it
/// computes in.
template <class Scalar>
class MetaGradient {
 public:
  MetaGradient(const Network& network, const RuleSettings& rule, const EpisodeSettings& episode,
               Index objective_every);
  MetaGradient(MetaGradient&&) noexcept;
  MetaGradient& operator=(MetaGradient&&) noexcept;
  ~MetaGradient();

  /// Over the episodes `draw(0)` ... `draw(count - 1)`, which are drawn on many threads at once. Results are
  /// added up in the order of the episodes: the same bits for any number of threads.
  MetaResult operator()(const Theta<Array<double>>& theta, std::size_t count,
                        const std::function<Episode<Array<double>>(std::size_t)>& draw);

  /// The compiled function: leaves of θ and of an episode in; the loss and the leaves of its gradient out.
  const autodiff::Function<Scalar>& function() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

ENGRAM_PLASTICITY_END
