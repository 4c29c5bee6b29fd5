/// Runs gnuplot in a temporary folder of its own.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace engram::demos {

/// A figure cannot be drawn: what is missing or went wrong, in one line.
class FigureError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs the script and returns the contents of the files it must have written, in the order asked for. Throws
/// FigureError if gnuplot is not installed, says what it did not like, or left a file out.
std::vector<std::string> run_gnuplot(std::string_view script, const std::vector<std::string>& files);

}  // namespace engram::demos
