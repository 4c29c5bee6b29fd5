/// Counts what new allocates, and costs no more than that: for the one file of a program.
#pragma once

#include <cstdlib>
#include <new>

namespace bench {
inline std::size_t allocations = 0;
}

// Not inlined: compilers would take free for the wrong partner of new.
__attribute__((noinline)) void* operator new(std::size_t size) {
  ++bench::allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* p) noexcept { std::free(p); }
__attribute__((noinline)) void operator delete(void* p, std::size_t) noexcept { std::free(p); }
