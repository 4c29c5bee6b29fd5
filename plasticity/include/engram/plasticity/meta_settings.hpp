/// What decides a meta-training.
#pragma once

#include <engram/plasticity/episode.hpp>
#include <engram/plasticity/settings.hpp>

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
  double learning_rate = 8e-3;
  double carry_clip = 1;
  double task_clip = 1;
  double clip = 0.3;
  double averaging = 0.995;
  double skip_above = 50;
  long patience = 10;
  double setback = 0.02;
  double cool_down = 0.8;
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
      setting("tasks", &MetaSettings::tasks, "episodes per outer step", {1, 1'000'000}),
      setting("learning_rate", &MetaSettings::learning_rate,
              "of Adam; falls along a cosine to a twentieth of this", above_zero),
      setting("carry_clip", &MetaSettings::carry_clip,
              "largest norm of what a derivative carries back from an inner step to the one before; longer "
              "ones are shortened; 0 is any norm",
              zero_or_more),
      setting(
          "task_clip", &MetaSettings::task_clip,
          "largest norm of one task's gradient; longer ones are shortened, those that are not finite left "
          "out; 0 is any norm",
          zero_or_more),
      setting("clip", &MetaSettings::clip,
              "largest norm of a meta-gradient, the mean over the tasks; longer ones are shortened",
              above_zero),
      setting("averaging", &MetaSettings::averaging,
              "how much of the average of θ a step keeps; what is validated and kept is the average; 0 is θ "
              "itself",
              {.low = 0, .high = 0.999'999}),
      setting("skip_above", &MetaSettings::skip_above,
              "outer steps are left out if the median of their tasks' norms is larger", above_zero),
      setting("patience", &MetaSettings::patience,
              "after so many left out in a row θ goes back to the best rule", {1, 1'000'000'000})
          .in("outer steps"),
      setting("setback", &MetaSettings::setback,
              "θ goes back to the best rule as well if validation accuracy falls this far below the best",
              {.low = 0, .high = 1, .open = true}),
      setting("cool_down", &MetaSettings::cool_down,
              "the learning rate is multiplied by this whenever θ goes back", {.low = 0.01, .high = 1}),
      setting("validate_every", &MetaSettings::validate_every,
              "a validation, which picks the best rule, after every so many outer steps", {1, 1'000'000'000})
          .in("outer steps"),
      setting("validation_trials", &MetaSettings::validation_trials, "trials of each validation",
              {1, 1'000'000}),
      setting("seed", &MetaSettings::seed, "seed of meta-training and validation", {})};
};

/// Throws std::invalid_argument naming the first setting that makes no sense.
void validate(const MetaSettings& settings);

ENGRAM_PLASTICITY_END
