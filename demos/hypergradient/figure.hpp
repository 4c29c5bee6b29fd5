/// The demo's results as files.
#pragma once

#include "meta_training.hpp"

#include <filesystem>
#include <vector>

namespace engram::demos {

struct HypergradientFigure {
  std::vector<Outcome> landscape;  ///< in the order of the learning rates
  std::vector<Outcome> descent;    ///< in the order of the steps
};

/// Writes hypergradient.csv, .svg and .png into the folder, the CSV first. Throws laboratory::FigureError and
/// FileError.
void write_figure(const HypergradientFigure& figure, const std::filesystem::path& folder);

}  // namespace engram::demos
