/// Replaces every form of new and delete, so that allocations.hpp can count. For one file of a test
/// executable.
#pragma once

#include "allocations.hpp"

#include <cstdlib>
#include <malloc.h>
#include <new>

namespace engram::test {

inline void* count_and_allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
  if (allocation_count++ == failing_allocation) throw std::bad_alloc();
  void* p = std::aligned_alloc(alignment, (size + alignment) / alignment * alignment);
  if (!p) throw std::bad_alloc();
  live_bytes += ::malloc_usable_size(p);
  return p;
}

inline void count_and_free(void* p) {
  live_bytes -= ::malloc_usable_size(p);
  std::free(p);
}

inline void* count_and_try(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) noexcept {
  try {
    return count_and_allocate(size, alignment);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace engram::test

// Not inlined: compilers would take free for the wrong partner of new.
#define ENGRAM_TEST_HOOK __attribute__((noinline))
// The forms for arrays and those that do not throw (std::stable_sort's) too: sanitizers bring forms of their
// own that do not call these.
#define ENGRAM_TEST_HOOKS(form)                                                                           \
  ENGRAM_TEST_HOOK void* operator new form(std::size_t size) {                                            \
    return engram::test::count_and_allocate(size);                                                        \
  }                                                                                                       \
  ENGRAM_TEST_HOOK void* operator new form(std::size_t size, std::align_val_t alignment) {                \
    return engram::test::count_and_allocate(size, static_cast<std::size_t>(alignment));                   \
  }                                                                                                       \
  ENGRAM_TEST_HOOK void* operator new form(std::size_t size, const std::nothrow_t&) noexcept {            \
    return engram::test::count_and_try(size);                                                             \
  }                                                                                                       \
  ENGRAM_TEST_HOOK void* operator new form(std::size_t size, std::align_val_t alignment,                  \
                                           const std::nothrow_t&) noexcept {                              \
    return engram::test::count_and_try(size, static_cast<std::size_t>(alignment));                        \
  }                                                                                                       \
  ENGRAM_TEST_HOOK void operator delete form(void* p) noexcept { engram::test::count_and_free(p); }       \
  ENGRAM_TEST_HOOK void operator delete form(void* p, std::size_t) noexcept {                             \
    engram::test::count_and_free(p);                                                                      \
  }                                                                                                       \
  ENGRAM_TEST_HOOK void operator delete form(void* p, std::align_val_t) noexcept {                        \
    engram::test::count_and_free(p);                                                                      \
  }                                                                                                       \
  ENGRAM_TEST_HOOK void operator delete form(void* p, const std::nothrow_t&) noexcept {                   \
    engram::test::count_and_free(p);                                                                      \
  }                                                                                                       \
  ENGRAM_TEST_HOOK void operator delete form(void* p, std::align_val_t, const std::nothrow_t&) noexcept { \
    engram::test::count_and_free(p);                                                                      \
  }                                                                                                       \
  ENGRAM_TEST_HOOK void operator delete form(void* p, std::size_t, std::align_val_t) noexcept {           \
    engram::test::count_and_free(p);                                                                      \
  }
ENGRAM_TEST_HOOKS()
ENGRAM_TEST_HOOKS([])
#undef ENGRAM_TEST_HOOKS
#undef ENGRAM_TEST_HOOK
