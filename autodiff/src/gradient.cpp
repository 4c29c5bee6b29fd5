#include <engram/autodiff/gradient.hpp>
#include <engram/autodiff/ops.hpp>
#include <engram/autodiff/scope.hpp>

#include "ops/recognise.hpp"
#include "stack_of_cotangents.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class T, class S>
T on_tape(Tape<S>& tape, std::uint32_t id) {
  if constexpr (std::is_same_v<T, Variable<S>>)
    return tape.at(id);
  else
    return Value<S>::borrow({tape.slots()[id].data, tape.slots()[id].shape});
}

/// The nodes whose results have ids in [first, last].
template <class S>
std::pair<std::size_t, std::size_t> nodes_between(const Tape<S>& tape, std::uint32_t first,
                                                  std::uint32_t last) {
  const auto nodes = tape.nodes();
  const auto by_output = [](const auto& node, std::uint32_t id) { return node.first_output < id; };
  const auto from = std::lower_bound(nodes.begin(), nodes.end(), first, by_output);
  const auto to = std::lower_bound(nodes.begin(), nodes.end(), last + 1, by_output);
  return {from - nodes.begin(), to - nodes.begin()};
}

/// In which scope the derivative of an operation is recorded.
class GradientScopes {
 public:
  explicit GradientScopes(ScopePtr outside) : outside_(std::move(outside)) {}
  const ScopePtr& of(const ScopePtr& scope) {
    if (!scope) return outside_;
    if (scope != of_) of_ = scope, gradient_ = detail::gradient_scope(scope);
    return gradient_;
  }

 private:
  ScopePtr outside_, of_, gradient_;
};

/// The cotangents of a sweep by the ids of what they belong to. Those of single numbers need no memory of
/// their own, if nothing is recorded.
template <class T>
class Cotangents {
  using S = typename T::Scalar;
  static constexpr bool has_numbers = std::is_same_v<T, Value<S>>;

 public:
  Cotangents(std::uint32_t first, std::size_t size)
      : first_(first), size_(size), numbers_(has_numbers ? size : 0), is_number_(has_numbers ? size : 0, 0) {}

  void add(std::uint32_t id, T g) {
    if constexpr (has_numbers)
      if (g.shape() == Shape{1, 1}) return add_number(id, *g.view().data);
    if (matrices_.empty()) matrices_.resize(size_);
    auto& sum = matrices_[id - first_];
    sum = sum ? *sum + g : std::move(g);
  }
  void add_number(std::uint32_t id, S g) {
    S& sum = numbers_[id - first_];
    sum = is_number_[id - first_] ? sum + g : g;
    is_number_[id - first_] = 1;
  }
  std::optional<T> of(std::uint32_t id) const {
    if constexpr (has_numbers)
      if (is_number_[id - first_]) return T(numbers_[id - first_]);
    return matrices_.empty() ? std::nullopt : matrices_[id - first_];
  }
  /// Null if there is none.
  const S* number(std::uint32_t id) const {
    return is_number_[id - first_] ? &numbers_[id - first_] : nullptr;
  }
  void forget(std::uint32_t id) {
    if (has_numbers) is_number_[id - first_] = 0;
    if (!matrices_.empty()) matrices_[id - first_].reset();
  }

 private:
  std::uint32_t first_;
  std::size_t size_;
  std::vector<S> numbers_;
  std::vector<char> is_number_;
  std::vector<std::optional<T>> matrices_;
};

/// Whether the op's rules, given a stack of cotangents of a single result, give a stack of those of its
/// input.
template <class S>
bool pulls_apart(const Operation<S>& op, Shape x, Shape y) {
  const bool reshapes = op.alias(0) == Index{0} && x.stack == y.stack;
  return !op.sees_stacks() || is_matmul(op) || reshapes;
}

/// Several cotangents of one result, as a stack: what a sweep does with them.
enum class StackOfCotangents {
  add,        ///< their sum is the cotangent
  keep_apart  ///< each is swept for itself: the cotangents of x are stacks
};

/// One reverse sweep. T is Variable (recorded) or Value (just computed). Gives nothing if cotangents are to
/// be kept apart and there is an op that cannot.
template <class T, class S>
std::vector<T> sweep(const char* where, std::span<const Variable<S>> y, std::span<const T> y_bar,
                     std::span<const Variable<S>> x, StackOfCotangents stacks = StackOfCotangents::add) {
  const bool apart = stacks == StackOfCotangents::keep_apart;
  const auto fitted = [&](T bar, Index count) { return apart ? bar : fit_stack(std::move(bar), count); };
  std::vector<T> result;
  if (x.empty()) return result;
  if (y.size() != y_bar.size()) fail(where, "{} results, but {} cotangents", y.size(), y_bar.size());
  Tape<S>& tape = x[0].tape();
  std::uint32_t first = x[0].id(), last = x[0].id();
  for (const auto& v : x) tape.check(v, where), first = std::min(first, v.id());
  for (std::size_t k = 0; k < y.size(); ++k) {
    const Shape shape = tape.check(y[k], where).shape;
    if constexpr (std::is_same_v<T, Variable<S>>) tape.check(y_bar[k], where);
    if (y_bar[k].shape().matrix() != shape.matrix())
      fail(where, "the cotangent {} of a result {} must have its shape", to_string(y_bar[k].shape()),
           to_string(shape));
    last = std::max(last, y[k].id());
  }

  // Forward: what depends on x. Only that is worth a cotangent. A whole node's results are one step, so the
  // range may begin inside a node: x can be the second result of a split.
  const std::size_t size = last - first + 1;
  std::vector<char> active(size, 0);
  std::vector<char> is_x(size, 0);
  for (const auto& v : x)
    if (v.id() <= last) active[v.id() - first] = is_x[v.id() - first] = 1;
  const auto [from, to] = nodes_between(tape, first, last);
  const auto flows = [&](const typename Tape<S>::Node& node, std::size_t i, std::uint32_t id) {
    return id >= first && id <= last && active[id - first] && node.operation->differentiable(i);
  };
  for (std::size_t n = from; n < to; ++n) {
    const auto& node = tape.nodes()[n];
    const auto in = tape.inputs(node);
    bool any = false;
    for (std::size_t i = 0; i < in.size() && !any; ++i) any = flows(node, i, in[i]);
    if (apart && any &&
        !pulls_apart(*node.operation, tape.slots()[in[0]].shape, tape.slots()[node.first_output].shape))
      return {};
    if (any)
      for (std::uint32_t k = 0; k < node.output_count; ++k)
        if (node.first_output + k <= last) active[node.first_output + k - first] = 1;
  }

  Cotangents<T> bars(first, size);
  for (std::size_t k = 0; k < y.size(); ++k)
    if (y[k].id() >= first && active[y[k].id() - first]) bars.add(y[k].id(), fitted(y_bar[k], y[k].stack()));

  // Recording moves the nodes, so a recorded sweep works on copies.
  using Node = std::conditional_t<std::is_same_v<T, Variable<S>>, typename Tape<S>::Node,
                                  const typename Tape<S>::Node&>;
  GradientScopes scopes(tape.scope());
  std::vector<std::uint32_t> in;
  std::vector<T> x_values, y_values;
  std::vector<std::optional<T>> y_bars, x_bars;
  std::vector<char> wanted;
  /// Whether this was all there is to do for a node.
  const auto pulls_numbers = [&](const typename Tape<S>::Node& node) {
    using Numbers = NumberPullback<S>;
    if (node.output_count != 1 || node.input_count > Numbers::most_inputs) return false;
    const std::uint32_t id = node.first_output;
    if (tape.slots()[id].shape != Shape{1, 1}) return false;
    const S* const bar = bars.number(id);
    if (!bar) return true;
    Numbers p{*bar, *tape.slots()[id].data, {}, {}, {}};
    const auto inputs = tape.inputs(node);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      p.x[i] = tape.slots()[inputs[i]].data;
      p.wanted[i] = inputs[i] >= first && active[inputs[i] - first];
    }
    if (!node.operation->pull_back(p)) return false;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (p.wanted[i]) bars.add_number(inputs[i], p.x_bar[i]);
    if (!is_x[id - first]) bars.forget(id);
    return true;
  };
  for (std::size_t n = to; n-- > from;) {
    if constexpr (std::is_same_v<T, Value<S>>)
      if (pulls_numbers(tape.nodes()[n])) continue;
    const Node node = tape.nodes()[n];
    y_bars.clear();
    bool any = false;
    for (std::uint32_t k = 0; k < node.output_count; ++k) {
      const std::uint32_t id = node.first_output + k;
      y_bars.push_back(id <= last ? bars.of(id) : std::nullopt);
      any = any || y_bars.back();
    }
    if (!any) continue;
    in.assign(tape.inputs(node).begin(), tape.inputs(node).end());
    wanted.clear();
    for (std::size_t i = 0; i < in.size(); ++i) wanted.push_back(flows(node, i, in[i]));
    if (std::none_of(wanted.begin(), wanted.end(), [](char w) { return w; })) continue;
    x_values.clear();
    y_values.clear();
    for (const auto id : in) x_values.push_back(on_tape<T>(tape, id));
    for (std::uint32_t k = 0; k < node.output_count; ++k)
      y_values.push_back(on_tape<T>(tape, node.first_output + k));
    x_bars.assign(in.size(), std::nullopt);
    Pullback<T> p{x_values, y_values, y_bars, wanted, x_bars};
    std::optional<detail::ScopeGuard<S>> guard;
    if constexpr (std::is_same_v<T, Variable<S>>) guard.emplace(tape, scopes.of(node.scope));
    node.operation->pull_back(p);
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (!wanted[i] || !x_bars[i]) continue;
      x_bars[i] = fitted(*std::move(x_bars[i]), x_values[i].stack());
      if (x_bars[i]->shape().matrix() != x_values[i].shape().matrix())
        throw std::logic_error(fmt::format("[{}] the rule for input {} gave a cotangent {} for an input {}",
                                           node.operation->name(), i, to_string(x_bars[i]->shape()),
                                           to_string(x_values[i].shape())));
      bars.add(in[i], *std::move(x_bars[i]));
    }
    for (std::uint32_t k = 0; k < node.output_count; ++k) {
      const std::uint32_t id = node.first_output + k;
      if (id <= last && !is_x[id - first]) bars.forget(id);  // memory of plain values
    }
  }

  for (const auto& v : x) {
    const auto g = v.id() <= last ? bars.of(v.id()) : std::nullopt;
    if (!g)
      result.push_back(zeros_like(on_tape<T>(tape, v.id())));
    else if constexpr (std::is_same_v<T, Variable<S>>)
      result.push_back(*g);
    else
      result.push_back(g->owned());  // a rule may return what lies on the tape
  }
  return result;
}

/// The sweep that keeps cotangents apart, all stacks of `count`.
template <class S>
std::vector<Variable<S>> sweep_apart(const char* where, std::span<const Variable<S>> y,
                                     std::span<const Variable<S>> y_bar, std::span<const Variable<S>> x) {
  auto x_bar = sweep<Variable<S>, S>(where, y, y_bar, x, StackOfCotangents::keep_apart);
  for (auto& bar : x_bar)
    if (bar.stack() == 1) bar = repeat_stack(bar, y_bar[0].stack());
  return x_bar;
}

template <class S>
void require_scalar(const Variable<S>& y) {
  if (y.shape().matrix() != Shape{1, 1})
    fail("gradient", "the result has shape {}; reduce it to (1,1), or give its cotangent to vjp",
         to_string(y.shape()));
}

}  // namespace

template <class S>
std::vector<Variable<S>> vjp(std::span<const Variable<S>> y, std::span<const Variable<S>> y_bar,
                             std::span<const Variable<S>> x) {
  return sweep("vjp", y, y_bar, x);
}

template <class S>
std::vector<Value<S>> vjp_values(std::span<const Variable<S>> y, std::span<const Value<S>> y_bar,
                                 std::span<const Variable<S>> x) {
  if (!y.empty() && y[0].tape().is_tracing())
    fail("vjp_values", "there are no values while a function is traced; use vjp");
  return sweep("vjp_values", y, y_bar, x);
}

template <class S>
std::vector<Variable<S>> jvp(std::span<const Variable<S>> y, std::span<const Variable<S>> x,
                             std::span<const Variable<S>> x_dot) {
  if (x.size() != x_dot.size()) fail("jvp", "{} inputs, but {} tangents", x.size(), x_dot.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x_dot[i].shape().matrix() != x[i].shape().matrix())
      fail("jvp", "the tangent {} of an input {} must have its shape", to_string(x_dot[i].shape()),
           to_string(x[i].shape()));
  // x̄ = Jᵀ u is linear in u; its transpose is J. The value of u does not matter.
  std::vector<Variable<S>> u;
  for (const auto& v : y) u.push_back(zeros_like(v));
  const auto x_bar = sweep<Variable<S>, S>("jvp", y, u, x);
  return sweep<Variable<S>, S>("jvp", x_bar, x_dot, u);
}

template <class S>
std::vector<Variable<S>> vjps(const Variable<S>& y, const Variable<S>& y_bars,
                              std::span<const Variable<S>> x) {
  return sweep_apart<S>("vjp", std::span(&y, 1), std::span(&y_bars, 1), x);
}

template <class S>
std::optional<Variable<S>> jvps(const Variable<S>& y, const Variable<S>& x, const Variable<S>& x_dots) {
  const Variable<S> u = zeros_like(y);
  const auto x_bar = sweep<Variable<S>, S>("jvp", std::span(&y, 1), std::span(&u, 1), std::span(&x, 1));
  const auto y_dots = sweep_apart<S>("jvp", x_bar, std::span(&x_dots, 1), std::span(&u, 1));
  if (y_dots.empty()) return std::nullopt;
  return y_dots[0];
}

template <class S>
std::vector<Variable<S>> gradient(const Variable<S>& y, std::span<const Variable<S>> x) {
  require_scalar(y);
  const Variable<S> one = filled_like(y, 1);
  return sweep("gradient", std::span(&y, 1), std::span<const Variable<S>>(&one, 1), x);
}

template <class S>
std::vector<Value<S>> gradient_values(const Variable<S>& y, std::span<const Variable<S>> x) {
  require_scalar(y);
  const Value<S> one = filled_like(on_tape<Value<S>>(y.tape(), y.id()), 1);
  return vjp_values(std::span(&y, 1), std::span(&one, 1), x);
}

#define ENGRAM_INSTANTIATE(S)                                                                           \
  template std::vector<Variable<S>> vjp(std::span<const Variable<S>>, std::span<const Variable<S>>,     \
                                        std::span<const Variable<S>>);                                  \
  template std::vector<Value<S>> vjp_values(std::span<const Variable<S>>, std::span<const Value<S>>,    \
                                            std::span<const Variable<S>>);                              \
  template std::vector<Variable<S>> jvp(std::span<const Variable<S>>, std::span<const Variable<S>>,     \
                                        std::span<const Variable<S>>);                                  \
  template std::vector<Variable<S>> vjps(const Variable<S>&, const Variable<S>&,                        \
                                         std::span<const Variable<S>>);                                 \
  template std::optional<Variable<S>> jvps(const Variable<S>&, const Variable<S>&, const Variable<S>&); \
  template std::vector<Variable<S>> gradient(const Variable<S>&, std::span<const Variable<S>>);         \
  template std::vector<Value<S>> gradient_values(const Variable<S>&, std::span<const Variable<S>>);
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)

ENGRAM_AUTODIFF_END
