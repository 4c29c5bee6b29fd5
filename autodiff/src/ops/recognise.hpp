/// What passes over graphs must know of single ops, each told by the file where its op stands; and the ops
/// that they put in place of several.
#pragma once

#include <engram/autodiff/operation.hpp>

#include <stdexcept>

ENGRAM_AUTODIFF_BEGIN

/// Base of ops that stand for several others in compiled functions, and are never differentiated.
struct CompiledOnly : Variadic {
  template <class T>
  void pull_back(Pullback<T>&) const {
    throw std::logic_error("[compiled] what is differentiated are the operations that this one stands for");
  }
};

/// The op, if this is one of that kind; else null.
template <class Op, class S>
const Op* op_of(const Operation<S>& operation) {
  const auto* model = dynamic_cast<const detail::Model<S, Op>*>(&operation);
  return model ? &model->op() : nullptr;
}

/// x + y, of arithmetic.cpp.
template <class S>
bool is_sum(const Operation<S>& operation);

/// The products entry by entry, of arithmetic.cpp.
enum class Product {
  multiply,  ///< a b
  pull       ///< a b, and 0 where a is 0
};
template <class S>
std::optional<Product> entrywise_product(const Operation<S>& operation);
/// x + product, of one shape, in place of a product whose input number `factor` is one number: an op of x,
/// that number and the product's other input.
template <class S>
OperationPtr<S> add_scaled(Product product, std::size_t factor);

/// If this is the sum of all entries of x (reduce.cpp): the sum of the entries of a product, whose factors
/// are of one shape.
template <class S>
OperationPtr<S> sum_of_products(const Operation<S>& operation, Product product);

/// x repeated to a larger shape, of reduce.cpp.
template <class S>
bool is_repetition(const Operation<S>& operation);

/// If this is a product of two matrices, of product.cpp: the same op with a third input, which is broadcast
/// and added to the result.
template <class S>
OperationPtr<S> with_addend(const Operation<S>& operation);

/// If this is a function f(x, ...) that can take a sum for x, of functions.cpp: the op f(a + b, ...) of a, b,
/// and what follows. In `frame`, the shape of a whatever it is elsewhere, b is broadcast.
template <class S>
OperationPtr<S> of_sum(const Operation<S>& operation, Shape frame);

ENGRAM_AUTODIFF_END
