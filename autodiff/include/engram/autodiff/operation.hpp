/// What an op is, and how one is written.
///
/// An op is one small struct. Its forward pass, its shape rule and one vjp rule per input stand together:
///
///     struct Tanh {
///       static constexpr auto name = "tanh";
///       static Shape shape(Shape x) { return x; }
///       template <class S> static void forward(View<S> y, ConstView<S> x) { y.map() = x.map().tanh(); }
///       static constexpr auto vjp = rules([](auto& g, auto& y, auto& x) { return g * (1.0 - square(y)); });
///     };
///     template <Differentiable T> T tanh(const T& x) { return apply(Tanh{}, x); }
///
/// A rule gets the cotangent `g` of the result, the result `y` and every input, and returns the cotangent of
/// its own input: same shape as that input, written in ops, so that it can be differentiated again. Rules of
/// ops with attributes take the op itself as a first argument. `no_gradient` in place of a rule says that
/// nothing flows. An op without a rule for each of its inputs does not compile.
///
/// Optional members: `static constexpr bool elementwise = true` (the result may overwrite an input of its
/// shape); `static constexpr double neutral = 0` (binary ops: x op neutral = x); `Index alias() const` (the
/// result is a part of the first input, from that element on, and nothing is computed); `double
/// flops(span<const Shape> y, span<const Shape> x) const` (one per value of the results, if an op does not
/// say). Ops with attributes need operator==.
///
/// Ops with any number of inputs or results derive from `Variadic` instead and write
/// `forward(span<const View> y, span<const ConstView> x)` and `pull_back(Pullback<T>&)`.
#pragma once

#include <engram/autodiff/array.hpp>

#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

template <class Scalar>
class Variable;
template <class Scalar>
class Value;

/// Pulling cotangents back through one op: inputs, results and the results' cotangents in (absent ones are
/// zero); cotangents of the wanted inputs out. T is Variable or Value.
template <class T>
struct Pullback {
  std::span<const T> x;
  std::span<const T> y;
  std::span<const std::optional<T>> y_bar;
  std::span<const char> wanted;
  std::span<std::optional<T>> x_bar;
};

template <class Scalar>
class Operation;
/// Shared by all tapes and graphs that hold the op.
template <class Scalar>
using OperationPtr = std::shared_ptr<const Operation<Scalar>>;

/// What an op keeps from run to run inside a compiled function, one per workspace (scans keep their body's
/// buffers).
struct OperationState {
  virtual ~OperationState() = default;
};

/// An op that computes fewer results from fewer inputs; which ones of the original they are.
template <class Scalar>
struct Pruned {
  OperationPtr<Scalar> operation;
  std::vector<std::size_t> inputs, outputs;
};

/// An op behind one type, as tapes and graphs hold it. Immutable.
template <class Scalar>
class Operation {
 public:
  virtual ~Operation() = default;
  virtual const char* name() const = 0;
  virtual void forward(std::span<const View<Scalar>> y, std::span<const ConstView<Scalar>> x,
                       OperationState* state) const = 0;
  virtual void pull_back(Pullback<Variable<Scalar>>& p) const = 0;
  virtual void pull_back(Pullback<Value<Scalar>>& p) const = 0;
  /// Same op with the same attributes.
  virtual bool equals(const Operation& other) const = 0;

  /// Whether a cotangent can flow to this input.
  virtual bool differentiable(std::size_t) const { return true; }
  /// Whether a result may share the memory of an input of the same shape.
  virtual bool elementwise() const { return false; }
  virtual std::optional<double> neutral() const { return std::nullopt; }
  /// Where in the first input this result lies, if it is a part of it.
  virtual std::optional<Index> alias(std::size_t) const { return std::nullopt; }
  virtual std::unique_ptr<OperationState> make_state() const { return nullptr; }
  /// Floating-point operations of one run on inputs and results of these shapes.
  virtual double flops(std::span<const Shape> y, std::span<const Shape> x) const = 0;
  /// The same op without the results that nobody uses, if it can do with less.
  virtual std::optional<Pruned<Scalar>> prune(std::span<const char>) const { return std::nullopt; }
  /// A note for printed graphs.
  virtual std::string note() const { return {}; }
};

/// The type of `no_gradient`.
struct NoGradient {};
/// Stands for the rule of an input to which nothing flows.
inline constexpr NoGradient no_gradient{};

/// One rule per input, in their order.
template <class... Rules>
constexpr auto rules(Rules... r) {
  return std::tuple<Rules...>(r...);
}

/// Base of ops with any number of inputs or results.
struct Variadic {};

namespace detail {

template <class Op>
inline constexpr std::size_t arity = std::tuple_size_v<std::remove_const_t<decltype(Op::vjp)>>;

template <class Op, class Rule, class T, class... X>
T pull(const Op& op, const Rule& rule, const T& g, const T& y, const X&... x) {
  if constexpr (std::is_invocable_v<Rule, const Op&, const T&, const T&, const X&...>)
    return rule(op, g, y, x...);
  else
    return rule(g, y, x...);
}

template <class Scalar, class Op>
class Model final : public Operation<Scalar> {
 public:
  explicit Model(Op op) : op_(std::move(op)) {}
  const Op& op() const { return op_; }

  const char* name() const override { return op_.name; }

  void forward(std::span<const View<Scalar>> y, std::span<const ConstView<Scalar>> x,
               OperationState* state) const override {
    if constexpr (requires { op_.forward(y, x, state); })
      op_.forward(y, x, state);
    else if constexpr (std::is_base_of_v<Variadic, Op>)
      op_.forward(y, x);
    else
      [&]<std::size_t... I>(std::index_sequence<I...>) { op_.forward(y[0], x[I]...); }
    (std::make_index_sequence<arity<Op>>{});
  }

  void pull_back(Pullback<Variable<Scalar>>& p) const override { pull_back_any(p); }
  void pull_back(Pullback<Value<Scalar>>& p) const override { pull_back_any(p); }

  bool equals(const Operation<Scalar>& other) const override {
    if (typeid(*this) != typeid(other)) return false;
    if constexpr (std::is_empty_v<Op>)
      return true;
    else
      return op_ == static_cast<const Model&>(other).op_;
  }

  bool differentiable(std::size_t input) const override {
    if constexpr (std::is_base_of_v<Variadic, Op>)
      return true;
    else
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return ((I == input && !is_blocked<I>) || ...);
      }
    (std::make_index_sequence<arity<Op>>{});
  }

  bool elementwise() const override {
    if constexpr (requires { Op::elementwise; })
      return Op::elementwise;
    else
      return false;
  }

  std::optional<double> neutral() const override {
    if constexpr (requires { Op::neutral; })
      return Op::neutral;
    else
      return std::nullopt;
  }

  std::optional<Index> alias(std::size_t output) const override {
    if constexpr (requires { op_.alias(output); })
      return op_.alias(output);
    else
      return std::nullopt;
  }

  std::unique_ptr<OperationState> make_state() const override {
    if constexpr (requires { op_.make_state(); })
      return op_.make_state();
    else
      return nullptr;
  }

  double flops(std::span<const Shape> y, std::span<const Shape> x) const override {
    if constexpr (requires { op_.flops(y, x); }) {
      return op_.flops(y, x);
    } else {
      double values = 0;
      for (std::size_t k = 0; k < y.size(); ++k)
        if (!alias(k)) values += static_cast<double>(y[k].size());
      return values;
    }
  }

  std::optional<Pruned<Scalar>> prune(std::span<const char> used) const override {
    if constexpr (requires { op_.prune(used); })
      return op_.prune(used);
    else
      return std::nullopt;
  }

  std::string note() const override {
    if constexpr (requires { op_.note(); })
      return op_.note();
    else
      return {};
  }

 private:
  template <std::size_t I>
  static constexpr bool is_blocked =
      std::is_same_v<std::remove_const_t<std::tuple_element_t<I, std::remove_const_t<decltype(Op::vjp)>>>,
                     NoGradient>;

  template <class T>
  void pull_back_any(Pullback<T>& p) const {
    if constexpr (std::is_base_of_v<Variadic, Op>) {
      op_.pull_back(p);
    } else {
      [&]<std::size_t... I>(std::index_sequence<I...> all) { (pull_back_one<I>(p, all), ...); }
      (std::make_index_sequence<arity<Op>>{});
    }
  }

  template <std::size_t I, class T, std::size_t... All>
  void pull_back_one(Pullback<T>& p, std::index_sequence<All...>) const {
    if constexpr (!is_blocked<I>)
      if (p.wanted[I]) p.x_bar[I] = pull(op_, std::get<I>(Op::vjp), *p.y_bar[0], p.y[0], p.x[All]...);
  }

  Op op_;
};

}  // namespace detail

/// The op as tapes hold it; ops without attributes are shared, and cost nothing to make.
template <class Scalar, class Op>
OperationPtr<Scalar> make_operation(const Op& op) {
  if constexpr (std::is_empty_v<Op>) {
    static const detail::Model<Scalar, Op> shared{op};
    return OperationPtr<Scalar>(OperationPtr<Scalar>{}, &shared);
  } else {
    return std::make_shared<const detail::Model<Scalar, Op>>(op);
  }
}

ENGRAM_AUTODIFF_END
