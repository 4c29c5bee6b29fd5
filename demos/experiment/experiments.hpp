/// All experiments.
#pragma once

#include <engram/laboratory/experiment.hpp>
#include <engram/laboratory/laboratory.hpp>

#include <vector>

namespace engram::demos {

using laboratory::Experiment, laboratory::Laboratory;

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
