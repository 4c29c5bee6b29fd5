/// The demo's results as files.
#pragma once

#include <filesystem>
#include <vector>

namespace engram::demos {

/// One run of all outer steps, at one learning rate.
struct Point {
  double learning_rate, loss, derivative;  ///< of the loss, with respect to the rate's decimal logarithm
};

struct HypergradientFigure {
  std::vector<Point> landscape;       ///< in the order of the learning rates
  std::vector<Point> descent;         ///< in the order of the steps
  std::vector<double> before, after;  ///< meta-loss of every outer step at the first and the best rate
};

/// Writes hypergradient.csv, .svg and .png into the folder, the CSV first. Throws FigureError and FileError.
void write_figure(const HypergradientFigure& figure, const std::filesystem::path& folder);

}  // namespace engram::demos
