/// Meta-training with a progress bar, a log, and a rule file at the end, also after Ctrl-C.
#pragma once

#include <engram/plasticity/store.hpp>

#include "options.hpp"

namespace engram::demos {

struct Trained {
  plasticity::RuleFile rule;
  bool interrupted = false;
  long steps = 0;         ///< outer steps done
  long best_step = 0;     ///< the outer step whose rule was picked; 0 if nothing was validated
  double validation = 0;  ///< its accuracy on the validation tasks
  long left_out = 0;      ///< outer steps whose gradient had exploded
};

/// Writes rule.json and meta_training.csv into the output folder; nothing if interrupted before the first
/// step.
Trained meta_train(const Options& options);

}  // namespace engram::demos
