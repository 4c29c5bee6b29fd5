/// Matrix products. Each entry is a sum, whose rounding error does not grow with its length from 1024 terms
/// on: it is added up by blocks, with compensation.
#pragma once

#include <engram/autodiff/apply.hpp>

ENGRAM_AUTODIFF_BEGIN

/// a (m x k) times b (k x n).
template <Differentiable T>
T matmul(const T& a, const T& b);
/// aᵀ b, for a (k x m) and b (k x n), without forming the transpose.
template <Differentiable T>
T matmul_tn(const T& a, const T& b);
/// a bᵀ, for a (m x k) and b (n x k), without forming the transpose.
template <Differentiable T>
T matmul_nt(const T& a, const T& b);
/// aᵀ bᵀ, for a (k x m) and b (n x k), without forming a transpose: the transpose of b a.
template <Differentiable T>
T matmul_tt(const T& a, const T& b);

// An Eigen matrix on either side is a constant.
ENGRAM_TAKES_EIGEN(matmul)
ENGRAM_TAKES_EIGEN(matmul_tn)
ENGRAM_TAKES_EIGEN(matmul_nt)
ENGRAM_TAKES_EIGEN(matmul_tt)

ENGRAM_AUTODIFF_END
