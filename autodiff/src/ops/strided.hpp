/// Values as broadcasting kernels see them.
#pragma once

#include <engram/autodiff/array.hpp>
#include <engram/autodiff/kernels.hpp>

ENGRAM_AUTODIFF_BEGIN

/// x, broadcast: axes of size 1 have stride 0.
template <class S>
kernels::Strided<S> strided(ConstView<S> x) {
  return {x.data, x.shape.rows == 1 ? 0 : x.shape.columns, x.shape.columns == 1 ? 0 : 1};
}

ENGRAM_AUTODIFF_END
