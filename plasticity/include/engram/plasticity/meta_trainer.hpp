/// Meta-training: Adam on the meta-gradient over fresh tasks, made to survive the gradients that explode.
///
/// The gradient through tens of steps is occasionally enormous. Its norm is clipped; a step whose norm is far
/// beyond the usual, or not finite, is left out; if many in a row are, θ goes back to the best rule so far
/// and Adam's moments begin anew. The best rule is picked by its accuracy on validation tasks, which are
/// never trained on.
#pragma once

#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/meta_gradient.hpp>

ENGRAM_PLASTICITY_BEGIN

/// A network and the episodes that it learns.
struct Variation {
  Network network;
  EpisodeSettings episode;
};

/// All that decides what a meta-training does.
struct MetaSettings {
  Network network{{2, 20, 2}};
  RuleSettings rule;
  EpisodeSettings episode;
  /// What the rule is to work for in place of `network` and `episode`, if any are given: each outer step
  /// draws one of these, all equally likely, and validation is the mean over them.
  std::vector<Variation> variations;
  Index objective_every = 5;  ///< the query loss is taken after every so many inner steps
  Index window = 0;           ///< inner steps that derivatives go back through; 0 is all of them
  long outer_steps = 5000;
  std::size_t tasks = 16;       ///< episodes per outer step
  double learning_rate = 2e-3;  ///< falls along a cosine to a twentieth of this
  double clip = 0.3;            ///< the gradient's norm is cut down to this
  double skip_above = 20;       ///< steps with a larger norm are left out
  long patience = 10;           ///< so many left out in a row, and θ goes back to the best rule
  long validate_every = 200;
  std::size_t validation_trials = 100;
  std::uint64_t seed = 1;
};

/// Throws std::invalid_argument naming the first setting that makes no sense.
void validate(const MetaSettings& settings);

/// What an outer step did.
struct StepReport {
  long step = 0;  ///< counted from 1
  double loss = 0;
  double gradient_norm = 0;
  bool skipped = false;
  bool rolled_back = false;
  /// Accuracy on the validation tasks, on steps that validate; and whether it is the best so far.
  std::optional<double> validation;
  bool is_best = false;
};

/// Where a meta-training stands: with its settings and families all that is needed to go on, to the last bit.
/// Random numbers have no state of their own, since step n draws from streams named by the seed and n.
struct MetaState {
  long step = 0, best_step = 0;
  long skipped = 0, skipped_in_a_row = 0;
  double best_validation = -1;
  double beta1_power = 1, beta2_power = 1;       ///< Adam's; as are the moments m and v
  std::vector<Array<double>> theta, best, m, v;  ///< leaves
};

/// A meta-training under way.
class MetaTrainer {
 public:
  /// Trains on tasks of one family, picks by the mean accuracy over those for validation.
  MetaTrainer(const MetaSettings& settings, TaskFamily training, std::vector<TaskFamily> validation);
  /// Trains any method that is meta-learned, on its own network, instead of the settings' rule. Throws
  /// std::invalid_argument if the settings have variations: a method is made for one network.
  MetaTrainer(const MetaSettings& settings, const Method& method, TaskFamily training,
              std::vector<TaskFamily> validation);
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
