#pragma once

#include <string>

namespace engram::laboratory {

/// An argument as a shell needs it written.
std::string shell_quoted(const std::string& argument);

}  // namespace engram::laboratory
