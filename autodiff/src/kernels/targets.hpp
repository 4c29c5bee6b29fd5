/// Which instruction sets the kernels are compiled for. Included first by every kernel file, before Highway.
#pragma once

// Between AVX2 and AVX-512 and below SSE4, further levels gain these kernels nothing and cost compile time.
// The baseline always stays.
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL | HWY_SSSE3)
