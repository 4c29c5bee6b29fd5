/// A chart of differences over two settings: a grid of coloured cells.
#pragma once

#include <engram/laboratory/statistics.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace engram::laboratory {

/// A difference wherever a column crosses a row. A cell is blue above 0 and orange below, the more so the
/// larger its difference is: by its square root, so that small ones are seen beside large ones. It has its
/// number, in bold and with a triangle that points up or down where the interval lies above or below 0.
struct GridChart {
  std::string title, x_label, y_label;
  std::vector<std::string> columns, rows;  ///< what tics say: from left to right, and from below to the top
  std::vector<Interval> cells;             ///< row by row, the lowest first, each from left to right
};

/// Writes NAME.svg and NAME.png into the folder and returns the text of the SVG. A cell that is not finite
/// stays empty. Throws FigureError, FileError; std::invalid_argument if there is nothing finite to draw, or
/// unless there is a cell for every column of every row.
std::string write_chart(const GridChart& chart, const std::filesystem::path& folder, const std::string& name);

}  // namespace engram::laboratory
