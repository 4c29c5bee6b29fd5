#include <engram/laboratory/shell_quoted.hpp>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace engram::laboratory {

std::string shell_quoted(const std::string& argument) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || std::strchr("-_./=:,+%@", c); };
  if (!argument.empty() && std::ranges::all_of(argument, plain)) return argument;
  std::string quoted = "'";
  for (const char c : argument) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace engram::laboratory
