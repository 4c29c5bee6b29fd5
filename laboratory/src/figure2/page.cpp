#include "page.hpp"

#include <engram/laboratory/gnuplot.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace engram::laboratory {

namespace {

// All in pixels from the page's upper left corner.
constexpr int panel_height = 280, row_pitch = 408, header = 155, line_height = 24, footer = 100;
constexpr std::size_t line_length = 184;  // characters of a verdict
constexpr int panel_columns[3][2]{{82, 393}, {588, 899}, {1083, 1478}};

/// The text in lines that fit on the page and are about equally long.
std::vector<std::string> wrapped_verdict(const std::string& text) {
  constexpr std::size_t slack = 12;  // of a word
  const std::size_t count = (text.size() + line_length - 1) / line_length,
                    longest = std::min(line_length, text.size() / std::max<std::size_t>(1, count) + slack);
  std::vector<std::string> lines{""};
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!lines.back().empty() && lines.back().size() + word.size() >= longest) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
  }
  return lines;
}

std::vector<std::string> verdict_lines(const Figure2& f) {
  std::vector<std::string> lines;
  for (const std::string& verdict : f.verdicts)
    for (const std::string& line : wrapped_verdict(verdict)) lines.push_back(line);
  return lines;
}

}  // namespace

Page page_of(const Figure2& f) {
  const int top = header + line_height * static_cast<int>(verdict_lines(f).size());
  return {top, top + (static_cast<int>(f.families.size()) - 1) * row_pitch + panel_height + footer};
}

PanelPlace place(const Page& page, int row, int column) {
  const auto x = [](int pixels) { return static_cast<double>(pixels) / page_width; };
  const auto y = [&](int pixels) { return 1 - static_cast<double>(pixels) / page.height; };
  const int top = page.top + row * row_pitch;
  return {x(panel_columns[column][0]), x(panel_columns[column][1]), y(top + panel_height), y(top),
          1.0 / page.height};
}

std::string set_margins(const PanelPlace& p) {
  return fmt::format(
      "set lmargin at screen {}\nset rmargin at screen {}\nset bmargin at screen {}\nset tmargin at screen "
      "{}\n",
      p.left, p.right, p.bottom, p.top);
}

std::string heading(const PanelPlace& p, char letter, const std::string& text, const char* colour) {
  constexpr double letter_width = 0.017;
  return fmt::format(
      "set label '{{/:Bold {}}}' at screen {}, screen {} left font size(20) textcolor rgb '#111111'\n"
      "set label {} at screen {}, screen {} left noenhanced font size(18) textcolor rgb '{}'\n",
      letter, p.left - letter_width, p.top + 30 * p.line, gnuplot_quoted(text), p.left, p.top + 30 * p.line,
      colour);
}

std::string page_header(const Figure2& f, const Page& page) {
  const auto line = [&](const std::string& text, int y, int size, const char* colour) {
    return fmt::format(
        "set label {} at screen {}, screen {} left noenhanced font size({}) textcolor rgb '{}'\n",
        gnuplot_quoted(text), static_cast<double>(panel_columns[0][0]) / page_width,
        1 - static_cast<double>(y) / page.height, size, colour);
  };
  std::string s = line(f.title, 39, 24, "#111111") + line(f.note, 75, 17, "#555555");
  int y = 83;
  for (const std::string& text : verdict_lines(f)) s += line(text, y += line_height, 15, "#111111");
  return s;
}

}  // namespace engram::laboratory
