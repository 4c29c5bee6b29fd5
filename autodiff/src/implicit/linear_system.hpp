/// Linear systems whose matrix is the Jacobian of an equation.
#pragma once

#include "iterate.hpp"

#include <memory>

ENGRAM_AUTODIFF_BEGIN
namespace implicit {

/// g(x, p) = 0, how linear systems with its Jacobian ∂g/∂x are solved, and whether that is symmetric and, at
/// a solution, positive definite.
template <class S>
struct System {
  Graph<S> zero;  ///< from unknowns and parameters to one result for each unknown
  std::size_t unknowns = 0;
  bool is_symmetric = false;
  bool is_direct = false;
  double tolerance = 0;
  Index max_steps = 0;
};
template <class S>
using SystemPtr = std::shared_ptr<const System<S>>;

/// J u = b or Jᵀ u = b, where J + shift is the Jacobian at `at`, unknowns and parameters. Can be
/// differentiated with respect to all of these. NaN if J is singular, or not positive definite where it
/// should be. `shift` is added to the diagonal, if there is one; then nothing is differentiated.
template <class S>
Vector<S> solve_with_jacobian(const SystemPtr<S>& system, bool transposed, Span<S> at, Span<S> b,
                              const V<S>* shift = nullptr);

}  // namespace implicit
ENGRAM_AUTODIFF_END
