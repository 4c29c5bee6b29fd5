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
/// nothing flows. An op without a rule for each of its inputs does not compile. Ops with attributes need
/// operator==.
///
/// An op acts on matrices, and all ops act on stacks of matrices: on the first matrix of each input, then on
/// the second, and so on. An input of one matrix serves for all of them, and its cotangents are summed.
/// Neither the shape rule nor `forward` of an op sees a stack, unless the op asks for it; in its vjp rules,
/// ops do what they do on stacks.
///
/// An op may have these members, too:
///
///     // the shape rule and `forward` get whole stacks
///     static constexpr bool sees_stacks = true;
///     // entry (r, c) of the result depends on entries (r, c) of the broadcast inputs only; the result may
///     // overwrite an input of its shape
///     static constexpr bool elementwise = true;
///     // a result's entry is NaN if an input's entry that it depends on is NaN
///     static constexpr bool shows_nan = true;
///     // of an elementwise op: `forward` repeats rows and columns of inputs, as in broadcast_shape
///     static constexpr bool broadcasts = true;
///     // of two inputs: x op 0 = x
///     static constexpr double neutral = 0;
///     // of two inputs: a op b = b op a, so that 0 op x = x, too
///     static constexpr bool commutative = true;
///     // of an elementwise op: an entry of the result from one of each input; the bits that forward gives.
///     // S is a number or a detail::Symbol; std::floating_point S where symbols cannot do what is done
///     template <class S> static S entry(S a, S b);
///     // of an elementwise op of one input: n entries, with the bits that forward gives
///     template <class S> static void row(const S* x, S* y, Index n);
///     // each entry of a result is an entry of an input, or 0
///     static constexpr bool moves = true;
///     // where the entries of input i lie that an entry of a result depends on
///     Within within(std::size_t i) const;
///     // result k is a part of the first input and shares its memory, from this entry on, row by row
///     Index alias(std::size_t k) const;
///     // for an op without this member: one for each entry of the results
///     double flops(std::span<const Shape> y, std::span<const Shape> x) const;
///     // stands beside the name in printed graphs
///     std::string note() const;
///     // what in the inputs made a result that is not finite, or "": for find_non_finite
///     std::string explain(std::span<const ConstView<S>> x) const;
///     // all matrices of stacks at once, with the bits that forward gives; false if not of such sizes
///     template <class S>
///     bool side_by_side(std::span<const View<S>> y, std::span<const ConstView<S>> x) const;
///
/// An op with any number of inputs or results derives from `Variadic`. It has no shape rule: the caller of
/// `apply_all` gives the shapes. In place of `forward` and `vjp` it writes
///
///     template <class S> void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const;
///     template <class T> void pull_back(Pullback<T>& p) const;
#pragma once

#include <engram/autodiff/number.hpp>
#include <engram/autodiff/small_step.hpp>

#include <algorithm>
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

/// Where the entries of an input lie that entry (r, c) of a result depends on: in row r, in column c, or in
/// both and so at the same place; always in the same matrix of a stack. An input of one row, column or matrix
/// has it for all.
struct Within {
  bool row = false, column = false;
};

/// What `pull_back` gets: the inputs x, the results y and their cotangents y_bar, of which absent ones are
/// zero. It fills in x_bar, the cotangents of the inputs that are wanted; others that it fills in are
/// ignored. T is Variable or Value.
template <class T>
struct Pullback {
  std::span<const T> x;
  std::span<const T> y;
  std::span<const std::optional<T>> y_bar;
  std::span<const char> wanted;
  std::span<std::optional<T>> x_bar;
};

// --- How tapes and graphs hold an op, whatever its type:
// --- `make_operation`, at the end, makes an Operation of it

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

/// An op that computes fewer results from fewer inputs, and which of the original ones these are.
template <class Scalar>
struct Pruned {
  OperationPtr<Scalar> operation;
  std::vector<std::size_t> inputs, outputs;
};

/// Any op behind one type; immutable. An op's `Model` says what the op itself does not.
template <class Scalar>
class Operation {
 public:
  /// What is asked each time an op is recorded or swept over.
  struct Facts {
    bool has_parts;            ///< a result may be a part of the first input
    bool keeps_state;          ///< `forward` wants one
    std::uint32_t nothing_to;  ///< bit i is set if no cotangent flows to input i
  };

  explicit Operation(Facts facts) : facts_(facts) {}
  virtual ~Operation() = default;
  virtual const char* name() const = 0;
  virtual void forward(std::span<const View<Scalar>> y, std::span<const ConstView<Scalar>> x,
                       OperationState* state) const = 0;
  virtual void pull_back(Pullback<Variable<Scalar>>& p) const = 0;
  virtual void pull_back(Pullback<Value<Scalar>>& p) const = 0;
  /// The same for an elementwise op with `entry` or `row`, all of whose inputs are single numbers. False if
  /// it is another op.
  virtual bool pull_back(NumberPullback<Scalar>&) const = 0;
  /// Same op with the same attributes.
  virtual bool equals(const Operation& other) const = 0;
  /// Floating-point operations of one run on inputs and results of these shapes.
  virtual double flops(std::span<const Shape> y, std::span<const Shape> x) const = 0;

  /// Whether a cotangent can flow to this input.
  bool differentiable(std::size_t input) const { return input >= 32 || !(facts_.nothing_to >> input & 1); }
  virtual bool sees_stacks() const = 0;
  virtual bool elementwise() const = 0;
  virtual bool broadcasts() const = 0;
  virtual bool shows_nan() const = 0;
  /// Whether each entry of a result is an entry of an input, or 0.
  virtual bool moves() const = 0;
  /// Nothing if an entry of a result may depend on all that there is.
  virtual std::optional<Within> within(std::size_t input) const = 0;
  /// The step that computes one entry of an elementwise result. Null if the op does not say how.
  virtual typename SmallStep<Scalar>::Run* entry() const = 0;
  /// The step that computes several entries, of one input. Null likewise.
  virtual typename SmallStep<Scalar>::Run* row() const = 0;
  /// Writes the machine code of an entry; nothing likewise.
  virtual std::optional<detail::Symbol> write_code(std::span<const detail::Symbol>) const = 0;
  /// If there are two inputs: the number that, as this input, leaves the other one as it is.
  virtual std::optional<double> neutral(std::size_t) const = 0;
  /// Where in the first input this result lies, if it is a part of it. For single matrices.
  virtual std::optional<Index> alias(std::size_t) const = 0;
  bool has_parts() const { return facts_.has_parts; }
  /// The same for a first input of shape x: parts of several matrices do not lie together.
  std::optional<Index> part(std::size_t output, Shape x) const {
    return has_parts() && (x.stack == 1 || sees_stacks()) ? alias(output) : std::nullopt;
  }
  /// Null if `forward` wants none.
  std::unique_ptr<OperationState> make_state() const { return facts_.keeps_state ? new_state() : nullptr; }
  /// The same op without the results that nobody uses, if it can do with less.
  virtual std::optional<Pruned<Scalar>> prune(std::span<const char>) const = 0;
  virtual std::string note() const = 0;
  /// What in these inputs made a result that is not finite; empty if there is nothing to say.
  virtual std::string explain(std::span<const ConstView<Scalar>>) const = 0;

 private:
  virtual std::unique_ptr<OperationState> new_state() const = 0;

  Facts facts_;
};

namespace detail {

/// What an op that sees single matrices does on stacks of them.
template <class S>
void forward_on_stacks(const Operation<S>& op, std::span<const View<S>> y, std::span<const ConstView<S>> x,
                       OperationState* state);
template <class S>
double flops_on_stacks(const Operation<S>& op, std::span<const Shape> y, std::span<const Shape> x);
template <class S>
std::string explain_on_stacks(const Operation<S>& op, std::span<const ConstView<S>> x);

/// Whether an op sees whole stacks.
template <class Op>
inline constexpr bool op_sees_stacks = requires {
  requires Op::sees_stacks;
};

/// The shape of an op's result.
template <class Op, class... Shapes>
Shape result_shape(const Op& op, Shape x, Shapes... rest) {
  if constexpr (op_sees_stacks<Op>) {
    return op.shape(x, rest...);
  } else {
    Shape y = op.shape(x.matrix(), rest.matrix()...);
    y.stack = x.stack;
    ((y.stack = common_stack(Op::name, y.stack, rest.stack)), ...);
    return y;
  }
}

template <class Op>
inline constexpr std::size_t arity = std::tuple_size_v<std::remove_const_t<decltype(Op::vjp)>>;

/// f(0, 1, ...): a compile-time number for each input of an op that is not variadic.
template <class Op, class F>
constexpr decltype(auto) for_each_input(F&& f) {
  return [&]<std::size_t... i>(std::index_sequence<i...>)->decltype(auto) {
    return f(std::integral_constant<std::size_t, i>{}...);
  }
  (std::make_index_sequence<arity<Op>>{});
}

/// Whether nothing flows to input i.
template <class Op, std::size_t i>
inline constexpr bool is_blocked =
    std::is_same_v<std::remove_cvref_t<decltype(std::get<i>(Op::vjp))>, NoGradient>;

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
  explicit Model(Op op) : Operation<Scalar>(facts), op_(std::move(op)) {}
  const Op& op() const { return op_; }

  const char* name() const override { return op_.name; }

  void forward(std::span<const View<Scalar>> y, std::span<const ConstView<Scalar>> x,
               OperationState* state) const override {
    if constexpr (!op_sees_stacks<Op>)
      if (!y.empty() && y[0].shape.stack != 1) {
        if constexpr (requires { op_.side_by_side(y, x); })
          if (op_.side_by_side(y, x)) return;
        return forward_on_stacks<Scalar>(*this, y, x, state);
      }
    if constexpr (requires { op_.forward(y, x, state); })
      op_.forward(y, x, state);
    else if constexpr (is_variadic)
      op_.forward(y, x);
    else
      for_each_input<Op>([&](auto... i) { op_.forward(y[0], x[i]...); });
  }

  void pull_back(Pullback<Variable<Scalar>>& p) const override { pull_back_any(p); }
  void pull_back(Pullback<Value<Scalar>>& p) const override { pull_back_any(p); }
  bool pull_back(NumberPullback<Scalar>& p) const override {
    if constexpr (SmallSteps<Scalar, Op>::any)
      for_each_input<Op>([&](auto... i) { (pull_number<i>(p, Number<Scalar>(*p.x[i])...), ...); });
    return SmallSteps<Scalar, Op>::any;
  }

  bool equals(const Operation<Scalar>& other) const override {
    if (typeid(*this) != typeid(other)) return false;
    if constexpr (std::is_empty_v<Op>)
      return true;
    else
      return op_ == static_cast<const Model&>(other).op_;
  }

  double flops(std::span<const Shape> y, std::span<const Shape> x) const override {
    if constexpr (!op_sees_stacks<Op>)
      if (!y.empty() && y[0].stack != 1) return flops_on_stacks<Scalar>(*this, y, x);
    if constexpr (requires { op_.flops(y, x); }) {
      return op_.flops(y, x);
    } else {
      double values = 0;
      for (std::size_t k = 0; k < y.size(); ++k)
        if (!alias(k)) values += static_cast<double>(y[k].size());
      return values;
    }
  }

  bool sees_stacks() const override { return op_sees_stacks<Op>; }

  bool broadcasts() const override {
    if constexpr (requires { Op::broadcasts; })
      return Op::broadcasts;
    else
      return false;
  }

  bool elementwise() const override {
    if constexpr (requires { Op::elementwise; })
      return Op::elementwise;
    else
      return false;
  }

  bool shows_nan() const override {
    if constexpr (requires { Op::shows_nan; })
      return Op::shows_nan;
    else
      return false;
  }

  bool moves() const override {
    if constexpr (requires { Op::moves; })
      return Op::moves;
    else
      return false;
  }

  std::optional<Within> within([[maybe_unused]] std::size_t input) const override {
    if constexpr (requires { op_.within(input); })
      return op_.within(input);
    else if (elementwise())
      return Within{true, true};
    else if (op_sees_stacks<Op>)
      return std::nullopt;
    else
      return Within{};
  }

  typename SmallStep<Scalar>::Run* entry() const override { return SmallSteps<Scalar, Op>::entry(); }
  typename SmallStep<Scalar>::Run* row() const override { return SmallSteps<Scalar, Op>::row(); }
  std::optional<Symbol> write_code(std::span<const Symbol> x) const override {
    return SmallSteps<Scalar, Op>::write_code(x);
  }

  std::optional<double> neutral(std::size_t input) const override {
    if constexpr (requires { Op::neutral; }) {
      static_assert(arity<Op> == 2, "only an op of two inputs has a neutral number");
      constexpr bool commutative = requires { requires Op::commutative; };
      if (input == 1 || commutative) return Op::neutral;
    }
    return std::nullopt;
  }

  std::optional<Index> alias(std::size_t output) const override {
    if constexpr (has_parts)
      return op_.alias(output);
    else
      return std::nullopt;
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

  std::string explain(std::span<const ConstView<Scalar>> x) const override {
    if constexpr (!op_sees_stacks<Op>)
      if (!is_single(x)) return explain_on_stacks<Scalar>(*this, x);
    if constexpr (requires { op_.explain(x); })
      return op_.explain(x);
    else
      return {};
  }

 private:
  static constexpr bool is_variadic = std::is_base_of_v<Variadic, Op>;
  static constexpr std::uint32_t nothing_to() {
    if constexpr (is_variadic)
      return 0;
    else
      return for_each_input<Op>([](auto... i) { return ((is_blocked<Op, i> ? 1u << i : 0u) | ...); });
  }
  static constexpr bool keeps_state = requires(const Op& op) { op.make_state(); };
  static constexpr bool has_parts = requires(const Op& op) { op.alias(std::size_t{0}); };
  static constexpr typename Operation<Scalar>::Facts facts{has_parts, keeps_state, nothing_to()};

  std::unique_ptr<OperationState> new_state() const override {
    if constexpr (keeps_state)
      return op_.make_state();
    else
      return nullptr;
  }

  static bool is_single(std::span<const ConstView<Scalar>> x) {
    return std::all_of(x.begin(), x.end(), [](const auto& v) { return v.shape.stack == 1; });
  }

  template <class T>
  void pull_back_any(Pullback<T>& p) const {
    if constexpr (is_variadic)
      op_.pull_back(p);
    else
      for_each_input<Op>([&](auto... i) { (pull_back_one<i>(p, p.x[i]...), ...); });
  }

  template <std::size_t i, class T, class... X>
  void pull_back_one(Pullback<T>& p, const X&... x) const {
    if constexpr (!is_blocked<Op, i>)
      if (p.wanted[i]) p.x_bar[i] = pull(op_, std::get<i>(Op::vjp), *p.y_bar[0], p.y[0], x...);
  }

  template <std::size_t i, class... X>
  void pull_number(NumberPullback<Scalar>& p, const X&... x) const {
    if constexpr (is_blocked<Op, i>)
      p.wanted[i] = false;
    else if (p.wanted[i])
      p.x_bar[i] = pull(op_, std::get<i>(Op::vjp), Number<Scalar>(p.y_bar), Number<Scalar>(p.y), x...).item();
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
