/// What is thrown where a figure cannot be drawn.
#pragma once

#include <stdexcept>
#include <string>

namespace engram::laboratory {

/// A figure cannot be drawn: what is missing or went wrong, in one line. All else can still be written.
class FigureError : public std::runtime_error {
 public:
  explicit FigureError(const std::string& what, int exit_code = 1)
      : std::runtime_error(what), code(exit_code) {}
  int code;  ///< the program's exit code: 1, or 2 if the user can mend it at once
};

}  // namespace engram::laboratory
