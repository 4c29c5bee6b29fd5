/// A stack seen as one matrix.
#pragma once

#include <engram/autodiff/ops/stack.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Each matrix of a stack as one row.
template <class T>
T as_rows(const T& x) {
  return restack(x, {x.stack(), x.shape().matrix().size()});
}

ENGRAM_AUTODIFF_END
