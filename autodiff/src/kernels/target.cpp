// Which of the compiled instruction sets runs.
#include <engram/autodiff/kernels.hpp>

#include "export.hpp"

#include <hwy/targets.h>

#include <cstring>

ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace {

/// The best of those that this build has and this machine can run. Better ones have lower bits.
std::int64_t best_target() {
  const std::int64_t usable = hwy::SupportedTargets() & HWY_TARGETS;
  return usable & -usable;
}

}  // namespace

std::size_t entry_of_selected() {
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return hwy::GetChosenTarget().GetIndex();
}

std::size_t table_entry = entry_of_selected();

const char* target() { return hwy::TargetName(best_target()); }

bool select_target(const char* name) {
  hwy::SetSupportedTargetsForTest(0);
  bool found = *name == '\0';
  for (std::int64_t usable = hwy::SupportedTargets() & HWY_TARGETS; usable != 0 && !found;
       usable &= usable - 1) {
    const std::int64_t one = usable & -usable;
    if (std::strcmp(hwy::TargetName(one), name) != 0) continue;
    hwy::SetSupportedTargetsForTest(one);
    found = true;
  }
  table_entry = entry_of_selected();
  return found;
}

}  // namespace kernels
ENGRAM_AUTODIFF_END
