// The ranks that a launcher of MPI has started: the only interface to MPI, which a build may lack.
#pragma once

#include <engram/laboratory/ranks.hpp>

#include <memory>

namespace engram::laboratory {

/// Nothing if no launcher has started this process with others. Throws UsageError if it has, and this build
/// is without MPI.
std::unique_ptr<Ranks> launched_ranks(std::string_view program);

/// Whether this build has MPI.
bool has_mpi();

/// Whether a launcher has started this process for MPI.
bool is_launched();

}  // namespace engram::laboratory
