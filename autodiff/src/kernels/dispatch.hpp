/// How kernels are called: through tables with an entry per instruction set. Included after Highway.
#pragma once

#include <engram/autodiff/version.hpp>

#include "targets.hpp"

#include <hwy/highway.h>

#include <cstddef>

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

/// The entry that is selected. Before the library is initialised it is 0, whose function asks Highway.
extern std::size_t table_entry;

}  // namespace kernels
ENGRAM_AUTODIFF_END

/// HWY_DYNAMIC_DISPATCH, without its call into Highway's library for the entry: small kernels take no longer
/// than that call.
#if (HWY_TARGETS & (HWY_TARGETS - 1)) == 0
#define ENGRAM_DYNAMIC_DISPATCH(f) HWY_STATIC_DISPATCH(f)
#else
#define ENGRAM_DYNAMIC_DISPATCH(f) (*(HWY_DISPATCH_TABLE(f)[table_entry]))
#endif
