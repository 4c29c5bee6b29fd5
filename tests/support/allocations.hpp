/// Counts what the program allocates with new. Include it in one file of a test executable.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace engram::test {

inline std::atomic<std::size_t> allocation_count = 0;

inline void* count_and_allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
  ++allocation_count;
  if (void* p = std::aligned_alloc(alignment, (size + alignment) / alignment * alignment)) return p;
  throw std::bad_alloc();
}

}  // namespace engram::test

// Not inlined: compilers would take free for the wrong partner of new.
#define ENGRAM_TEST_HOOK __attribute__((noinline))
ENGRAM_TEST_HOOK void* operator new(std::size_t size) { return engram::test::count_and_allocate(size); }
ENGRAM_TEST_HOOK void* operator new(std::size_t size, std::align_val_t alignment) {
  return engram::test::count_and_allocate(size, static_cast<std::size_t>(alignment));
}
ENGRAM_TEST_HOOK void operator delete(void* p) noexcept { std::free(p); }
ENGRAM_TEST_HOOK void operator delete(void* p, std::size_t) noexcept { std::free(p); }
ENGRAM_TEST_HOOK void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
ENGRAM_TEST_HOOK void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
#undef ENGRAM_TEST_HOOK
