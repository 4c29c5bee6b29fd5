/// All experiments.
#pragma once

#include "laboratory.hpp"

namespace engram::demos {

struct Experiment {
  const char* name;
  const char* summary;
  void (*run)(Laboratory&);
};

const std::vector<Experiment>& experiments();

/// The paper's Figure 2, with several meta-training seeds and two controls.
void figure2(Laboratory& lab);
/// A frozen rule in networks, on tasks and for lengths that it was not trained for.
void transfer(Laboratory& lab);

}  // namespace engram::demos
