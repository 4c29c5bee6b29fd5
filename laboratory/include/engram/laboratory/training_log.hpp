/// The log of a meta-training, which grows row by row while it is trained.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

namespace engram::laboratory {

/// What the log says so far.
struct TrainingLog {
  long step = 0;                                   ///< outer steps that are done
  double loss = 0;                                 ///< mean of the last steps
  std::vector<std::pair<long, double>> validated;  ///< outer steps with the accuracy on validation tasks
  std::optional<double> best;                      ///< the highest of these
};

/// Reads the log of a meta-training of so many outer steps. A last row without its end is still being
/// written, and does not count. Throws FormatError for a row that is none.
TrainingLog read_training_log(const std::filesystem::path& path, long outer_steps);

}  // namespace engram::laboratory
