/// The SIMD kernels under the ops: compiled once per instruction set, chosen at run time.
///
/// Everything here works on raw row-major memory and allocates nothing. Ops check shapes; kernels assume
/// them. `Scalar` is float or double (explicitly instantiated in the library). Results are the same bits for
/// the same machine whatever the thread, alignment or buffer: no kernel's summation order depends on an
/// address.
#pragma once

#include <engram/autodiff/version.hpp>

#include <cstddef>

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

/// The same type as autodiff::Index, without Eigen.
using Index = std::ptrdiff_t;

/// One operand of a broadcasting kernel: element (r, c) is data[r * row_stride + c * column_stride].
/// column_stride is 0 (one value for the whole row) or 1.
template <class Scalar>
struct Strided {
  const Scalar* data;
  Index row_stride;
  Index column_stride;
};

/// Elementwise: y[i] = f(x[i]) for i < n; y may be x.
#define ENGRAM_UNARY_KERNELS(X) \
  X(negate)                     \
  X(square)                     \
  X(sqrt)                       \
  X(exp) X(log) X(log1p) X(expm1) X(tanh) X(sigmoid) X(softplus) X(relu) X(abs) X(sign) X(sin) X(cos) X(copy)
#define ENGRAM_DECLARE(name) \
  template <class Scalar>    \
  ENGRAM_API void name(const Scalar* x, Scalar* y, Index n);
ENGRAM_UNARY_KERNELS(ENGRAM_DECLARE)
#undef ENGRAM_DECLARE

/// y[i] = f(a[i], b[i]) for i < n; and broadcasting: y (rows x columns, contiguous) = f(a, b). y may be a
/// contiguous operand. Comparisons give 1 or 0. `maximum` and `minimum` return NaN when either operand is
/// NaN. `tanh_pullback` is a (1 - b²).
#define ENGRAM_BINARY_KERNELS(X) \
  X(add)                         \
  X(subtract)                    \
  X(multiply) X(divide) X(maximum) X(minimum) X(power) X(greater) X(greater_equal) X(equal) X(tanh_pullback)
#define ENGRAM_DECLARE(name)                                                  \
  template <class Scalar>                                                     \
  ENGRAM_API void name(const Scalar* a, const Scalar* b, Scalar* y, Index n); \
  template <class Scalar>                                                     \
  ENGRAM_API void name(Strided<Scalar> a, Strided<Scalar> b, Scalar* y, Index rows, Index columns);
ENGRAM_BINARY_KERNELS(ENGRAM_DECLARE)
#undef ENGRAM_DECLARE

/// y = f(a + b), where a and y (rows x columns) are contiguous and b is broadcast; y may be a.
#define ENGRAM_OF_SUM_KERNELS(X) X(tanh) X(sigmoid) X(softplus) X(relu) X(exp)
#define ENGRAM_DECLARE(name) \
  template <class Scalar>    \
  ENGRAM_API void name##_of_sum(const Scalar* a, Strided<Scalar> b, Scalar* y, Index rows, Index columns);
ENGRAM_OF_SUM_KERNELS(ENGRAM_DECLARE)
#undef ENGRAM_DECLARE
/// x_bar = (a + b) (1 - y²), likewise.
template <class Scalar>
ENGRAM_API void tanh_pullback_of_sum(const Scalar* a, Strided<Scalar> b, const Scalar* y, Scalar* x_bar,
                                     Index rows, Index columns);

/// y[i] = a[i] + factor * b[i] for i < n, rounded twice; y may be a or b.
template <class Scalar>
ENGRAM_API void add_scaled(const Scalar* a, Scalar factor, const Scalar* b, Scalar* y, Index n);

/// y = mask != 0 ? a : b, broadcasting.
template <class Scalar>
ENGRAM_API void select(Strided<Scalar> mask, Strided<Scalar> a, Strided<Scalar> b, Scalar* y, Index rows,
                       Index columns);

// --- reductions of x (rows x columns, contiguous)
/// y[c] = sum over r of x(r, c).
template <class Scalar>
ENGRAM_API void sum_over_rows(const Scalar* x, Scalar* y, Index rows, Index columns);
/// y[r] = sum over c of x(r, c).
template <class Scalar>
ENGRAM_API void sum_over_columns(const Scalar* x, Scalar* y, Index rows, Index columns);
/// The sum of a[i] b[i] for i < n: for n > 16 the same bits as sum_over_columns of the products.
template <class Scalar>
ENGRAM_API Scalar sum_of_products(const Scalar* a, const Scalar* b, Index n);
/// y[c] = max over r of x(r, c), NaN if any is NaN; rows >= 1.
template <class Scalar>
ENGRAM_API void max_over_rows(const Scalar* x, Scalar* y, Index rows, Index columns);
/// y[r] = max over c of x(r, c), NaN if any is NaN; columns >= 1.
template <class Scalar>
ENGRAM_API void max_over_columns(const Scalar* x, Scalar* y, Index rows, Index columns);

// --- data movement
/// y (columns x rows) = transpose of x (rows x columns).
template <class Scalar>
ENGRAM_API void transpose(const Scalar* x, Scalar* y, Index rows, Index columns);
/// Copies a rows x columns block between matrices whose rows are x_stride and y_stride elements apart.
template <class Scalar>
ENGRAM_API void copy_block(const Scalar* x, Index x_stride, Scalar* y, Index y_stride, Index rows,
                           Index columns);

// --- products

/// a' b' + addend (m x n), where a' (m x k) is a, or its transpose if transpose_a, and so for b' (k x n).
template <class Scalar>
struct Product {
  Index m, n, k;
  const Scalar *a, *b;
  bool transpose_a = false, transpose_b = false;
  Strided<Scalar> addend = {nullptr, 0, 0};  ///< null: nothing is added
};

/// c = the product; all are contiguous, and c aliases no operand. The addend is added last.
template <class Scalar>
ENGRAM_API void matmul(const Product<Scalar>& product, Scalar* c);

/// The instruction set in use, for instance "AVX3".
ENGRAM_API const char* target();
/// Restricts the choice, for tests: false if this machine or build does not have the one named, for instance
/// "SSE2"; "" restores the best.
ENGRAM_API bool select_target(const char* name);

}  // namespace kernels
ENGRAM_AUTODIFF_END
