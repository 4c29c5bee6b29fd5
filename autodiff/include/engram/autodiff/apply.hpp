/// Applying an op: to variables it is recorded, to plain values it is just computed.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <array>

ENGRAM_AUTODIFF_BEGIN

/// An op on variables: recorded on their tape. Shapes are the op's to check.
template <class Op, class S, class... Rest>
requires(std::is_same_v<Rest, Variable<S>>&&...) Variable<S> apply(const Op& op, const Variable<S>& x,
                                                                   const Rest&... rest) {
  static_assert(1 + sizeof...(Rest) == detail::arity<Op>, "an op needs one vjp rule per input");
  Tape<S>& tape = x.tape();
  const std::array shapes{&tape.check(x, Op::name).shape, &tape.check(rest, Op::name).shape...};
  try {
    const std::array results{
        std::apply([&](auto... shape) { return detail::result_shape(op, *shape...); }, shapes)};
    return tape.record(make_operation<S>(op), std::array{x.id(), rest.id()...}, results);
  } catch (const std::invalid_argument& error) {
    detail::rethrow_in_scope(error, tape.scope());
  }
}

/// An op on plain values. It is computed at once; a result that is a part of an input shares its memory.
template <class Op, class S, class... Rest>
requires(std::is_same_v<Rest, Value<S>>&&...) Value<S> apply(const Op& op, const Value<S>& x,
                                                             const Rest&... rest) {
  static_assert(1 + sizeof...(Rest) == detail::arity<Op>, "an op needs one vjp rule per input");
  const Shape shape = checked(Op::name, detail::result_shape(op, x.shape(), rest.shape()...));
  if constexpr (requires { op.alias(std::size_t{0}); })
    if (detail::op_sees_stacks<Op> || shape.stack == 1) return x.alias(op.alias(0), shape);
  Value<S> y(shape);
  const View<S> result{y.data(), shape};
  if (detail::op_sees_stacks<Op> || shape.stack == 1)
    op.forward(result, x.view(), rest.view()...);
  else
    make_operation<S>(op)->forward(std::span(&result, 1), std::array{x.view(), rest.view()...}, nullptr);
  return y;
}

/// An elementwise op on single numbers.
template <class Op, class S, class... Rest>
requires(std::is_same_v<Rest, Number<S>>&&...) Number<S> apply(const Op& op, const Number<S>& x,
                                                               const Rest&... rest) {
  if constexpr (requires { Op::entry(x.item(), rest.item()...); }) {
    return Number<S>(Op::entry(x.item(), rest.item()...));
  } else {
    S y{};
    op.forward(View<S>{&y, {1, 1}}, x.view(), rest.view()...);
    return Number<S>(y);
  }
}

namespace detail {
/// The shapes of an op's results, from those of single matrices; on stacks they stand in `memory`.
template <class S, class T>
std::span<const Shape> result_shapes(const Operation<S>& operation, std::span<const T> x,
                                     std::span<const Shape> results, std::vector<Shape>& memory) {
  if (operation.sees_stacks()) return results;
  Index stack = 1;
  for (const T& v : x) stack = common_stack(operation.name(), stack, v.shape().stack);
  if (stack == 1) return results;
  memory.assign(results.begin(), results.end());
  for (Shape& s : memory) s.stack = stack;
  return memory;
}
}  // namespace detail

/// For ops with any number of inputs and results, whose result shapes the caller knows: those of single
/// matrices, unless the op sees stacks.
template <class S>
std::vector<Variable<S>> apply_all(const OperationPtr<S>& operation, std::span<const Variable<S>> x,
                                   std::span<const Shape> results) {
  if (x.empty()) fail(operation->name(), "needs at least one input");
  Tape<S>& tape = x[0].tape();
  std::vector<Variable<S>> y;
  if (results.empty()) return y;
  std::vector<Shape> memory;
  const auto shapes = detail::result_shapes<S>(*operation, x, results, memory);
  const std::uint32_t first = tape.record(operation, x, shapes).id();
  for (std::uint32_t k = 0; k < results.size(); ++k) y.push_back(tape.at(first + k));
  return y;
}

/// The same on plain values.
template <class S>
std::vector<Value<S>> apply_all(const OperationPtr<S>& operation, std::span<const Value<S>> x,
                                std::span<const Shape> results) {
  std::vector<ConstView<S>> in;
  std::vector<View<S>> out;
  std::vector<Value<S>> y;
  for (const auto& v : x) in.push_back(v.view());
  std::vector<Shape> memory;
  for (const Shape shape : detail::result_shapes<S>(*operation, x, results, memory)) {
    y.emplace_back(shape);
    out.push_back({y.back().data(), shape});
  }
  const auto state = operation->make_state();
  operation->forward(out, in, state.get());
  return y;
}

/// A constant beside x: on its tape, or plain.
template <class S>
Variable<S> constant_like(const Variable<S>& x, const Value<S>& c) {
  return x.tape().constant(c);
}
/// The same beside a plain value: c itself.
template <class S>
Value<S> constant_like(const Value<S>&, const Value<S>& c) {
  return c;
}

/// An Eigen array or matrix as a constant beside x.
template <Differentiable T, class Derived>
T constant_beside(const T& x, const Eigen::DenseBase<Derived>& c) {
  using S = typename T::Scalar;
  return constant_like(x, Value<S>(c.derived().template cast<S>()));
}

/// A 1x1 constant beside x.
template <Differentiable T>
T number_like(const T& x, double number) {
  using Scalar = typename T::Scalar;
  if constexpr (std::is_same_v<T, Number<Scalar>>)
    return T(static_cast<Scalar>(number));
  else
    return constant_like(x, Value<Scalar>(static_cast<Scalar>(number)));
}

/// Defines `function` with a number in place of its first or of its second argument.
#define ENGRAM_TAKES_NUMBERS(function)     \
  template <Differentiable T>              \
  T function(const T& a, double b) {       \
    return function(a, number_like(a, b)); \
  }                                        \
  template <Differentiable T>              \
  T function(double a, const T& b) {       \
    return function(number_like(b, a), b); \
  }

/// Defines it with an Eigen array or matrix, which is a constant, in place of one of them.
#define ENGRAM_TAKES_EIGEN(function)                     \
  template <Differentiable T, class D>                   \
  T function(const T& a, const Eigen::DenseBase<D>& b) { \
    return function(a, constant_beside(a, b));           \
  }                                                      \
  template <Differentiable T, class D>                   \
  T function(const Eigen::DenseBase<D>& a, const T& b) { \
    return function(constant_beside(b, a), b);           \
  }

/// One number in all entries of x's shape.
template <Differentiable T>
T filled_like(const T& x, double number) {
  using Scalar = typename T::Scalar;
  Value<Scalar> entries(x.shape());
  std::fill_n(entries.data(), x.shape().size(), static_cast<Scalar>(number));
  return constant_like(x, entries);
}

/// Zeros of x's shape.
template <Differentiable T>
T zeros_like(const T& x) {
  return filled_like(x, 0);
}

namespace detail {
/// The cotangent of result k; zeros if it is absent.
template <class T>
T bar_of(const Pullback<T>& p, std::size_t k) {
  return p.y_bar[k] ? *p.y_bar[k] : zeros_like(p.y[k]);
}
}  // namespace detail

ENGRAM_AUTODIFF_END
