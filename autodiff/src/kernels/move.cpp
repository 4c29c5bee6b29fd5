// Transposing and copying.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/move.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/transpose-inl.hpp"
// clang-format on

ENGRAM_TARGET_BEGIN

template <class S>
void transpose(const S* x, S* y, Index rows, Index columns) {
  transpose_block(x, columns, y, rows, rows, columns);
}

template <class S>
void copy_block(const S* x, Index x_stride, S* y, Index y_stride, Index rows, Index columns) {
  if (x_stride == columns && y_stride == columns) {
    columns *= rows;
    rows = 1;
  }
  if (columns == 1)
    for (Index r = 0; r < rows; ++r) y[r * y_stride] = x[r * x_stride];
  else
    for (Index r = 0; r < rows; ++r) copy_row(x + r * x_stride, y + r * y_stride, columns);
}

ENGRAM_TARGET_END

#if HWY_ONCE
#include "kernels/export.hpp"

ENGRAM_EXPORT(void, transpose, (const S* x, S* y, Index rows, Index columns), (x, y, rows, columns))
ENGRAM_EXPORT(void, copy_block, (const S* x, Index x_stride, S* y, Index y_stride, Index rows, Index columns),
              (x, x_stride, y, y_stride, rows, columns))
#endif
