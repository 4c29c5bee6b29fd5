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

HWY_BEFORE_NAMESPACE();
ENGRAM_AUTODIFF_BEGIN
namespace kernels {
namespace HWY_NAMESPACE {

void transpose_float(const float* x, float* y, Index rows, Index columns) {
  transpose_block(x, columns, y, rows, rows, columns);
}
void transpose_double(const double* x, double* y, Index rows, Index columns) {
  transpose_block(x, columns, y, rows, rows, columns);
}

template <class S>
HWY_INLINE void copy_rows(const S* x, Index x_stride, S* y, Index y_stride, Index rows, Index columns) {
  if (x_stride == columns && y_stride == columns) {
    columns *= rows;
    rows = 1;
  }
  if (columns == 1)
    for (Index r = 0; r < rows; ++r) y[r * y_stride] = x[r * x_stride];
  else
    for (Index r = 0; r < rows; ++r) copy_row(x + r * x_stride, y + r * y_stride, columns);
}

void copy_block_float(const float* x, Index x_stride, float* y, Index y_stride, Index rows, Index columns) {
  copy_rows(x, x_stride, y, y_stride, rows, columns);
}
void copy_block_double(const double* x, Index x_stride, double* y, Index y_stride, Index rows,
                       Index columns) {
  copy_rows(x, x_stride, y, y_stride, rows, columns);
}

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

HWY_EXPORT(transpose_float);
HWY_EXPORT(transpose_double);
template <>
void transpose(const float* x, float* y, Index rows, Index columns) {
  ENGRAM_DYNAMIC_DISPATCH(transpose_float)(x, y, rows, columns);
}
template <>
void transpose(const double* x, double* y, Index rows, Index columns) {
  ENGRAM_DYNAMIC_DISPATCH(transpose_double)(x, y, rows, columns);
}

HWY_EXPORT(copy_block_float);
HWY_EXPORT(copy_block_double);
template <>
void copy_block(const float* x, Index x_stride, float* y, Index y_stride, Index rows, Index columns) {
  ENGRAM_DYNAMIC_DISPATCH(copy_block_float)(x, x_stride, y, y_stride, rows, columns);
}
template <>
void copy_block(const double* x, Index x_stride, double* y, Index y_stride, Index rows, Index columns) {
  ENGRAM_DYNAMIC_DISPATCH(copy_block_double)(x, x_stride, y, y_stride, rows, columns);
}

}  // namespace kernels
ENGRAM_AUTODIFF_END
#endif
