/// The singular value decomposition of numbers, compiled once.
#pragma once

#include <engram/autodiff/operation.hpp>

#include <memory>

ENGRAM_AUTODIFF_BEGIN

/// What `thin_svd` works in.
std::unique_ptr<OperationState> make_svd_state();

/// a = u diag(s) vᵀ (m x n), of k = min(m, n) values: u m x k, s k x 1, v n x k. False, and nothing is
/// written, if a has values that are not finite or the iteration does not converge.
template <class S>
bool thin_svd(ConstView<S> a, View<S> u, View<S> s, View<S> v, OperationState& state);

ENGRAM_AUTODIFF_END
