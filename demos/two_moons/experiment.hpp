/// The rule against tuned backprop, on paired trials.
#pragma once

#include <engram/laboratory/measures.hpp>
#include <engram/laboratory/peers.hpp>
#include <engram/plasticity/store.hpp>

#include "options.hpp"

namespace engram::demos {

struct FamilyResult {
  plasticity::TaskFamily family;
  plasticity::Evaluation rule, backprop;
  laboratory::Candidate tuned;        ///< the backprop that was chosen
  laboratory::Interval gain;  ///< of test accuracy after the last step
  plasticity::Index best_step;        ///< where backprop's mean accuracy is highest
};

/// One result per test family. Shows progress.
std::vector<FamilyResult> compare(const Options& options, const plasticity::RuleFile& rule);

}  // namespace engram::demos
