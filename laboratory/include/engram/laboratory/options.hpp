/// What the user asked for: which experiment, on which budget.
#pragma once

#include <engram/laboratory/experiment.hpp>
#include <engram/laboratory/families.hpp>
#include <engram/plasticity/meta_trainer.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace engram::laboratory {

struct Options {
  std::string experiment;
  plasticity::MetaSettings meta;  ///< of every meta-training; seeds come from `meta_seeds`
  TrainingTasks training_tasks = TrainingTasks::mixed;
  double noise = 0.1;          ///< of the textbook-shaped moons
  std::size_t meta_seeds = 5;  ///< trainings with the seeds 1, 2, ...
  std::size_t trials = 100;    ///< per family and meta-training seed
  std::size_t tuning_trials = 100;
  plasticity::Index test_points = 500;
  std::uint64_t test_seed = 2024;
  std::filesystem::path rule;  ///< of the experiments on one rule
  std::filesystem::path out;
  long checkpoint_every = 100;  ///< outer steps
  std::size_t threads = 0;      ///< 0: one per core
  bool quick = false;
  bool anew = false;    ///< what is in `out` is not gone on with
  bool trains = false;  ///< whether the experiment meta-trains
};

/// Nothing if help or the version was asked for, and printed. Throws UsageError.
std::optional<Options> parse(int argc, char** argv, const std::vector<Experiment>& experiments);

/// All that decides the results, as the TOML file that --config reads.
std::string to_toml(const Options& options);

/// Episodes to test on: like those trained on, with more query points.
plasticity::EpisodeSettings test_episode(const Options& options);

}  // namespace engram::laboratory
