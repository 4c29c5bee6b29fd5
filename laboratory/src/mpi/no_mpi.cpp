// A build without MPI.
#include "mpi_ranks.hpp"

namespace engram::laboratory {

bool has_mpi() { return false; }

std::unique_ptr<Ranks> launched_ranks(std::string_view) {
  if (!is_launched()) return nullptr;
  throw UsageError(
      "MPI's launcher has started this program, and this build is without MPI: configure it with "
      "-DENGRAM_MPI=ON, or start it by itself");
}

}  // namespace engram::laboratory
