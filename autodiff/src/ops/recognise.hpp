/// What passes over graphs must know about single ops, and the ops that they put in place of several. Each
/// function is defined in the file of its op.
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

/// Whether it is a product of matrices.
template <class S>
bool is_matmul(const Operation<S>& operation);

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
/// The op x + product, where both have one shape and the product's input `factor` is a single number. Its
/// inputs are x, that number and the product's other input.
template <class S>
OperationPtr<S> add_scaled(Product product, std::size_t factor);

/// If this op sums all entries of x (reduce.cpp): the op that sums the entries of a product, whose two
/// factors have one shape.
template <class S>
OperationPtr<S> sum_of_products(const Operation<S>& operation, Product product);

/// Whether it sums entries of x, of reduce.cpp.
template <class S>
bool is_total(const Operation<S>& operation);

/// Where the first entry of x comes to lie, if this pads x with zeros (arrange.cpp).
template <class S>
std::optional<Shape> place_of_pad(const Operation<S>& operation);

/// x repeated to a larger shape, of reduce.cpp.
template <class S>
bool is_repetition(const Operation<S>& operation);

/// If this is a product of two matrices of shapes a and b, of product.cpp: the same op with a third input,
/// which is broadcast and added to the result; null if that would change how the product is computed.
template <class S>
OperationPtr<S> with_addend(const Operation<S>& operation, Shape a, Shape b, Shape addend);

/// If this is a function f(x, ...) of functions.cpp that can take a sum for x: the op f(a + b, ...), whose
/// inputs are a, b and what follows x. a is read in the shape `frame`, to which b is broadcast.
template <class S>
OperationPtr<S> of_sum(const Operation<S>& operation, Shape frame);

ENGRAM_AUTODIFF_END
