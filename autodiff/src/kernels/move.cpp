// Transposing and copying.
#include "targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/move.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/transpose-inl.hpp"
#include <algorithm>
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

}  // namespace HWY_NAMESPACE
}  // namespace kernels
ENGRAM_AUTODIFF_END
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
ENGRAM_AUTODIFF_BEGIN
namespace kernels {

HWY_EXPORT(transpose_float);
HWY_EXPORT(transpose_double);
template <>
void transpose(const float* x, float* y, Index rows, Index columns) {
  HWY_DYNAMIC_DISPATCH(transpose_float)(x, y, rows, columns);
}
template <>
void transpose(const double* x, double* y, Index rows, Index columns) {
  HWY_DYNAMIC_DISPATCH(transpose_double)(x, y, rows, columns);
}

template <class Scalar>
void copy_block(const Scalar* x, Index x_stride, Scalar* y, Index y_stride, Index rows, Index columns) {
  if (x_stride == columns && y_stride == columns) {
    std::copy_n(x, rows * columns, y);
  } else {
    for (Index r = 0; r < rows; ++r)
      for (Index c = 0; c < columns; ++c) y[r * y_stride + c] = x[r * x_stride + c];
  }
}
template void copy_block(const float*, Index, float*, Index, Index, Index);
template void copy_block(const double*, Index, double*, Index, Index, Index);

}  // namespace kernels
ENGRAM_AUTODIFF_END
#endif
