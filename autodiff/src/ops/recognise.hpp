/// What passes over graphs must know of single ops, each told by the file where its op stands.
#pragma once

#include <engram/autodiff/graph.hpp>
#include <engram/autodiff/kernels.hpp>

ENGRAM_AUTODIFF_BEGIN

/// x + y, of arithmetic.cpp.
template <class S>
bool is_sum(const Operation<S>& operation);

/// x repeated to a larger shape, of reduce.cpp.
template <class S>
bool is_repetition(const Operation<S>& operation);

/// How a product's addend lies: as in kernels::Addend.
struct AddendLayout {
  Index row_stride = 0, column_stride = 0, rows = 1;
  bool operator==(const AddendLayout&) const = default;
};

/// If this is a product of two matrices, of product.cpp: the same op with a third input, which is added to the
/// result.
template <class S>
OperationPtr<S> with_addend(const Operation<S>& operation, const AddendLayout& layout);

ENGRAM_AUTODIFF_END
