/// The page of Figure 2: where its panels lie, and the text above them.
#pragma once

#include <engram/laboratory/figure2/drawing.hpp>

namespace engram::laboratory {

inline constexpr const char *rule_name = "learned rule", *one_setting_name = "backprop, one setting",
                            *best_case_name = "backprop, best case", *same_name = "backprop";

inline constexpr int page_width = 1500;  ///< pixels

/// How high the parts of a page are.
struct Page {
  int top;     ///< of the first row
  int height;  ///< of all
};

/// A panel's place on the page, in fractions of it, from its lower left corner.
struct PanelPlace {
  double left, right, bottom, top;
  double line;  ///< a pixel's height
};

/// As many rows as the figure has families, below its title and verdicts.
Page page_of(const Figure2& figure);

PanelPlace place(const Page& page, int row, int column);
std::string set_margins(const PanelPlace& place);
/// A panel's letter and a line of text, above it at its left edge.
std::string heading(const PanelPlace& place, char letter, const std::string& text,
                    const char* colour = "#111111");
/// The title, what the bands are, and the verdicts.
std::string page_header(const Figure2& figure, const Page& page);

/// A panel with the rule's gains on all families and their intervals.
std::string gains_panel(const Figure2& figure, const PanelPlace& place, char letter);

}  // namespace engram::laboratory
