/// Starting a program again as several ranks, with MPI's launcher.
#pragma once

#include <engram/laboratory/options.hpp>

#include <optional>

namespace engram::laboratory {

/// If the options want ranks and no launcher has started this process, runs mpirun with this command line and
/// returns what the program is to end with. SIGINT, SIGTERM and SIGHUP go to all ranks, which save and end.
/// Throws UsageError if there can be no such ranks.
std::optional<int> launch(const Options& options, int argc, char** argv);

}  // namespace engram::laboratory
