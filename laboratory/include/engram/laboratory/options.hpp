/// What the user asked for: which experiment, on which budget.
#pragma once

#include <engram/laboratory/experiment.hpp>
#include <engram/laboratory/families.hpp>
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/store.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace engram::laboratory {

struct Options {
  std::string experiment;
  plasticity::MetaSettings meta;
  std::string training_tasks = "two_moons+diverse_moons";
  double noise = 0.1;
  std::size_t meta_seeds = 5;
  std::size_t trials = 100;
  std::size_t tuning_trials = 1000;
  plasticity::Index test_points = 500;
  std::uint64_t test_seed = 2024;
  std::filesystem::path rule;
  std::filesystem::path out;
  long checkpoint_every = 100;
  std::size_t threads = 0;
  std::size_t ranks = 1;
  std::string hosts;
  bool quick = false;
  bool anew = false;
  bool trains = false;

  static constexpr auto members = std::tuple{
      plasticity::setting("experiment", &Options::experiment, "the experiment's name").no_option(),
      plasticity::setting("meta", &Options::meta, "every meta-training; its seed is one of `meta_seeds`"),
      plasticity::setting(
          "training_tasks", &Options::training_tasks,
          "tasks to train on, by name, with how often each counts: two_moons+arcs*3; of two_moons, "
          "diverse_moons, blurred_moons, circles, xor, spirals, pinwheel, arcs, sticks, two_gaussians, "
          "wishart_gaussians"),
      plasticity::setting("noise", &Options::noise, "standard deviation of the textbook-shaped moons' noise",
                          {.low = 0, .high = 100})
          .in("radii of a moon"),
      plasticity::setting("meta_seeds", &Options::meta_seeds, "meta-trainings, with the seeds 1, 2, ...",
                          {1, 1000}),
      plasticity::setting("trials", &Options::trials,
                          "trials per rule and family of tasks, at least 2 for a standard error",
                          {2, 100'000}),
      plasticity::setting("tuning_trials", &Options::tuning_trials,
                          "trials that tune each of the others' settings", {2, 100'000}),
      plasticity::setting("test_points", &Options::test_points, "points that judge a trial", {1, 100'000}),
      plasticity::setting("test_seed", &Options::test_seed,
                          "seed of tuning and test tasks; they differ from those of training for any seeds"),
      plasticity::setting("rule", &Options::rule, "the rule file of experiments on one rule").no_option(),
      plasticity::setting("out", &Options::out, "the folder of results").no_option(),
      plasticity::setting("checkpoint_every", &Options::checkpoint_every,
                          "outer steps between checkpoints: at most so many are lost in a crash",
                          {1, 1'000'000'000}),
      plasticity::setting("threads", &Options::threads,
                          "threads; 0 is one per core. Results do not depend on it", {0, 1024}),
      plasticity::setting(
          "ranks", &Options::ranks,
          "processes that share the work, started by MPI's mpirun. Results do not depend on it",
          {1, 100'000}),
      plasticity::setting(
          "hosts", &Options::hosts,
          "machines on which these are started, as mpirun takes them: node1:8,node2:8; unless "
          "given: this one"),
      plasticity::setting("quick", &Options::quick, "whether budgets are cut to seconds").no_option(),
      plasticity::setting("anew", &Options::anew, "whether what is in `out` is not gone on with").no_option(),
      plasticity::setting("trains", &Options::trains, "whether the experiment meta-trains").no_option()};
};

/// Nothing if help or the version was asked for, and printed. Throws UsageError.
std::optional<Options> parse(int argc, char** argv, const std::vector<Experiment>& experiments);

/// All that decides the results, as the TOML file that --config reads.
std::string to_toml(const Options& options);

/// Looks at all options when they are read. Throws UsageError for what makes no sense.
void settle(Options& options);
/// All that ranks must have in common, as lines.
std::vector<std::string> lines_that_decide(const Options& options);
/// Takes the rule that was given, and with it the activation and bias neurons that its networks have. Throws
/// FormatError if it cannot be read.
plasticity::RuleFile take_rule(Options& options);

/// Episodes to test on: like those trained on, with more query points.
plasticity::EpisodeSettings test_episode(const Options& options);

}  // namespace engram::laboratory
