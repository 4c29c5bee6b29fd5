/// Shapes, dense row-major arrays and the views that kernels and ops work on; errors in one form.
#pragma once

#include <engram/autodiff/version.hpp>

#include <Eigen/Core>
#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

ENGRAM_AUTODIFF_BEGIN

/// Of rows, columns and entries; signed.
using Index = Eigen::Index;

/// A dense matrix of values, row-major. A scalar is 1x1. Its memory comes from plain malloc: Eigen's aligned
/// memory depends on the compiler's flags (-march), and what the library allocates, its users free.
template <class Scalar>
using Array = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor | Eigen::DontAlign>;

/// Rows and columns. Prints as "(2,3)".
struct Shape {
  Index rows = 0;
  Index columns = 0;

  Index size() const { return rows * columns; }
  bool operator==(const Shape&) const = default;
};

/// "(2,3)"
inline std::string to_string(Shape s) { return fmt::format("({},{})", s.rows, s.columns); }

/// Throws std::invalid_argument with the text "[where] what".
template <class... Args>
[[noreturn]] void fail(std::string_view where, fmt::format_string<Args...> what, Args&&... args) {
  throw std::invalid_argument(fmt::format("[{}] ", where) + fmt::format(what, std::forward<Args>(args)...));
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
