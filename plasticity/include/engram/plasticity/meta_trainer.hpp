/// Meta-training: Adam on the meta-gradient over fresh tasks, made to survive the gradients that explode.
///
/// The gradient through tens of steps is occasionally enormous. Its norm is clipped; a step whose norm is far
/// beyond the usual, or not finite, is left out; if many in a row are, θ goes back to the best rule so far
/// and Adam's moments begin anew. The best rule is picked by its accuracy on validation tasks, which are
/// never trained on.
#pragma once

#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/meta_gradient.hpp>
#include <engram/plasticity/theta.hpp>

ENGRAM_PLASTICITY_BEGIN

/// A network and the episodes that it learns.
struct Variation {
  Network network;
  EpisodeSettings episode;

  static constexpr auto members = std::tuple{setting("network", &Variation::network, "the network"),
                                             setting("episode", &Variation::episode, "the episodes")};
};

/// All that decides what a meta-training does.
struct MetaSettings {
  Network network{{2, 20, 2}};
  RuleSettings rule;
  EpisodeSettings episode;
  std::vector<Variation> variations;
  Index objective_every = 5;
  Index window = 0;
  long outer_steps = 5000;
  std::size_t tasks = 16;
  double learning_rate = 2e-3;
  double clip = 0.3;
  double skip_above = 20;
  long patience = 10;
  long validate_every = 200;
  std::size_t validation_trials = 100;
  std::uint64_t seed = 1;

  static constexpr auto members = std::tuple{
      setting("network", &MetaSettings::network, "the network that learns"),
      setting("rule", &MetaSettings::rule, "the form of the rule"),
      setting("episode", &MetaSettings::episode, "what a network learns from"),
      setting("variations", &MetaSettings::variations,
              "what the rule is to work for in place of network and episode, if any are given: each outer "
              "step draws one "
              "of these, all equally likely, and validation is the mean over them"),
      setting("objective_every", &MetaSettings::objective_every,
              "the query loss is taken after every so many inner steps", {1, 100'000})
          .in("inner steps"),
      setting("window", &MetaSettings::window,
              "derivatives go back through so many inner steps; 0 is all of them", {0, 100'000})
          .in("inner steps"),
      setting("outer_steps", &MetaSettings::outer_steps, "outer steps, each of Adam on the meta-gradient",
              {1, 1'000'000'000}),
      setting("tasks", &MetaSettings::tasks, "episodes per outer step", {1, 10'000}),
      setting("learning_rate", &MetaSettings::learning_rate,
              "of Adam; falls along a cosine to a twentieth of this", above_zero),
      setting("clip", &MetaSettings::clip, "largest norm of a meta-gradient; longer ones are shortened",
              above_zero),
      setting("skip_above", &MetaSettings::skip_above,
              "outer steps whose gradient has a larger norm are left out", above_zero),
      setting("patience", &MetaSettings::patience,
              "after so many left out in a row θ goes back to the best rule", {1, 1'000'000'000})
          .in("outer steps"),
      setting("validate_every", &MetaSettings::validate_every,
              "a validation, which picks the best rule, after every so many outer steps", {1, 1'000'000'000})
          .in("outer steps"),
      setting("validation_trials", &MetaSettings::validation_trials, "trials of each validation",
              {1, 1'000'000}),
      setting("seed", &MetaSettings::seed, "seed of meta-training and validation", {})};
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

/// The numbers of a meta-training's state.
struct MetaCounts {
  long step = 0;
  long best_step = 0;
  long skipped = 0;
  long skipped_in_a_row = 0;
  double best_validation = -1;
  double beta1_power = 1;
  double beta2_power = 1;

  static constexpr auto members = std::tuple{
      setting("step", &MetaCounts::step, "outer steps done", {0, 1'000'000'000}),
      setting("best_step", &MetaCounts::best_step, "the step after which θ was best; 0 if none was validated",
              {0, 1'000'000'000}),
      setting("skipped", &MetaCounts::skipped, "steps left out", {0, 1'000'000'000}),
      setting("skipped_in_a_row", &MetaCounts::skipped_in_a_row, "of the last steps", {0, 1'000'000'000}),
      setting("best_validation", &MetaCounts::best_validation,
              "the best accuracy on validation tasks; -1 if none was validated", {-1, 1}),
      setting("beta1_power", &MetaCounts::beta1_power, "Adam's", {0, 1}),
      setting("beta2_power", &MetaCounts::beta2_power, "Adam's", {0, 1})};
};

/// Where a meta-training stands: with its settings and families all that is needed to go on, to the last bit.
/// Random numbers have no state of their own, since step n draws from streams named by the seed and n.
struct MetaState : MetaCounts {
  std::vector<Array<double>> theta, best, m, v;  ///< leaves; m and v are Adam's moments
};

/// Throws std::invalid_argument that says what makes no sense in the state of a training with so many outer
/// steps: numbers out of their bounds or against each other, leaves of unlike shapes, negative second
/// moments.
void validate(const MetaState& state, long outer_steps);

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
