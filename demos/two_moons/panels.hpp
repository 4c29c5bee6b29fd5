/// From results to the figure: curves over trials, and decision boundaries of one test task.
#pragma once

#include <engram/laboratory/figure2/drawing.hpp>

#include "experiment.hpp"

namespace engram::demos {

/// The boundary panels show the first test trial of the first family, whatever became of it.
laboratory::Figure2 figure2(const Options& options, const plasticity::RuleFile& rule,
                            const std::vector<FamilyResult>& results);

}  // namespace engram::demos
