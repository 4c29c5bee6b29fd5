/// A chain of operations that runs over a large result part by part, so that what they hand on stays in the
/// nearest cache.
#pragma once

#include <engram/autodiff/graph.hpp>

ENGRAM_AUTODIFF_BEGIN

/// One operation of a chain, in the order in which they run. Its result has the chain's number of values,
/// under its own shape. The first may be a product (recognise.hpp), all others are elementwise.
template <class S>
struct Link {
  static constexpr std::size_t outside = ~std::size_t{0};
  /// An input of the chain's operation, or the result of an earlier link.
  struct Operand {
    std::size_t link = outside;
    std::size_t input = 0;  ///< if it comes from outside
    Shape shape;            ///< as this link reads it
    bool operator==(const Operand&) const = default;
  };
  OperationPtr<S> operation;
  Shape shape;
  std::vector<Operand> operands;
};

/// The chain as one operation. `part` values are computed at a time: whole rows of every link; the last part
/// is up to twice as large.
template <class S>
OperationPtr<S> row_chain(std::vector<Link<S>> links, Index part);

ENGRAM_AUTODIFF_END
