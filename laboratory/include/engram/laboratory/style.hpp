/// How methods and classes look: the same in every chart, figure, film and report.
///
/// Colours are of Okabe and Ito's palette, which any kind of colour vision tells apart. Where two methods
/// have a colour in common, and in print without colours, dashes and marks tell them apart.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace engram::laboratory {

struct Style {
  const char* colour;  ///< "#0072B2"
  int dash;            ///< gnuplot's dash type
  int mark;            ///< gnuplot's point type
};

/// The style of a method. What follows a comma after a name that is known does not count: "backprop, tuned"
/// looks like "backprop". Everything else is dark grey.
Style style_of(std::string_view method);

/// The style of the k-th of some curves that are no methods. Throws std::invalid_argument if k > 7.
Style series_style(std::size_t k);

/// A class of a task. Its colours belong to no method.
struct ClassStyle {
  const char* colour;  ///< of its points
  const char* ground;  ///< of the places that are assigned to it
  int mark;            ///< gnuplot's point type
  int corners;         ///< of that: a disc has none, a triangle three
};
inline constexpr std::array<ClassStyle, 2> class_styles{
    {{"#009E73", "#8FD3BD", 7, 0}, {"#CC79A7", "#E9BFD6", 9, 3}}};

}  // namespace engram::laboratory
