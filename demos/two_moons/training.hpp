/// Meta-training with a progress bar, a log, and a rule file at the end, also after Ctrl-C.
#pragma once

#include <engram/plasticity/store.hpp>

#include "options.hpp"

namespace engram::demos {

struct Trained {
  plasticity::RuleFile rule;
  bool interrupted = false;
};

/// Writes rule.json and meta_training.csv into the output folder.
Trained meta_train(const Options& options);

}  // namespace engram::demos
