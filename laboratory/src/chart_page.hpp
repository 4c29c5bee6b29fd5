// What all charts have in common.
#pragma once

#include <engram/laboratory/gnuplot.hpp>

#include <fmt/format.h>

#include <stdexcept>

namespace engram::laboratory {

constexpr int chart_width = 480;  // so that the text can be read on a phone

inline void require_chart(bool ok, const char* what) {
  if (!ok) throw std::invalid_argument(fmt::format("[chart] {}", what));
}

inline std::string chart_heading(const std::string& title) {
  return fmt::format("set label 90 {} at screen 0.02, screen 1 offset 0,-1 left noenhanced\n",
                     gnuplot_quoted(title));
}

}  // namespace engram::laboratory
