/// What the user asked for: the command line and the configuration file.
#pragma once

#include <engram/laboratory/protocol.hpp>

#include <optional>
#include <string>
#include <vector>

namespace engram::demos {

enum class Command { story, train, evaluate, figure, certify, watch };

struct Arguments {
  Command command = Command::story;
  laboratory::Options options;
  std::string json;                   ///< where `evaluate` and `certify` write; "-" is standard output
  std::vector<std::string> families;  ///< that `evaluate` tests; none for those of Figure 2
  std::optional<plasticity::Activation> activation;  ///< of the tested networks; else the rule's
  bool resume = false;                               ///< go on with the meta-training in the folder
  std::string program, line;  ///< how this program was called: for messages and the report
};

/// Where `evaluate` tests. Throws std::invalid_argument for a name that is not known.
std::vector<laboratory::Setting> tested_settings(const Arguments& arguments);

/// All that ranks must have in common, as lines.
std::vector<std::string> lines_that_decide(const Arguments& arguments);

/// Nothing if help or the version was asked for, and printed. Throws UsageError.
std::optional<Arguments> parse(int argc, char** argv);

}  // namespace engram::demos
