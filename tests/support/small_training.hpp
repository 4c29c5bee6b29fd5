/// A meta-training of some milliseconds.
#pragma once

#include <engram/plasticity/meta_trainer.hpp>

namespace engram::test {

inline plasticity::MetaSettings small_training() {
  plasticity::MetaSettings s;
  s.network.sizes = {2, 6, 2};
  s.rule.width = 6;
  s.episode = {.steps = 8, .labelled = 4, .unlabelled = 4, .query = 10};
  s.objective_every = 3;
  s.outer_steps = 6;
  s.tasks = 5;
  s.validate_every = 2;
  s.validation_trials = 6;
  return s;
}

}  // namespace engram::test
