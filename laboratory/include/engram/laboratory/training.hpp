/// Meta-training into a folder, with a progress bar, a log that can be followed, and checkpoints, so that a
/// run survives Ctrl-C and crashes.
#pragma once

#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/store.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>

namespace engram::laboratory {

/// What is trained, and where to.
struct TrainingRun {
  plasticity::MetaSettings settings;
  plasticity::TaskFamily training;
  std::vector<plasticity::TaskFamily> validation;
  /// All that decides the result. A checkpoint of another configuration is not resumed.
  nlohmann::ordered_json configuration;
  std::filesystem::path folder;
  long checkpoint_every = 100;  ///< outer steps
  std::string label = "meta-training";
  /// What is trained in place of the settings' rule; there is no rule file then.
  std::optional<plasticity::Method> method = std::nullopt;
};

enum class Start {
  fresh,   ///< refuses to overwrite a run, finished or not
  anew,    ///< overwrites what is there
  resume,  ///< there must be a checkpoint
  either   ///< resumes if there is a checkpoint
};

/// What came out.
struct Trained {
  plasticity::RuleFile rule;
  std::vector<plasticity::Array<double>> parameters;  ///< of the best rule, or method, leaf by leaf
  bool interrupted = false;
  long resumed_from = 0;  ///< the outer step of the checkpoint
  long steps = 0;         ///< outer steps done
  long best_step = 0;     ///< the outer step whose rule was picked; 0 if nothing was validated
  double validation = 0;  ///< its accuracy on the validation tasks
  long left_out = 0;      ///< outer steps whose gradient had exploded
};

/// The files of a run, in its folder.
namespace training_files {
constexpr const char *checkpoint = "checkpoint.json", *log = "meta_training.csv", *rule = "rule.json";
}

/// The settings as they stand in checkpoints and manifests.
nlohmann::ordered_json configuration(const plasticity::MetaSettings& settings);

/// Trains until done or interrupted (see InterruptGuard). Row by row writes the log; a checkpoint at the
/// start, after every so many steps, and at the end; then the rule. A run that was stopped at any
/// moment, by any means, and resumed leaves the same bytes as one that was not. Throws FormatError for a
/// checkpoint that cannot be used and UsageError for one that should not be.
Trained meta_train(const TrainingRun& run, Start start);

}  // namespace engram::laboratory
