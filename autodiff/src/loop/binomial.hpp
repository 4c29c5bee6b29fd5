/// The derivative of a loop of which only a few carries are kept: the binomial schedule.
#pragma once

#include <engram/autodiff/loop.hpp>

ENGRAM_AUTODIFF_BEGIN

/// The op that does what `backward` does, a loop over the steps of `forward` from the last to the first. The
/// inputs of `backward` end with the stacked carries, the sequences and the constants of `forward`; the op
/// takes the first carries in place of the stacked ones and computes the others as it needs them.
template <class S>
OperationPtr<S> binomial_adjoint(const Loop<S>& forward, const Loop<S>& backward, Index snapshots);

ENGRAM_AUTODIFF_END
