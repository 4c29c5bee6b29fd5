/// The meta-gradient over many episodes: compiled once, run on all cores.
#pragma once

#include <engram/plasticity/communicator.hpp>
#include <engram/plasticity/meta_loss.hpp>

#include <functional>
#include <memory>

ENGRAM_PLASTICITY_BEGIN

/// A meta-loss and its gradient.
struct MetaResult {
  double loss = 0;                      ///< mean over the episodes
  std::vector<Array<double>> gradient;  ///< of that mean, leaf by leaf
  std::vector<double> norms = {};       ///< of each episode's own gradient, before it is clipped
};

/// The Euclidean norm of all leaves together.
double norm(const std::vector<Array<double>>& leaves);

/// Episode number i, drawn.
using DrawEpisode = std::function<Episode<Array<double>>(std::size_t i)>;

/// The meta-loss of episodes of one size and its gradient with respect to a method's parameters, whether
/// these are those of a learned rule, of a simpler one, or a network's initial weights. Scalar is the
/// precision it computes in.
template <class Scalar>
class MetaGradient {
 public:
  /// `objective_every` and `window` as in `meta_loss`. Throws std::invalid_argument for sizes that make no
  /// sense, and if the method wants random numbers.
  MetaGradient(const Method& method, const EpisodeSettings& episode, Index objective_every, Index window = 0);
  MetaGradient(MetaGradient&&) noexcept;
  MetaGradient& operator=(MetaGradient&&) noexcept;
  ~MetaGradient();

  /// Over the episodes `draw(0)` ... `draw(count - 1)`, which are drawn on many threads at once. Results are
  /// added up in an order that their number decides: the same bits for any number of threads and processes.
  /// Up to 128 it is that of the episodes. More are added up in blocks where they are computed, so neither
  /// what is kept nor what is sent grows with their number, but for a loss and a norm of each.
  ///
  /// With a `task_clip` above 0, each episode's gradient is shortened to that norm if it is longer; one that
  /// is not finite counts as 0, and its loss not at all.
  MetaResult operator()(const std::vector<Array<double>>& parameters, std::size_t count,
                        const DrawEpisode& draw, double task_clip = 0,
                        Communicator& communicator = this_process());

  /// The compiled function: parameters and the leaves of an episode in; the loss and its gradient out.
  const autodiff::Function<Scalar>& function() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

ENGRAM_PLASTICITY_END
