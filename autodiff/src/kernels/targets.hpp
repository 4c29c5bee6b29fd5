/// Which instruction sets the kernels are compiled for, and the namespace of each. Included first by every
/// kernel file, before Highway.
#pragma once

#include <engram/autodiff/version.hpp>

// Between AVX2 and AVX-512 and below SSE4, further levels gain these kernels nothing and cost compile time.
// Vectors whose length only the machine knows (SVE, RVV) cannot be kept in arrays, as the products do; these
// machines use NEON or the baseline, which always stays.
#define HWY_DISABLED_TARGETS \
  (HWY_AVX3_DL | HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

/// Opens `engram::autodiff::kernels`, and in it the namespace of the instruction set that is being compiled.
/// Functions up to ENGRAM_TARGET_END may use its instructions.
#define ENGRAM_TARGET_BEGIN \
  HWY_BEFORE_NAMESPACE();   \
  ENGRAM_AUTODIFF_BEGIN     \
  namespace kernels {       \
  namespace HWY_NAMESPACE {
/// Closes them.
#define ENGRAM_TARGET_END \
  }                       \
  }                       \
  ENGRAM_AUTODIFF_END     \
  HWY_AFTER_NAMESPACE();
