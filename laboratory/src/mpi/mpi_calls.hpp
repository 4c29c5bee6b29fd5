// MPI's functions in C, and what to do with what they return.
#pragma once

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <limits>
#include <mpi.h>
#include <stdexcept>
#include <string>

namespace engram::laboratory {

/// Throws std::runtime_error with MPI's words unless the call went well.
inline void check(int error) {
  if (error == MPI_SUCCESS) return;
  std::string text(MPI_MAX_ERROR_STRING, ' ');
  int length = 0;
  MPI_Error_string(error, text.data(), &length);
  throw std::runtime_error("MPI: " + text.substr(0, static_cast<std::size_t>(length)));
}

/// MPI counts in int.
inline int narrow(std::size_t n) {
  if (n > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::runtime_error("MPI: " + std::to_string(n) + " is more than MPI can count");
  return static_cast<int>(n);
}

}  // namespace engram::laboratory
