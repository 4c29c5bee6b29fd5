// Who has started this process.
#include "mpi_ranks.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace engram::laboratory {

bool is_launched() {
  // Open MPI's mpirun, PMIx (Slurm's srun --mpi=pmix, PRRTE), and PMI (MPICH's mpirun, srun --mpi=pmi2).
  constexpr std::array names{"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};
  return std::ranges::any_of(names, [](const char* name) { return std::getenv(name) != nullptr; });
}

}  // namespace engram::laboratory
