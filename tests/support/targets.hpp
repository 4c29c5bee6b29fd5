/// Tests at the kernels' dispatch levels: ENGRAM_TEST_TARGET in the environment names the one that a test
/// program is to run on.
#pragma once

#include <engram/autodiff/kernels.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace engram::test {

/// Of these a machine has some.
inline const std::vector<const char*> all_targets{"AVX3", "AVX2", "SSE4",   "SSE2",
                                                  "NEON", "WASM", "EMU128", "SCALAR"};

/// Selects what ENGRAM_TEST_TARGET names; where the machine lacks it, ends the program with the code that
/// ctest takes as skipped.
inline void select_target_of_environment() {
  const char* const name = std::getenv("ENGRAM_TEST_TARGET");
  if (name == nullptr || autodiff::kernels::select_target(name)) return;
  std::fprintf(stderr, "this machine or build has no target %s\n", name);
  std::exit(77);
}

/// Runs a function at every level that this machine has, and selects again what was selected before.
template <class F>
int at_every_target(F&& function) {
  const std::string before = autodiff::kernels::target();
  int found = 0;
  for (const char* name : all_targets) {
    if (!autodiff::kernels::select_target(name)) continue;
    ++found;
    function(name);
  }
  autodiff::kernels::select_target(before.c_str());
  return found;
}

}  // namespace engram::test
