/// What a program throws when it was called wrongly.
#pragma once

#include <stdexcept>

namespace engram::laboratory {

/// The command line, or a variable of the environment, was wrong: one line that names it and says what to do.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace engram::laboratory
