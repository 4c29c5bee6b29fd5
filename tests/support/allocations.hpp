/// Counts what the program allocates with new, and can let it fail. counting_new.hpp does the work; it is in
/// main.cpp.
#pragma once

#include <atomic>
#include <cstddef>

namespace engram::test {

inline std::atomic<std::size_t> allocation_count = 0;
inline std::atomic<std::size_t> live_bytes = 0;  ///< allocated and not freed yet
/// Once so many allocations were made, the next one throws std::bad_alloc.
inline std::atomic<std::size_t> failing_allocation = ~std::size_t{0};

/// How often f allocates.
std::size_t allocations(auto&& f) {
  const std::size_t before = allocation_count;
  f();
  return allocation_count - before;
}

}  // namespace engram::test
