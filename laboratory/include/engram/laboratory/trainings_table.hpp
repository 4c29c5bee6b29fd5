/// How meta-trainings went, as a table.
#pragma once

#include <engram/laboratory/options.hpp>
#include <engram/laboratory/report.hpp>

namespace engram::laboratory {

/// A meta-training and the manifest of the rule that it found.
struct FinishedTraining {
  std::string title;
  std::size_t seed;
  std::string manifest;
};

/// A row for each: the best step, its validation, and how many steps and tasks were lost or clipped.
Table trainings_table(const std::vector<FinishedTraining>& trainings, const Options& options);

}  // namespace engram::laboratory
