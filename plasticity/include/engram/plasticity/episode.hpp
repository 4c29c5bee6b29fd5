/// One trial's data, drawn from a task: initial weights, what is shown in every step, what is asked
/// afterwards.
#pragma once

#include <engram/plasticity/inner_loop.hpp>
#include <engram/plasticity/task.hpp>

ENGRAM_PLASTICITY_BEGIN

/// How much a trial shows and asks.
struct EpisodeSettings {
  Index steps = 50;
  Index labelled = 10;
  Index unlabelled = 10;
  Index query = 100;
  bool noise_for_unlabelled = false;

  static constexpr auto members = std::tuple{
      setting("steps", &EpisodeSettings::steps, "inner steps, each with one mini-batch", {1, 100'000}),
      setting("labelled", &EpisodeSettings::labelled,
              "labelled points, the same in every step, classes in turn; each class needs one", {0, 100'000}),
      setting("unlabelled", &EpisodeSettings::unlabelled, "unlabelled points per step, always fresh ones",
              {0, 100'000}),
      setting("query", &EpisodeSettings::query, "points that judge what a training episode has learned",
              {1, 1'000'000}),
      setting("noise_for_unlabelled", &EpisodeSettings::noise_for_unlabelled,
              "a control: in place of unlabelled points normal noise of their mean and deviation along each "
              "coordinate, which knows nothing of the classes")};
};

/// T is a leaf: Variable, Value or Array.
template <class T>
struct Episode {
  Synapses<T> start;
  Batches<T> batches;  ///< of all steps: (steps · (labelled + unlabelled)) rows
  T labelled_x, labelled_targets;
  T query_x, query_targets;

  static constexpr auto members =
      std::tuple{&Episode::start,   &Episode::batches,      &Episode::labelled_x, &Episode::labelled_targets,
                 &Episode::query_x, &Episode::query_targets};
};

/// Throws std::invalid_argument for impossible sizes: no steps, no labelled point of a class, no query
/// points.
void validate(const EpisodeSettings& settings, int classes);

/// The shapes of an episode's leaves.
Episode<Shape> episode_shapes(const Network& network, const EpisodeSettings& settings);

/// Everything follows from the task and the stream; the query's size and the steps do not change what comes
/// before.
Episode<Array<double>> draw_episode(const Network& network, const EpisodeSettings& settings,
                                    const SemiSupervisedTask& task, const Random& random);

/// The unlabelled points of all steps, in their order: (steps · unlabelled) x dimension.
Array<double> unlabelled_points(const Episode<Array<double>>& episode);

ENGRAM_PLASTICITY_END
