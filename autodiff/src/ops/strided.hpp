/// Values as broadcasting kernels see them.
#pragma once

#include <engram/autodiff/array.hpp>
#include <engram/autodiff/kernels.hpp>

#include <optional>

ENGRAM_AUTODIFF_BEGIN

/// x, broadcast: axes of size 1 have stride 0.
template <class S>
kernels::Strided<S> strided(ConstView<S> x) {
  return {x.data, x.shape.rows == 1 ? 0 : x.shape.columns, x.shape.columns == 1 ? 0 : 1};
}

/// The shape of an x that is broadcast to y, where y's matrices are seen as one, below each other: an x of as
/// many rows is, too, and a row serves for all. Nothing if x cannot be seen so.
inline std::optional<Shape> below_each_other(Shape x, Shape y) {
  if (x.stack == y.stack && x.rows == y.rows) return Shape{x.stack * x.rows, x.columns};
  if (x.stack == 1 && x.rows == 1) return x;
  return std::nullopt;
}

ENGRAM_AUTODIFF_END
