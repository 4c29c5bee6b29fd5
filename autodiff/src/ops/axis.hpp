/// What ops along an axis share, and numbers that choose entries.
#pragma once

#include <engram/autodiff/ops.hpp>

#include <cmath>

ENGRAM_AUTODIFF_BEGIN

inline void require_axis(const char* where, int axis) {
  if (axis != 0 && axis != 1)
    fail(where, "axis {} does not exist; 0 runs over the rows, 1 over the columns", axis);
}

inline Index size_along(Shape s, int axis) { return axis == 0 ? s.rows : s.columns; }

/// The entries along an axis of a row-major matrix: where the first of each line is, and how far apart they
/// are.
struct Lines {
  Index count, length, to_next, step;
  Lines(Shape s, int axis)
      : count(axis == 0 ? s.columns : s.rows),
        length(axis == 0 ? s.rows : s.columns),
        to_next(axis == 0 ? 1 : s.columns),
        step(axis == 0 ? s.columns : 1) {}
  Index at(Index line, Index k) const { return line * to_next + k * step; }
};

/// What an op depends on that treats each line along an axis by itself.
inline Within within_lines(int axis) { return {.row = axis == 1, .column = axis == 0}; }

template <class T>
T slice(const T& x, Index first, Index count, int axis) {
  return axis == 0 ? slice_rows(x, first, count) : slice_columns(x, first, count);
}

/// Which of n entries a number names, or -1.
template <class S>
Index index_of(S number, Index n) {
  return number >= 0 && number < static_cast<S>(n) && number == std::floor(number)
             ? static_cast<Index>(number)
             : -1;
}

/// Refuses numbers that name none of n entries. Those of a traced function are not known yet.
template <class T>
void require_indices(const char* where, const char* what, const T& indices, Index n) {
  const typename T::Scalar* numbers = nullptr;
  if constexpr (requires { indices.tape(); }) {
    if (indices.tape().is_tracing()) return;
    numbers = indices.value().data();
  } else {
    numbers = indices.data();
  }
  for (Index k = 0; k < indices.shape().size(); ++k)
    if (index_of(numbers[k], n) < 0)
      fail(where, "index {} is {}, which is no {} of {}", k, numbers[k], what, n);
}

ENGRAM_AUTODIFF_END
