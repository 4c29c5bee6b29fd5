/// Shapes, dense row-major arrays and the views that kernels and ops work on; errors in one form.
#pragma once

#include <engram/autodiff/version.hpp>

#include <Eigen/Core>
#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

ENGRAM_AUTODIFF_BEGIN

/// Counts of rows, columns and entries; signed.
using Index = Eigen::Index;

/// A dense matrix of values, row-major. A scalar is 1x1. Its memory comes from plain malloc: Eigen's aligned
/// memory depends on the compiler's flags (-march), and what the library allocates, its users free.
template <class Scalar>
using Array = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor | Eigen::DontAlign>;

/// The same with the algebra of matrices: `*` is their product.
template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor | Eigen::DontAlign>;

/// Rows and columns of a matrix, and how many such matrices there are: a *stack* of them, mostly one. Prints
/// as "(2,3)", or "4x(2,3)" if there are four.
struct Shape {
  Index rows = 0;
  Index columns = 0;
  Index stack = 1;

  /// The shape of one matrix.
  Shape matrix() const { return {rows, columns}; }
  /// How many entries there are, in all matrices. The shape must have passed `checked`.
  Index size() const { return rows * columns * stack; }
  bool operator==(const Shape&) const = default;
};

/// "(2,3)", "4x(2,3)"
inline std::string to_string(Shape s) {
  return s.stack == 1 ? fmt::format("({},{})", s.rows, s.columns)
                      : fmt::format("{}x({},{})", s.stack, s.rows, s.columns);
}

namespace detail {
/// False, but not before these types are known: for sentences about what cannot be compiled.
template <class...>
inline constexpr bool never = false;
}  // namespace detail

/// Throws std::invalid_argument with the text "[where] what".
template <class... Args>
[[noreturn]] void fail(std::string_view where, fmt::format_string<Args...> what, Args&&... args) {
  throw std::invalid_argument(fmt::format("[{}] ", where) + fmt::format(what, std::forward<Args>(args)...));
}

// --- sizes are checked here: all that adds, multiplies or takes sizes of the caller asks these three.

/// a + b, of sizes that are not negative. Throws if they are too large to be added.
inline Index checked_sum(std::string_view where, Index a, Index b) {
  Index sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) fail(where, "{} and {} are too many to be added", a, b);
  return sum;
}
/// a times b, likewise.
inline Index checked_product(std::string_view where, Index a, Index b) {
  Index product = 0;
  if (__builtin_mul_overflow(a, b, &product)) fail(where, "{} times {} are too many", a, b);
  return product;
}
/// The shape itself. Throws unless there can be such matrices: no size is negative, and the bytes of the
/// entries can be counted.
template <class Where>
Shape checked(const Where& where, const Shape& s) {
  constexpr Index largest = std::numeric_limits<Index>::max() / 16;
  Index size = 0;
  if (s.rows < 0 || s.columns < 0 || s.stack < 0) fail(where, "{} is not a shape", to_string(s));
  if (__builtin_mul_overflow(s.rows, s.columns, &size) || __builtin_mul_overflow(size, s.stack, &size) ||
      size > largest)
    fail(where, "a matrix of shape {} is too large", to_string(s));
  return s;
}

/// How many matrices the result of an op on these operands has: their stacks agree, or one of them is 1.
inline Index common_stack(std::string_view where, Index a, Index b) {
  if (a == b || b == 1) return a;
  if (a == 1) return b;
  fail(where, "a stack of {} and a stack of {} matrices do not fit", a, b);
}

/// The shape both matrices take under NumPy's rule: along each axis the sizes agree, or one of them is 1.
inline Shape broadcast_shape(std::string_view where, Shape a, Shape b) {
  const auto axis = [&](Index m, Index n) {
    if (m == n || n == 1) return m;
    if (m == 1) return n;
    fail(where, "shapes {} and {} do not broadcast", to_string(a), to_string(b));
  };
  return {axis(a.rows, b.rows), axis(a.columns, b.columns)};
}

/// Memory of someone else, read only: `shape.size()` values, matrix by matrix, row by row.
template <class Scalar>
struct ConstView {
  const Scalar* data = nullptr;
  Shape shape;

  /// The matrices of a stack lie below each other.
  Eigen::Map<const Array<Scalar>> map() const { return {data, shape.stack * shape.rows, shape.columns}; }
  /// One matrix of the stack; the only one serves for all.
  ConstView at(Index s) const {
    return {data + (shape.stack == 1 ? 0 : s * shape.rows * shape.columns), shape.matrix()};
  }
};

/// Memory of someone else, to write.
template <class Scalar>
struct View {
  Scalar* data = nullptr;
  Shape shape;

  /// The matrices of a stack lie below each other.
  Eigen::Map<Array<Scalar>> map() const { return {data, shape.stack * shape.rows, shape.columns}; }
  /// One matrix of the stack.
  View at(Index s) const { return {data + s * shape.rows * shape.columns, shape.matrix()}; }
};

ENGRAM_AUTODIFF_END
