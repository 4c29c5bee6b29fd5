#include <engram/autodiff/while_loop.hpp>

#include "../evaluate.hpp"
#include "linearized.hpp"
#include "reversal.hpp"

#include <cmath>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// More steps than anybody waits for.
constexpr Index endless = Index{1} << (sizeof(Index) > 4 ? 40 : 30);

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

/// A loop. Inputs: first carries, constants. Results: last carries, the number of steps, and the trail that
/// the derivative goes back by, if anybody reads it.
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
    TrailWriter<S> trail(y.size() == carries + 2 ? y.back() : View<S>{});
    const auto goes_on = [&] {
      std::copy_n(stepper.carries().begin(), carries, state.in.begin());
      shared_->condition.get().run(state.condition, state.in, std::span(&out, 1));
      return number != 0 && !std::isnan(number);
    };
    for (; goes_on(); ++steps) {
      if (steps + 1 == steps)
        throw std::runtime_error(
            fmt::format("[{}] {} steps are more than the scalar can count; use double", name, steps));
      trail.pass(static_cast<Index>(steps), stepper.carries(), stepper.carry_sizes());
      stepper.write_to_buffer();
      stepper.run();
    }
    trail.end();
    for (std::size_t i = 0; i < carries; ++i) std::copy_n(stepper.carries()[i], y[i].shape.size(), y[i].data);
    *y[carries].data = steps;
  }
  std::optional<Pruned<S>> prune(std::span<const char> used) const {
    if (used.back() || used.size() == shared_->loop.carries + 1) return std::nullopt;
    Pruned<S> result{make_operation<S>(*this), {}, {}};
    for (std::size_t i = 0; i < shared_->loop.body.inputs.size(); ++i) result.inputs.push_back(i);
    for (std::size_t k = 0; k + 1 < used.size(); ++k) result.outputs.push_back(k);
    return result;
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

/// One step back: from the cotangents of the next carries, the sums of the wanted constants' cotangents so
/// far, the carries and the constants, to those of the carries and the new sums.
template <class S>
Loop<S> step_back(const Loop<S>& loop, const std::vector<char>& wanted) {
  Linearized<S> d(loop, std::vector<char>(loop.carries, 1));
  std::vector<Variable<S>> in,
      out(d.x_bar.begin(), d.x_bar.begin() + static_cast<std::ptrdiff_t>(loop.carries));
  for (const auto& bar : d.y_bar) in.push_back(*bar);
  for (std::size_t i = 0; i < loop.constants; ++i) {
    if (!wanted[i]) continue;
    in.push_back(d.tape.placeholder(d.inputs[loop.carries + i].shape()));
    out.push_back(in.back() + d.x_bar[loop.carries + i]);
  }
  Loop<S> back;
  back.carries = in.size();
  back.sums = in.size() - loop.carries;
  back.sequences = loop.carries;
  back.constants = loop.constants;
  in.insert(in.end(), d.inputs.begin(), d.inputs.end());
  back.body = extract<S>(d.tape, in, out);
  back.steps = loop.steps;
  back.keep = Keep::carries;
  return back;
}

/// The derivative of a loop. Inputs: the number of steps, the trail, cotangents of the last carries, zeros of
/// the shapes of the constants that are wanted, first carries, constants. Results: cotangents of the first
/// carries and of these constants.
template <class S>
class WhileAdjoint : public Variadic {
 public:
  static constexpr auto name = "while_adjoint";
  static constexpr bool sees_stacks = true;

  WhileAdjoint(const WhileLoop<S>& loop, std::vector<char> wanted)
      : shared_(std::make_shared<const Shared>(loop, std::move(wanted))) {}
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
    const auto inputs = x.subspan(2);
    const auto steps = static_cast<Index>(*x[0].data);
    if (steps == 0) return pass_carries(shared_->adjoint.loop, y, inputs);
    const auto x_forward = inputs.last(shared_->loop.body.inputs.size());
    static_cast<State*>(any)->reversal.run(steps, y, inputs, x_forward, x[1]);
  }

  template <class T>
  void pull_back(Pullback<T>& p) const;

 private:
  struct Shared {
    Shared(const WhileLoop<S>& l, std::vector<char> w)
        : loop(l), wanted(std::move(w)), advance(counted(l)), adjoint(step_back(advance.loop, wanted)) {}
    const WhileLoop<S> loop;
    const std::vector<char> wanted;  // of the constants
    CompiledLoop<S> advance, adjoint;
  };
  struct State final : OperationState {
    explicit State(const Shared& shared) : reversal(shared.advance, shared.adjoint, shared.loop.snapshots) {}
    Reversal<S> reversal;
  };

  std::shared_ptr<const Shared> shared_;
};

/// All parts, one after the other.
template <class T>
std::vector<T> joined(std::initializer_list<std::span<const T>> parts) {
  std::vector<T> all;
  for (const auto part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

template <class T>
std::vector<T> zeros_like_all(std::span<const T> x) {
  std::vector<T> zeros;
  for (const T& v : x) zeros.push_back(zeros_like(v));
  return zeros;
}

/// The parts at which `wanted` is set.
template <class T>
std::vector<T> only(std::span<const T> all, std::span<const char> wanted) {
  std::vector<T> some;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (wanted[i]) some.push_back(all[i]);
  return some;
}
/// The parts where `wanted` is set, and zeros of the shapes of `like` elsewhere.
template <class T>
std::vector<T> filled_up(std::span<const T> some, std::span<const char> wanted, std::span<const T> like) {
  std::vector<T> all;
  std::size_t next = 0;
  for (std::size_t i = 0; i < like.size(); ++i) all.push_back(wanted[i] ? some[next++] : zeros_like(like[i]));
  return all;
}

/// The results of a loop, its trail among them.
template <class T, class S = typename T::Scalar>
std::vector<T> run(WhileLoop<S> loop, std::span<const T> x) {
  std::vector<Shape> shapes = detail::shapes_of<T>(x.first(loop.carries));
  const Shape trail = shape_of_trail(shapes, loop.snapshots);
  shapes.insert(shapes.end(), {{1, 1}, trail});
  return apply_all<S>(make_operation<S>(While<S>(std::move(loop))), x, std::span<const Shape>(shapes));
}

/// The cotangents of a loop's inputs x: carries, and those constants that are wanted; for those of its last
/// carries, and its results.
template <class T, class S = typename T::Scalar>
std::vector<T> cotangents(const WhileLoop<S>& loop, std::span<const char> wanted, const std::vector<T>& bars,
                          std::span<const T> x, std::span<const T> y) {
  const auto constants = only(x.subspan(loop.carries), wanted);
  const auto results = joined<T>({x.first(loop.carries), constants});
  const auto inputs =
      joined<T>({y.subspan(loop.carries, 2), bars, zeros_like_all(std::span<const T>(constants)), x});
  const std::vector<Shape> shapes = detail::shapes_of<T>(results);
  return apply_all<S>(make_operation<S>(WhileAdjoint<S>(loop, {wanted.begin(), wanted.end()})),
                      std::span<const T>(inputs), std::span<const Shape>(shapes));
}

/// The cotangents of an op's first results.
template <class T>
std::vector<T> first_bars(const Pullback<T>& p, std::size_t count) {
  std::vector<T> bars;
  for (std::size_t k = 0; k < count; ++k) bars.push_back(detail::bar_of(p, k));
  return bars;
}

template <class S>
template <class T>
void While<S>::pull_back(Pullback<T>& p) const {
  const WhileLoop<S>& loop = shared_->loop;
  const auto constants = p.wanted.subspan(loop.carries);
  // A compiled function that nobody differentiated before has no trail.
  std::vector<T> y(p.y.begin(), p.y.end());
  if (y.size() == loop.carries + 1) y = run<T>(loop, p.x);
  const auto x_bar = cotangents<T>(loop, constants, first_bars(p, loop.carries), p.x, std::span<const T>(y));
  const std::span<const T> all(x_bar);
  const auto of_carries = only(all.first(loop.carries), p.wanted.first(loop.carries));
  hand_out(joined<T>({of_carries, all.subspan(loop.carries)}), p);
}

/// The loop beside its tangents: carries (c, ċ), constants (k, k̇).
template <class S>
WhileLoop<S> with_tangents(const WhileLoop<S>& loop) {
  using Vs = std::span<const Variable<S>>;
  const std::size_t c = loop.carries, k = loop.body.inputs.size() - c;
  std::vector<Shape> once;
  for (const auto s : loop.body.inputs) once.push_back(loop.body.slots[s].shape);
  const std::span<const Shape> all(once);
  const auto shapes = joined<Shape>({all.first(c), all.first(c), all.last(k), all.last(k)});
  const auto inputs = [&](Vs x) { return joined<Variable<S>>({x.first(c), x.subspan(2 * c, k)}); };
  WhileLoop<S> result;
  result.condition = trace<S>([&](Vs x) { return evaluate<S>(loop.condition, Vs(inputs(x))); },
                              std::span<const Shape>(shapes));
  result.body = trace<S>(
      [&](Vs x) {
        const auto in = inputs(x), dots = joined<Variable<S>>({x.subspan(c, c), x.last(k)});
        const auto next = evaluate<S>(loop.body, Vs(in));
        const auto next_dots = jvp<S>(next, in, dots);
        return joined<Variable<S>>({next, next_dots});
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
  const std::size_t c = loop.carries, k = loop.body.inputs.size() - c, summed = p.y.size() - c;
  const auto bars = p.x.subspan(2, c), first = p.x.subspan(2 + c + summed, c), constants = p.x.last(k);
  const std::vector<T> dots = first_bars(p, c + summed);
  const auto c_dots = std::span(dots).first(c), sum_dots = std::span(dots).last(summed);
  const auto k_dots = filled_up<T>(sum_dots, shared_->wanted, constants);
  const auto x = joined<T>({first, c_dots, constants, k_dots});
  const WhileLoop<S> tangents = with_tangents(loop);
  const std::vector<T> last = run<T>(tangents, std::span<const T>(x));
  const auto bars_bar = p.x_bar.begin() + 2;
  std::copy_n(last.begin() + static_cast<std::ptrdiff_t>(c), c, bars_bar);
  const auto first_bar =
      std::copy(sum_dots.begin(), sum_dots.end(), bars_bar + static_cast<std::ptrdiff_t>(c));

  const auto wanted = p.wanted.last(c + k);
  if (std::none_of(wanted.begin(), wanted.end(), [](char w) { return w; })) return;
  std::vector<char> tangents_wanted(2 * k, 0);  // constants, and not their tangents
  std::copy(wanted.end() - static_cast<std::ptrdiff_t>(k), wanted.end(), tangents_wanted.begin());
  const auto zeros = zeros_like_all(bars);
  const auto x_bar = cotangents<T>(tangents, tangents_wanted, joined<T>({zeros, bars}), std::span<const T>(x),
                                   std::span<const T>(last));
  const auto constants_bar = std::copy_n(x_bar.begin(), c, first_bar);
  auto next = x_bar.begin() + static_cast<std::ptrdiff_t>(2 * c);
  for (std::size_t i = 0; i < k; ++i)
    if (wanted[c + i]) constants_bar[static_cast<std::ptrdiff_t>(i)] = *next++;
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
  auto results = run<Variable<S>>(std::move(loop), inputs);
  results.pop_back();
  return results;
}

template std::vector<Variable<float>> run_while_loop(WhileLoop<float>, std::span<const Variable<float>>);
template std::vector<Variable<double>> run_while_loop(WhileLoop<double>, std::span<const Variable<double>>);

ENGRAM_AUTODIFF_END
