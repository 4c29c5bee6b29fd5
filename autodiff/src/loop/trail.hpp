/// What a loop of unknown length leaves behind, so that its derivative need not go the whole way again.
#pragma once

#include <engram/autodiff/array.hpp>

#include <algorithm>
#include <span>

ENGRAM_AUTODIFF_BEGIN

/// A trail has a row of numbers for all carries before each n-th step but the first, n of which is 1 as long
/// as there are rows, and doubles whenever there are none left. This is n for a way of so many steps.
inline Index steps_between_carries(Index steps, Index rows) {
  Index n = 1;
  while ((steps - 1) / n > rows) n *= 2;
  return n;
}

/// Of a trail that has one row less than a derivative has snapshots, because the first carries are known.
inline Shape shape_of_trail(std::span<const Shape> carries, Index snapshots) {
  Index columns = 0;
  for (const Shape& s : carries) columns += s.size();
  return {snapshots - 1, columns};
}

/// Writes a trail.
template <class S>
class TrailWriter {
 public:
  explicit TrailWriter(View<S> trail) : trail_(trail) {}

  /// Before each step, whose carries have these sizes.
  void pass(Index step, std::span<const S* const> carries, std::span<const Index> sizes) {
    if (trail_.shape.rows == 0 || step == 0 || step % every_ != 0) return;
    if (rows_ == trail_.shape.rows) {
      for (rows_ = 0; 2 * rows_ + 1 < trail_.shape.rows; ++rows_)
        std::copy_n(row(2 * rows_ + 1), trail_.shape.columns, row(rows_));
      every_ *= 2;
      if (step % every_ != 0) return;
    }
    S* next = row(rows_++);
    for (std::size_t i = 0; i < carries.size(); ++i) next = std::copy_n(carries[i], sizes[i], next);
  }
  /// Behind the last step: rows without carries are 0.
  void end() { std::fill(row(rows_), row(trail_.shape.rows), S{0}); }

 private:
  S* row(Index i) { return trail_.data + i * trail_.shape.columns; }

  View<S> trail_;
  Index every_ = 1, rows_ = 0;
};

ENGRAM_AUTODIFF_END
