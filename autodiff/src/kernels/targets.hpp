/// Which instruction sets the kernels are compiled for. Included first by every kernel file, before Highway.
#pragma once

// Between AVX2 and AVX-512 and below SSE4, further levels gain these kernels nothing and cost compile time.
// Vectors whose length only the machine knows (SVE, RVV) cannot be kept in arrays, as the products do; these
// machines use NEON or the baseline, which always stays.
#define HWY_DISABLED_TARGETS \
  (HWY_AVX3_DL | HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
