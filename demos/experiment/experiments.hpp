/// All experiments.
#pragma once

#include "laboratory.hpp"

namespace engram::demos {

struct Experiment {
  const char* name;
  const char* summary;
  void (*run)(Laboratory&);
  /// What --meta-seeds and --outer-steps are unless given; an experiment that trains nothing has none.
  std::size_t meta_seeds = 0;
  long outer_steps = 0;
};

const std::vector<Experiment>& experiments();

/// The paper's Figure 2, with several meta-training seeds and two controls.
void figure2(Laboratory& lab);
/// A frozen rule against all others on the same trials of every task family.
void peers(Laboratory& lab);
/// A frozen rule in networks, on tasks and for lengths that it was not trained for.
void transfer(Laboratory& lab);
/// What a rule answers, what formulas that resembles, and how its changes lie to backprop's.
void inside(Laboratory& lab);
/// Rules without one of their parts, and trained in other ways.
void ablations(Laboratory& lab);
/// Rules trained on several lengths, networks or tasks, tested where the usual one fails.
void remedies(Laboratory& lab);
/// Whether a rule is biologically plausible, clause by clause.
void certify(Laboratory& lab);

}  // namespace engram::demos
