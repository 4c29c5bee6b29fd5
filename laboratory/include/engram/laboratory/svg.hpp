/// gnuplot's drawings as parts of a page.
#pragma once

#include <string>
#include <string_view>

namespace engram::laboratory {

/// The element <svg> of a file, with the role of an image, a title, and ids of its own: those of the file
/// with `id` and a hyphen before them. The file's paper, text, axes and grid take the colours of the page,
/// which has them as --paper, --ink, --soft and --line, so that they can be read in the dark. Empty if there
/// is none.
std::string embedded_svg(std::string_view svg, std::string_view id, std::string_view title);

/// A drawing's width in pixels; 0 if it does not tell.
double width_of(std::string_view svg);

}  // namespace engram::laboratory
