/// The SIMD kernels under the ops: compiled once per instruction set, chosen at run time.
///
/// Everything here works on raw row-major memory and allocates nothing. Ops check shapes; kernels assume
/// them. `Scalar` is float or double (explicitly instantiated in the library). Results are the same bits for
/// the same machine whatever the thread, alignment or buffer: no kernel's summation order depends on an
/// address.
#pragma once

#include <engram/autodiff/version.hpp>

#include <cstddef>
#include <span>
#include <string_view>

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

// --- elementwise, found by name. They stand beside their ops, in src/ops
/// y[i] = f(x[i]) for i < n; y may be x.
template <class Scalar>
using Unary = void(const Scalar* x, Scalar* y, Index n);
/// The function of this name, for instance "tanh"; null if there is none. Names are those of
/// ops/functions.hpp, and "negate", "copy" and "tanh_slope", 1 / cosh² x; "normal_cdf", "log_normal_cdf" and
/// the latter's slope, "normal_hazard".
template <class Scalar>
ENGRAM_API Unary<Scalar>* unary(std::string_view name);
/// All names that `unary` knows.
ENGRAM_API std::span<const std::string_view> unary_names();

/// y (rows x columns, contiguous) = f(a, b), broadcasting; y may be a contiguous operand.
template <class Scalar>
using Binary = void(Strided<Scalar> a, Strided<Scalar> b, Scalar* y, Index rows, Index columns);
/// The function of this name; null if there is none. "add", "subtract", "multiply", "divide", "power",
/// "maximum" and "minimum" are NaN where either operand is. "greater", "greater_equal" and "equal" give 1 or
/// 0. "pull" is a b, but 0 where a is 0. "below_largest" is a - b, but 0 where a = b, even if both are
/// infinite. "logaddexp" is log(exp(a) + exp(b)), and "logaddexp_slope" its derivative by a.
template <class Scalar>
ENGRAM_API Binary<Scalar>* binary(std::string_view name);

/// y = mask != 0 ? a : b, broadcasting.
template <class Scalar>
ENGRAM_API void select(Strided<Scalar> mask, Strided<Scalar> a, Strided<Scalar> b, Scalar* y, Index rows,
                       Index columns);

/// y[i] = a[i] + factor b[i] for i < n; y may be a or b.
template <class Scalar>
ENGRAM_API void add_scaled(const Scalar* a, Scalar factor, const Scalar* b, Scalar* y, Index n);

// --- reductions of x (rows x columns, contiguous). Long sums are pairwise: their rounding errors grow like
// the logarithm of how many numbers are added.
/// y[c] = sum over r of x(r, c).
template <class Scalar>
ENGRAM_API void sum_over_rows(const Scalar* x, Scalar* y, Index rows, Index columns);
/// y[r] = sum over c of x(r, c).
template <class Scalar>
ENGRAM_API void sum_over_columns(const Scalar* x, Scalar* y, Index rows, Index columns);
/// The sum of a[i] b[i] for i < n: for n > 16 the same bits as sum_over_columns of the products.
template <class Scalar>
ENGRAM_API Scalar sum_of_products(const Scalar* a, const Scalar* b, Index n);
/// The sum of pull(a[i], b[i]), likewise.
template <class Scalar>
ENGRAM_API Scalar sum_of_pulls(const Scalar* a, const Scalar* b, Index n);
/// y[c] = mean over r of x(r, c): the sum divided by `rows`. If all x(r, c) are equal, it is that number.
template <class Scalar>
ENGRAM_API void mean_over_rows(const Scalar* x, Scalar* y, Index rows, Index columns);
/// y[r] = mean over c of x(r, c), likewise.
template <class Scalar>
ENGRAM_API void mean_over_columns(const Scalar* x, Scalar* y, Index rows, Index columns);
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

/// a' b' + addend (m x n), where a' (m x k) is a, or its transpose if transpose_a, and so for b' (k x n). Or
/// `count` such products, whose results lie one after the other.
template <class Scalar>
struct Product {
  Index m, n, k;
  const Scalar *a, *b;
  bool transpose_a = false, transpose_b = false;
  Strided<Scalar> addend = {nullptr, 0, 0};  ///< null: nothing is added
  Index count = 1;
  Index a_step = 0, b_step = 0, addend_step = 0;  ///< from one product's operands to the next one's
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
