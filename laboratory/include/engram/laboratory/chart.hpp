/// Plain charts: curves with bands, and means with intervals below each other.
#pragma once

#include <engram/laboratory/gnuplot.hpp>

#include <optional>

namespace engram::laboratory {

/// A curve, with a band around it if `low` and `high` are given.
struct Curve {
  std::string name;
  std::vector<double> x, y, low, high;
};

struct CurveChart {
  std::string title, x_label;  ///< the title tells what is drawn
  std::vector<Curve> curves;   ///< at most 8, drawn in this order
  bool logarithmic_x = false, logarithmic_y = false;
  bool methods = true;                ///< the curves' names are those of methods, which have their styles
  std::optional<double> chance = {};  ///< a horizontal line: the accuracy of a guess
  bool agreement = false;  ///< points with intervals, and the line where y is x; for y that estimates x
};

/// A mean and its interval.
struct Estimate {
  std::string name;
  double mean = 0, low = 0, high = 0;
};

struct EstimateChart {
  std::string title, x_label;
  std::vector<Estimate> estimates;  ///< from top to bottom
  std::optional<double> reference;  ///< a vertical line, such as no gain
};

/// Writes NAME.svg and NAME.png into the folder and returns the text of the SVG. What is not finite is left
/// out. Throws FigureError, FileError; std::invalid_argument if there is nothing finite to draw.
std::string write_chart(const CurveChart& chart, const std::filesystem::path& folder,
                        const std::string& name);
std::string write_chart(const EstimateChart& chart, const std::filesystem::path& folder,
                        const std::string& name);

}  // namespace engram::laboratory
