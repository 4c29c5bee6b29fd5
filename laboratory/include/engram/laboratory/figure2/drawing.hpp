/// The paper's Figure 2 as files: what a learned rule and backprop make of the same few labels. A row for
/// each family of tasks, with test accuracy and training loss, each on the same axis in all rows; at the
/// right both boundaries on one task of the first family, and all gains.
#pragma once

#include <engram/laboratory/gnuplot.hpp>
#include <engram/laboratory/statistics.hpp>
#include <engram/plasticity/task.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace engram::laboratory {

/// A quantity after each recorded step: its mean and the standard error of that mean, as `mean_of` has them.
struct Band {
  std::vector<double> mean, error;
};

struct Curves {
  Band accuracy;       ///< on fresh test points, 0 to 1
  Band training_loss;  ///< mean cross-entropy of the labelled examples
};

struct FamilyCurves {
  std::string name;                     ///< in the CSV: "two_moons"
  std::string title;                    ///< in the figure: "Two moons"
  Curves rule, one_setting, best_case;  ///< of the learned rule, and of backprop with its two baselines
  bool same = false;                    ///< the baselines are the same here, and are drawn once
  Interval gain_one_setting, gain_best_case;
};

/// What one method made of the task in the boundary panels.
struct Boundary {
  plasticity::Array<double>
      probability;      ///< of class 1 on the even grid; row i goes from y_low (i = 0) to y_high
  double accuracy = 0;  ///< on test points of that task
};

struct Figure2 {
  std::string title, note;             ///< the note tells what the bands are
  std::vector<double> steps;           ///< the recorded ones, from 0
  std::vector<std::string> verdicts;   ///< what the numbers say, in sentences, below the title
  std::vector<FamilyCurves> families;  ///< three, from top to bottom

  double x_low = 0, x_high = 0, y_low = 0, y_high = 0;  ///< the rectangle that the boundary panels show
  plasticity::Examples labelled;         ///< of the one task in the panels, of the first family
  plasticity::Array<double> unlabelled;  ///< some of its unlabelled points, n x 2
  Boundary rule, backprop;
};

/// Writes NAME.csv (a line for each family, method, step and metric), NAME.svg and NAME.png into the folder,
/// which must exist, and returns the text of the SVG. The CSV comes first: it is there even if gnuplot is
/// not. Throws FigureError, and FileError where a file cannot be written; std::invalid_argument if sizes
/// disagree.
std::string write_chart(const Figure2& figure, const std::filesystem::path& folder, const std::string& name);

/// The two texts behind it: the CSV, and the gnuplot script that writes NAME.svg and NAME.png where it runs.
std::string figure2_csv(const Figure2& figure);
std::string figure2_script(const Figure2& figure, const std::string& name);

}  // namespace engram::laboratory
