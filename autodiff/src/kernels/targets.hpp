/// Which instruction sets the kernels are compiled for, and the namespace of each. Included first by every
/// kernel file, before Highway.
#pragma once

#include <engram/autodiff/version.hpp>

// Kernels are fast because all of a kernel is one function: arrays of vectors are registers only then. Builds
// that nobody measures, without optimisation or under a sanitizer, leave functions and loops as they are
// written, or the compiler would take minutes for the products alone.
#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ENGRAM_INLINE inline
#define ENGRAM_INLINE_LAMBDA HWY_ATTR
#define ENGRAM_UNROLL(times)
#define ENGRAM_SLOW_TARGETS (HWY_SSE4 | HWY_AVX2)
#else
#define ENGRAM_INLINE HWY_INLINE
#define ENGRAM_INLINE_LAMBDA HWY_ATTR __attribute__((always_inline))
#define ENGRAM_UNROLL(times) HWY_UNROLL(times)
#define ENGRAM_SLOW_TARGETS 0
#endif

// Between AVX2 and AVX-512 and below SSE4, further levels gain these kernels nothing and cost compile time;
// so do SSE4 and AVX2 where nothing is measured. Vectors whose length only the machine knows (SVE, RVV)
// cannot be kept in arrays, as the products do; these machines use NEON or the baseline, which always stays.
#define HWY_DISABLED_TARGETS                                                                         \
  (HWY_AVX3_DL | HWY_SSSE3 | ENGRAM_SLOW_TARGETS | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | \
   HWY_RVV | HWY_WASM_EMU256)

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
