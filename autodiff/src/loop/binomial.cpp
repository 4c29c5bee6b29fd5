#include "binomial.hpp"

#include <engram/autodiff/gradient.hpp>

#include "../evaluate.hpp"
#include "reversal.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// How many steps are run forwards in all: r l - β(c + 1, r - 1) (ibid.).
double advances(Index length, Index snapshots) {
  Index r = 0, before = 0, all = 1;  // β(c + 1, r - 1) and β(c, r)
  while (all < length) {
    ++r;
    before = r == 1 ? 1 : before * (snapshots + r) / (r - 1);
    all = all * (snapshots + r) / r;
  }
  return static_cast<double>(r * length - before);
}

/// The part of a loop that takes it from carry to carry.
template <class S>
Loop<S> carries_of(Loop<S> loop) {
  loop.body.outputs.resize(loop.carries);
  loop.body = without_dead_code(loop.body);
  loop.keep = Keep::carries;
  loop.kept.reset();
  loop.packed.clear();
  return loop;
}

template <class S>
class BinomialAdjoint : public Variadic {
 public:
  static constexpr auto name = "binomial_adjoint";

  BinomialAdjoint(const Loop<S>& forward, const Loop<S>& backward, Index snapshots)
      : shared_(std::make_shared<const Shared>(forward, backward, snapshots)) {}
  bool operator==(const BinomialAdjoint& o) const { return shared_ == o.shared_; }

  std::string note() const {
    return fmt::format("{} steps of {} operations and {} operations back, {} snapshots", steps(),
                       shared_->advance.loop.body.nodes.size(), shared_->adjoint.loop.body.nodes.size(),
                       shared_->snapshots);
  }

  static constexpr bool sees_stacks = true;
  double flops(std::span<const Shape>, std::span<const Shape>) const {
    return static_cast<double>(steps()) * autodiff::flops(shared_->adjoint.loop.body) +
           advances(steps(), shared_->snapshots) * autodiff::flops(shared_->advance.loop.body);
  }
  std::unique_ptr<OperationState> make_state() const { return std::make_unique<State>(*shared_); }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* any_state) const {
    if (steps() == 0) return pass_carries(shared_->adjoint.loop, y, x);
    static_cast<State*>(any_state)->reversal.run(steps(), y, x, forward_inputs(x));
  }

  /// As if the loop had kept all carries: the derivative of a loop over them.
  template <class T>
  void pull_back(Pullback<T>& p) const {
    std::vector<T> arguments(p.x.begin(), p.x.end());
    for (const auto& g : p.y_bar)
      if (g) arguments.push_back(*g);
    const std::vector<Shape> shapes = detail::shapes_of<T>(arguments);
    const Graph<S> derivative = trace<S>(
        [&](std::span<const Variable<S>> in) {
          const auto x = in.first(p.x.size()), bars = in.subspan(p.x.size());
          const auto all = with_kept_carries(x);
          std::vector<Variable<S>> y, wanted;
          for (std::size_t k = 0; k < all.size(); ++k)
            if (p.y_bar[k]) y.push_back(all[k]);
          for (std::size_t i = 0; i < x.size(); ++i)
            if (p.wanted[i]) wanted.push_back(x[i]);
          return vjp<S>(y, bars, wanted);
        },
        std::span<const Shape>(shapes));
    hand_out(evaluate<S>(derivative, std::span<const T>(arguments)), p);
  }

 private:
  struct Shared {
    Shared(const Loop<S>& forward, const Loop<S>& backward, Index count)
        : advance(carries_of(forward)),
          adjoint(backward),
          snapshots(std::min(count, std::max<Index>(forward.steps, 1))) {}
    CompiledLoop<S> advance, adjoint;
    Index snapshots;
  };
  struct State final : OperationState {
    explicit State(const Shared& shared) : reversal(shared.advance, shared.adjoint, shared.snapshots) {}
    Reversal<S> reversal;
  };

  Index steps() const { return shared_->advance.loop.steps; }

  /// The first carries, the sequences and the constants of the forward loop.
  template <class V>
  std::span<const V> forward_inputs(std::span<const V> x) const {
    return x.last(shared_->advance.loop.body.inputs.size());
  }

  std::vector<Variable<S>> with_kept_carries(std::span<const Variable<S>> x) const {
    const Loop<S> l = with_kept_values(shared_->advance.loop, false);
    const auto x_forward = forward_inputs(x);
    const auto y = run_loop<Variable<S>>(l, x_forward);
    std::vector<Variable<S>> inputs(x.begin(), x.end() - static_cast<std::ptrdiff_t>(x_forward.size()));
    for (const auto& [slot, output] : *l.kept) inputs.push_back(y[output]);
    const auto others = x_forward.subspan(l.carries);
    inputs.insert(inputs.end(), others.begin(), others.end());
    return run_loop<Variable<S>>(shared_->adjoint.loop, inputs);
  }

  std::shared_ptr<const Shared> shared_;
};

}  // namespace

template <class S>
OperationPtr<S> binomial_adjoint(const Loop<S>& forward, const Loop<S>& backward, Index snapshots) {
  return make_operation<S>(BinomialAdjoint<S>(forward, backward, snapshots));
}

template OperationPtr<float> binomial_adjoint(const Loop<float>&, const Loop<float>&, Index);
template OperationPtr<double> binomial_adjoint(const Loop<double>&, const Loop<double>&, Index);

ENGRAM_AUTODIFF_END
