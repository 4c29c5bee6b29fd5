/// An experiment: a command that leaves a folder with its configuration, tables, figures and one report.
#pragma once

#include <cstddef>

namespace engram::laboratory {

class Laboratory;

struct Experiment {
  const char* name;
  const char* summary;
  void (*run)(Laboratory&);
  /// What --meta-seeds and --outer-steps are unless given; an experiment that trains nothing has none.
  std::size_t meta_seeds = 0;
  long outer_steps = 0;
};

}  // namespace engram::laboratory
