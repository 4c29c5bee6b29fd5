/// Meta-training: Adam on the meta-gradient over fresh tasks, made to survive the gradients that explode.
///
/// The gradient through tens of steps is occasionally enormous. So it is clipped where it grows: the
/// cotangent of the carry after each inner step, then the gradient of each task, then their mean. A step is
/// left out if even the median norm of its tasks' gradients is too large. If many in a row are, or if
/// validation accuracy falls, θ goes back to the best rule so far, Adam's moments begin anew, and the
/// learning rate falls. What is validated is an average of θ over the last steps; the best one is picked by
/// its accuracy on validation tasks, which are never trained on.
///
/// Sources: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013
/// (clipping); Polyak, Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control and
/// Optimization 30 (1992).
#pragma once

#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/meta_gradient.hpp>
#include <engram/plasticity/meta_settings.hpp>
#include <engram/plasticity/meta_state.hpp>
#include <engram/plasticity/theta.hpp>

ENGRAM_PLASTICITY_BEGIN

/// What an outer step did.
struct StepReport {
  long step = 0;             ///< counted from 1
  double loss = 0;           ///< mean over the tasks
  double gradient_norm = 0;  ///< of the mean of the clipped gradients
  double median_norm = 0;    ///< of the tasks' gradients before they are clipped
  long clipped = 0;          ///< tasks whose gradients were shortened
  long lost = 0;             ///< tasks whose gradients were not finite
  bool skipped = false;
  bool rolled_back = false;
  /// Accuracy on the validation tasks, on steps that validate; and whether it is the best so far.
  std::optional<double> validation;
  bool is_best = false;
};

/// A meta-training under way.
class MetaTrainer {
 public:
  /// Trains on tasks of one family, picks by the mean accuracy over those for validation. Tasks and trials
  /// are shared out among the communicator's processes, each of which has the same trainer, and calls it in
  /// step with the others; the communicator must outlive it.
  MetaTrainer(const MetaSettings& settings, TaskFamily training, std::vector<TaskFamily> validation,
              Communicator& communicator = this_process());
  /// Trains any method that is meta-learned, on its own network, instead of the settings' rule. Throws
  /// std::invalid_argument if the settings have variations: a method is made for one network.
  MetaTrainer(const MetaSettings& settings, const Method& method, TaskFamily training,
              std::vector<TaskFamily> validation, Communicator& communicator = this_process());
  MetaTrainer(MetaTrainer&&) noexcept;
  ~MetaTrainer();

  bool done() const;
  /// One outer step.
  StepReport step();

  const MetaSettings& settings() const;
  const std::vector<Array<double>>& parameters() const;
  /// The best by validation; the parameters as they are if nothing was validated yet.
  const std::vector<Array<double>>& best_parameters() const;
  /// The same of a learned rule. Throws std::invalid_argument if another method is trained.
  Theta<Array<double>> theta() const;
  Theta<Array<double>> best() const;
  double best_validation() const;
  long best_step() const;
  long skipped() const;  ///< steps left out so far

  MetaState state() const;
  /// Goes on from there. Throws std::invalid_argument if the state does not fit the settings.
  void restore(const MetaState& state);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

ENGRAM_PLASTICITY_END
