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

/// A product of two matrices, with an addend or without, of product.cpp.
template <class S>
bool is_product(const Operation<S>& operation);
/// Rows [first, first + count) of the product of x, all of whose rows are wanted in the end.
template <class S>
void product_rows(const Operation<S>& operation, Index first, Index count, S* rows,
                  std::span<const ConstView<S>> x);

/// If this is a product of two matrices without an addend: the same op with a third input, which is added to the
/// result.
template <class S>
OperationPtr<S> with_addend(const Operation<S>& operation, const AddendLayout& layout);

ENGRAM_AUTODIFF_END
