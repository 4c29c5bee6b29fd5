/// Runs gnuplot in a temporary folder of its own.
#pragma once

#include <engram/laboratory/figure_error.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace engram::laboratory {

/// Runs the script and returns the contents of the files it must have written, in the order asked for. Throws
/// FigureError if gnuplot is not installed, says what it did not like, or left a file out.
std::vector<std::string> run_gnuplot(std::string_view script, const std::vector<std::string>& files);

/// Why gnuplot failed, given its status and what it said. Never empty.
std::string failure_of_gnuplot(int status, std::string log);

/// The script that draws `panels`, in gnuplot's language, on a page of so many pixels: as NAME.svg and as
/// NAME.png where it runs. Panels may use `unit`, a pixel of the page, and `mark`, the size at which points
/// look alike in both. The style is set: thin axes at the left and below, no key.
std::string page_script(std::string_view name, int width, int height, std::string_view panels);

/// How all tics look; to be set again where a panel had none.
inline constexpr std::string_view tics_style = "set tics nomirror out scale 0.5 textcolor rgb '#333333'\n";

/// A text as gnuplot's strings have it.
std::string gnuplot_quoted(const std::string& text);

/// Runs a script that draws such a page, writes NAME.svg and NAME.png into the folder, and returns the text
/// of the SVG. Throws FigureError, and FileError where a file cannot be written.
std::string write_page(const std::filesystem::path& folder, const std::string& name, std::string_view script);

}  // namespace engram::laboratory
