#include <engram/autodiff/while_loop.hpp>

#include "../evaluate.hpp"
#include "linearized.hpp"
#include "reversal.hpp"

#include <cmath>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// More steps than anybody waits for.
constexpr Index endless = Index{1} << 40;

/// The carries' way through the loop, as of a loop whose steps are counted.
template <class S>
Loop<S> counted(const WhileLoop<S>& loop) {
  Loop<S> result;
  result.body = loop.body;
  result.carries = loop.carries;
  result.constants = loop.body.inputs.size() - loop.carries;
  result.steps = endless;
  result.keep = Keep::carries;
  return result;
}

template <class S>
class While : public Variadic {
 public:
  static constexpr auto name = "while_loop";
  static constexpr bool sees_stacks = true;

  explicit While(WhileLoop<S> loop) : shared_(std::make_shared<const Shared>(std::move(loop))) {}
  bool operator==(const While& o) const { return shared_ == o.shared_; }
  std::string note() const { return fmt::format("steps of {} operations", shared_->loop.body.nodes.size()); }
  /// Of one step.
  double flops(std::span<const Shape>, std::span<const Shape>) const {
    return autodiff::flops(shared_->loop.body) + autodiff::flops(shared_->loop.condition);
  }
  std::unique_ptr<OperationState> make_state() const { return std::make_unique<State>(*shared_); }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* any) const {
    auto& state = *static_cast<State*>(any);
    Stepper<S>& stepper = state.stepper;
    const std::size_t carries = shared_->loop.carries;
    stepper.start(x);
    for (std::size_t i = 0; i < x.size(); ++i) state.in[i] = x[i].data;
    S number = 0, steps = 0;
    S* const out = &number;
    const auto goes_on = [&] {
      std::copy_n(stepper.carries().begin(), carries, state.in.begin());
      shared_->condition.get().run(state.condition, state.in, std::span(&out, 1));
      return number != 0 && !std::isnan(number);
    };
    for (; goes_on(); ++steps) {
      if (steps + 1 == steps)
        throw std::runtime_error(
            fmt::format("[{}] {} steps are more than the scalar can count; use double", name, steps));
      stepper.write_to_buffer();
      stepper.run();
    }
    for (std::size_t i = 0; i < carries; ++i) std::copy_n(stepper.carries()[i], y[i].shape.size(), y[i].data);
    *y.back().data = steps;
  }

  template <class T>
  void pull_back(Pullback<T>& p) const;

 private:
  struct Shared {
    explicit Shared(WhileLoop<S> l) : loop(std::move(l)), advance(counted(loop)), condition(loop.condition) {}
    const WhileLoop<S> loop;
    CompiledLoop<S> advance;
    LazyFunction<S> condition;
  };
  struct State final : OperationState {
    explicit State(const Shared& shared)
        : stepper(shared.advance),
          condition(shared.condition.get().workspace()),
          in(shared.loop.condition.inputs.size()) {}
    Stepper<S> stepper;
    typename Function<S>::Workspace condition;
    std::vector<const S*> in;
  };

  std::shared_ptr<const Shared> shared_;
};

/// One step back: from the cotangents of the next carries, the sums of the constants' cotangents so far, the
/// carries and the constants, to those of the carries and the new sums.
template <class S>
Loop<S> step_back(const Loop<S>& loop) {
  const Linearized<S> d(loop, std::vector<char>(loop.carries, 1));
  std::vector<Variable<S>> in, out(d.x_bar.begin(), d.x_bar.end());
  Tape<S>& tape = const_cast<Tape<S>&>(d.tape);
  for (const auto& bar : d.y_bar) in.push_back(*bar);
  for (std::size_t i = loop.carries; i < out.size(); ++i) {
    in.push_back(tape.placeholder(d.inputs[i].shape()));
    out[i] = in.back() + out[i];
  }
  Loop<S> back;
  back.carries = in.size();
  back.sums = loop.constants;
  back.sequences = loop.carries;
  back.constants = loop.constants;
  in.insert(in.end(), d.inputs.begin(), d.inputs.end());
  back.body = extract<S>(tape, in, out);
  back.steps = loop.steps;
  back.keep = Keep::carries;
  return back;
}

/// The derivative of a loop. Inputs: the number of steps, cotangents of the last carries, zeros of the
/// constants' shapes, first carries, constants. Results: cotangents of the first carries and of the
/// constants.
template <class S>
class WhileAdjoint : public Variadic {
 public:
  static constexpr auto name = "while_adjoint";
  static constexpr bool sees_stacks = true;

  explicit WhileAdjoint(const WhileLoop<S>& loop) : shared_(std::make_shared<const Shared>(loop)) {}
  bool operator==(const WhileAdjoint& o) const { return shared_ == o.shared_; }
  std::string note() const {
    return fmt::format("steps of {} operations back, {} snapshots", shared_->adjoint.loop.body.nodes.size(),
                       shared_->loop.snapshots);
  }
  /// Of one step.
  double flops(std::span<const Shape>, std::span<const Shape>) const {
    return autodiff::flops(shared_->adjoint.loop.body) + autodiff::flops(shared_->loop.body);
  }
  std::unique_ptr<OperationState> make_state() const { return std::make_unique<State>(*shared_); }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* any) const {
    const auto inputs = x.subspan(1);
    const auto steps = static_cast<Index>(*x[0].data);
    if (steps == 0) return pass_carries(shared_->adjoint.loop, y, inputs);
    static_cast<State*>(any)->reversal.run(steps, y, inputs, inputs.last(shared_->loop.body.inputs.size()));
  }

  template <class T>
  void pull_back(Pullback<T>& p) const;

 private:
  struct Shared {
    explicit Shared(const WhileLoop<S>& l) : loop(l), advance(counted(l)), adjoint(step_back(advance.loop)) {}
    const WhileLoop<S> loop;
    CompiledLoop<S> advance, adjoint;
  };
  struct State final : OperationState {
    explicit State(const Shared& shared) : reversal(shared.advance, shared.adjoint, shared.loop.snapshots) {}
    Reversal<S> reversal;
  };

  std::shared_ptr<const Shared> shared_;
};

template <class T>
std::vector<Shape> shapes_of(const std::vector<T>& x) {
  return detail::shapes_of<T>(std::span<const T>(x));
}

/// The cotangents of a loop's inputs x, carries and constants, for those of its last carries.
template <class T, class S = typename T::Scalar>
std::vector<T> cotangents(const WhileLoop<S>& loop, const T& steps, const std::vector<T>& bars,
                          std::span<const T> x) {
  std::vector<T> inputs{steps};
  inputs.insert(inputs.end(), bars.begin(), bars.end());
  for (const T& k : x.subspan(loop.carries)) inputs.push_back(zeros_like(k));
  inputs.insert(inputs.end(), x.begin(), x.end());
  const std::vector<Shape> shapes = detail::shapes_of<T>(x);
  return apply_all<S>(make_operation<S>(WhileAdjoint<S>(loop)), std::span<const T>(inputs),
                      std::span<const Shape>(shapes));
}

template <class T, class S = typename T::Scalar>
std::vector<T> run(WhileLoop<S> loop, std::span<const T> x) {
  std::vector<Shape> shapes = detail::shapes_of<T>(x.first(loop.carries));
  shapes.push_back({1, 1});
  return apply_all<S>(make_operation<S>(While<S>(std::move(loop))), x, std::span<const Shape>(shapes));
}

template <class T>
std::vector<T> present(std::span<const std::optional<T>> bars, std::span<const T> like) {
  std::vector<T> result;
  for (std::size_t i = 0; i < like.size(); ++i) result.push_back(bars[i] ? *bars[i] : zeros_like(like[i]));
  return result;
}

template <class S>
template <class T>
void While<S>::pull_back(Pullback<T>& p) const {
  const std::size_t carries = shared_->loop.carries;
  const auto x_bar =
      cotangents<T>(shared_->loop, p.y.back(), present(p.y_bar.first(carries), p.y.first(carries)), p.x);
  for (std::size_t i = 0; i < x_bar.size(); ++i) p.x_bar[i] = x_bar[i];
}

/// The loop beside its tangents: carries (c, ċ), constants (k, k̇).
template <class S>
WhileLoop<S> with_tangents(const WhileLoop<S>& loop) {
  using Vs = std::span<const Variable<S>>;
  const std::size_t c = loop.carries, k = loop.body.inputs.size() - c;
  const auto shape = [&](std::size_t i) { return loop.body.slots[loop.body.inputs[i]].shape; };
  std::vector<Shape> shapes;
  for (const int twice : {0, 1}) {
    static_cast<void>(twice);
    for (std::size_t i = 0; i < c; ++i) shapes.push_back(shape(i));
  }
  for (const int twice : {0, 1}) {
    static_cast<void>(twice);
    for (std::size_t i = 0; i < k; ++i) shapes.push_back(shape(c + i));
  }
  const auto join = [](Vs a, Vs b) {
    std::vector<Variable<S>> all(a.begin(), a.end());
    all.insert(all.end(), b.begin(), b.end());
    return all;
  };
  const auto inputs = [&](Vs x) { return join(x.first(c), x.subspan(2 * c, k)); };
  WhileLoop<S> result;
  result.condition = trace<S>([&](Vs x) { return evaluate<S>(loop.condition, Vs(inputs(x))); },
                              std::span<const Shape>(shapes));
  result.body = trace<S>(
      [&](Vs x) {
        const auto in = inputs(x), dots = join(x.subspan(c, c), x.last(k));
        const auto next = evaluate<S>(loop.body, Vs(in));
        return join(next, jvp<S>(next, in, dots));
      },
      std::span<const Shape>(shapes));
  result.carries = 2 * c;
  result.snapshots = loop.snapshots;
  return result;
}

/// What the op computes is the product of the bars with the loop's Jacobian. So for u and w, the cotangents
/// of its results, the function that is differentiated is the product of the bars with the tangents that the
/// loop takes u and w to. It is linear in the bars: their cotangents are those tangents.
template <class S>
template <class T>
void WhileAdjoint<S>::pull_back(Pullback<T>& p) const {
  const WhileLoop<S>& loop = shared_->loop;
  const std::size_t c = loop.carries, k = p.y.size() - c;
  const auto bars = p.x.subspan(1, c), first = p.x.subspan(1 + c + k, c), constants = p.x.last(k);
  const std::vector<T> dots = present(p.y_bar, p.y);
  std::vector<T> x(first.begin(), first.end());
  x.insert(x.end(), dots.begin(), dots.begin() + static_cast<std::ptrdiff_t>(c));
  x.insert(x.end(), constants.begin(), constants.end());
  x.insert(x.end(), dots.begin() + static_cast<std::ptrdiff_t>(c), dots.end());
  const WhileLoop<S> tangents = with_tangents(loop);
  const std::vector<T> last = run<T>(tangents, std::span<const T>(x));
  for (std::size_t i = 0; i < c; ++i) p.x_bar[1 + i] = last[c + i];
  for (std::size_t i = 0; i < k; ++i) p.x_bar[1 + c + i] = dots[c + i];

  const auto wanted = p.wanted.subspan(1 + c + k);
  if (std::none_of(wanted.begin(), wanted.end(), [](char w) { return w; })) return;
  std::vector<T> bars_of_both;
  for (const T& b : bars) bars_of_both.push_back(zeros_like(b));
  bars_of_both.insert(bars_of_both.end(), bars.begin(), bars.end());
  const auto x_bar = cotangents<T>(tangents, last.back(), bars_of_both, std::span<const T>(x));
  for (std::size_t i = 0; i < c; ++i) p.x_bar[1 + c + k + i] = x_bar[i];
  for (std::size_t i = 0; i < k; ++i) p.x_bar[1 + 2 * c + k + i] = x_bar[2 * c + i];
}

}  // namespace

template <class S>
std::vector<Variable<S>> run_while_loop(WhileLoop<S> loop, std::span<const Variable<S>> inputs) {
  constexpr auto where = While<S>::name;
  const auto shape = [](const Graph<S>& graph, std::uint32_t s) { return graph.slots[s].shape; };
  if (inputs.empty()) fail(where, "there is no carry");
  if (loop.snapshots < 1) fail(where, "{} snapshots; its derivative needs at least 1", loop.snapshots);
  if (loop.body.outputs.size() != loop.carries)
    fail(where, "the body got {} carries and returned {}", loop.carries, loop.body.outputs.size());
  for (std::size_t i = 0; i < loop.carries; ++i) {
    const Shape from = inputs[i].shape(), to = shape(loop.body, loop.body.outputs[i]);
    if (from != to)
      fail(where, "carry {} is {} before the step and {} after it", i, to_string(from), to_string(to));
  }
  const Shape condition = shape(loop.condition, loop.condition.outputs.at(0));
  if (loop.condition.outputs.size() != 1 || condition != Shape{1, 1})
    fail(where, "the condition is {}; it must be one number (1,1)", to_string(condition));
  return run<Variable<S>>(std::move(loop), inputs);
}

template std::vector<Variable<float>> run_while_loop(WhileLoop<float>, std::span<const Variable<float>>);
template std::vector<Variable<double>> run_while_loop(WhileLoop<double>, std::span<const Variable<double>>);

ENGRAM_AUTODIFF_END
