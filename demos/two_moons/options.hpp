/// What the user asked for: the command line and the configuration file.
#pragma once

#include <engram/laboratory/families.hpp>
#include <engram/plasticity/meta_trainer.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace engram::demos {

enum class Command { story, train, evaluate, figure, certify, watch };

struct Options {
  Command command = Command::story;
  plasticity::MetaSettings meta;
  laboratory::TrainingTasks training_tasks = laboratory::TrainingTasks::mixed;
  double noise = 0.1;  ///< of the two moons that are tested on, and of the random ones in training
  std::string rule;    ///< file; empty: train one
  std::filesystem::path out = "two_moons_output";
  std::string json;  ///< where `evaluate` and `certify` write what they found; "-" is standard output
  std::size_t trials = 100;
  std::uint64_t test_seed = 2024;
  std::size_t tuning_trials = 100;
  plasticity::Index test_points = 500;
  long checkpoint_every = 100;
  bool resume = false;      ///< go on with the meta-training in `out`
  std::size_t threads = 0;  ///< 0: one per core
};

/// Nothing if help or the version was asked for, and printed. Throws UsageError (command_line.hpp).
std::optional<Options> parse(int argc, char** argv);

/// Test episodes: like those trained on, with more query points.
plasticity::EpisodeSettings test_episode(const Options& options);
/// The families that rules are tested on: two moons, as in training, and two Gaussians, which no rule has
/// met.
std::vector<plasticity::TaskFamily> test_families(const Options& options);

}  // namespace engram::demos
