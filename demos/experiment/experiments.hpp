/// All experiments. Each has a file of its own, which defines the `Experiment` of that name.
#pragma once

#include <engram/laboratory/experiment.hpp>
#include <engram/laboratory/laboratory.hpp>

#include <vector>

namespace engram::demos {

using laboratory::Experiment, laboratory::Laboratory;

/// In the order in which help lists them.
#define ENGRAM_EXPERIMENTS(X) \
  X(figure2)                  \
  X(peers)                    \
  X(transfer)                 \
  X(generalise)               \
  X(map)                      \
  X(one_rule)                 \
  X(ablations)                \
  X(remedies)                 \
  X(inside)                   \
  X(neuro)                    \
  X(certify)

#define ENGRAM_DECLARE(name) extern const Experiment name;
ENGRAM_EXPERIMENTS(ENGRAM_DECLARE)
#undef ENGRAM_DECLARE

inline std::vector<Experiment> experiments() {
#define ENGRAM_ENTRY(name) name,
  return {ENGRAM_EXPERIMENTS(ENGRAM_ENTRY)};
#undef ENGRAM_ENTRY
}

}  // namespace engram::demos
