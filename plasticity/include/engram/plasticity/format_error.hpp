/// What is thrown for a file that cannot be used.
#pragma once

#include <engram/plasticity/version.hpp>

#include <stdexcept>

ENGRAM_PLASTICITY_BEGIN

/// A file from elsewhere that cannot be used: one line with the file, what is wrong and what to do.
class FormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

ENGRAM_PLASTICITY_END
