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

/// Rows and columns. Prints as "(2,3)".
struct Shape {
  Index rows = 0;
  Index columns = 0;

  /// How many entries there are. The shape must have passed `checked`.
  Index size() const { return rows * columns; }
  bool operator==(const Shape&) const = default;
};

/// "(2,3)"
inline std::string to_string(Shape s) { return fmt::format("({},{})", s.rows, s.columns); }

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
/// The shape itself. Throws unless there can be such a matrix: neither size is negative, and the bytes of its
/// entries can be counted.
inline Shape checked(std::string_view where, Shape s) {
  constexpr Index largest = std::numeric_limits<Index>::max() / 16;
  Index size = 0;
  if (s.rows < 0 || s.columns < 0) fail(where, "{} is not a shape", to_string(s));
  if (__builtin_mul_overflow(s.rows, s.columns, &size) || size > largest)
    fail(where, "a matrix of shape {} is too large", to_string(s));
  return s;
}

/// The shape both operands take under NumPy's rule: along each axis the sizes agree, or one of them is 1.
inline Shape broadcast_shape(std::string_view where, Shape a, Shape b) {
  const auto axis = [&](Index m, Index n) {
    if (m == n || n == 1) return m;
    if (m == 1) return n;
    fail(where, "shapes {} and {} do not broadcast", to_string(a), to_string(b));
  };
  return {axis(a.rows, b.rows), axis(a.columns, b.columns)};
}

/// Memory of someone else, read only: `shape.size()` values, row by row.
template <class Scalar>
struct ConstView {
  const Scalar* data = nullptr;
  Shape shape;

  Eigen::Map<const Array<Scalar>> map() const { return {data, shape.rows, shape.columns}; }
};

/// Memory of someone else, to write.
template <class Scalar>
struct View {
  Scalar* data = nullptr;
  Shape shape;

  Eigen::Map<Array<Scalar>> map() const { return {data, shape.rows, shape.columns}; }
};

ENGRAM_AUTODIFF_END
