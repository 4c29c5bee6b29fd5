#include <engram/laboratory/grid_chart.hpp>
#include <engram/laboratory/side.hpp>

#include "chart_page.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace engram::laboratory {
namespace {

bool finite(const Interval& i) {
  return std::isfinite(i.mean) && std::isfinite(i.low) && std::isfinite(i.high);
}

/// From white at 0 to a colour of Okabe and Ito's palette at the largest difference. Both are so light that
/// black numbers can be read on them.
std::string colour_of(double difference, double largest) {
  constexpr std::array<int, 3> blue{0x56, 0xB4, 0xE9}, orange{0xE6, 0x9F, 0x00};
  const auto& end = difference < 0 ? orange : blue;
  const double share = largest > 0 ? std::sqrt(std::abs(difference) / largest) : 0;
  std::string colour = "0x";
  for (const int c : end)
    colour += fmt::format("{:02X}", static_cast<int>(std::lround(255 + share * (c - 255))));
  return colour;
}

constexpr int up = 9, down = 11;  // gnuplot's triangles

/// A line for each cell with its place and colour, and its number and triangle as further blocks.
std::string cell_data(const GridChart& chart) {
  double largest = 0;
  for (const Interval& i : chart.cells)
    if (finite(i)) largest = std::max(largest, std::abs(i.mean));
  std::string cells, numbers, marks;
  for (std::size_t k = 0; k < chart.cells.size(); ++k) {
    const Interval& i = chart.cells[k];
    if (!finite(i)) continue;
    const Side side = side_of(i);
    const std::string place = fmt::format("{} {}", k % chart.columns.size(), k / chart.columns.size());
    cells += fmt::format("{} {}\n", place, colour_of(i.mean, largest));
    const std::string number = fmt::format("{:+.3f}", i.mean);
    if (side == Side::around) {
      numbers += fmt::format("{} \"{}\"\n", place, number);
    } else {
      numbers += fmt::format("{} \"{{/:Bold {}}}\"\n", place, number);
      marks += fmt::format("{} {}\n", place, side == Side::above ? up : down);
    }
  }
  require_chart(!cells.empty(), "there is nothing finite to draw");
  return fmt::format("$cells << EOD\n{}EOD\n$numbers << EOD\n{}EOD\n$marks << EOD\n{}EOD\n", cells, numbers,
                     marks);
}

std::string tics(char axis, const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& n : names)
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", gnuplot_quoted(n), &n - names.data());
  return fmt::format(
      "set {0}range [-0.5:{1}.5]\nset {0}tics ({2}) scale 0 offset {3} noenhanced font small\n", axis,
      names.size() - 1, all, axis == 'x' ? "0,0.4" : "0.6,0");
}

/// What the triangles mean, in two lines at the foot.
std::string key(int height) {
  const auto line = [&](int number, double from_foot, int mark, const char* text) {
    return fmt::format(
        "set label {} '{}' at screen 0.06, screen {} left font small "
        "point pt {} ps 1.3*mark lc rgb '#333333' offset 1.2,-0.2\n",
        number, text, from_foot / height, mark);
  };
  return line(92, 42, up, "the 95 % interval is above 0") +
         line(93, 18, down, "it is below 0; no mark: it holds 0");
}

}  // namespace

std::string write_chart(const GridChart& chart, const std::filesystem::path& folder,
                        const std::string& name) {
  require_chart(!chart.cells.empty() && chart.cells.size() == chart.columns.size() * chart.rows.size(),
                "a grid needs a cell for every column of every row");
  const std::string data = cell_data(chart);
  constexpr int head = 66, row = 58, foot = 112;
  const int height = head + row * static_cast<int>(chart.rows.size()) + foot;
  const std::string panels = fmt::format(
      "small = sprintf(',%g', 14 * unit)\nset border 0\nunset grid\n"
      "set tmargin at screen {}\nset bmargin at screen {}\n"
      "set lmargin at screen 0.15\nset rmargin at screen 0.98\n"
      "{}set label 91 {} at screen 0.02, screen {} left noenhanced font small\n"
      "set label 94 {} at graph 0.5, screen {} center noenhanced font small\n{}{}{}"
      "plot $cells using 1:2:(0.48):(0.47):3 with boxxyerror "
      "fs solid 1 border lc rgb '#C8C8C8' fc rgb variable, "
      "$numbers using 1:($2+0.1):3 with labels center font small tc rgb '#000000', "
      "$marks using 1:($2-0.27):(1.1*mark):3 with points pt variable ps variable lc rgb '#333333'\n",
      1 - 1.0 * head / height, 1.0 * foot / height, chart_heading(chart.title), gnuplot_quoted(chart.y_label),
      1 - 50.0 / height, gnuplot_quoted(chart.x_label), 72.0 / height, key(height), tics('x', chart.columns),
      tics('y', chart.rows));
  return write_page(folder, name, data + page_script(name, chart_width, height, panels));
}

}  // namespace engram::laboratory
