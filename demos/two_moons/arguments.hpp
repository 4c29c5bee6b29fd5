/// What the user asked for: the command line and the configuration file.
#pragma once

#include <engram/laboratory/options.hpp>

#include <optional>
#include <string>

namespace engram::demos {

enum class Command { story, train, evaluate, figure, certify, watch };

struct Arguments {
  Command command = Command::story;
  laboratory::Options options;
  std::string json;           ///< where `evaluate` and `certify` write; "-" is standard output
  bool resume = false;        ///< go on with the meta-training in the folder
  std::string program, line;  ///< how this program was called: for messages and the report
};

/// Nothing if help or the version was asked for, and printed. Throws UsageError.
std::optional<Arguments> parse(int argc, char** argv);

}  // namespace engram::demos
