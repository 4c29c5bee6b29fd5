#include <engram/autodiff/for_stack.hpp>
#include <engram/autodiff/gradient.hpp>
#include <engram/autodiff/ops.hpp>

#include "evaluate.hpp"
#include "lazy_function.hpp"
#include "ops/instantiate.hpp"
#include "shapes_of_slots.hpp"

#include <algorithm>
#include <mutex>

ENGRAM_AUTODIFF_BEGIN
namespace {

using detail::Parts;

/// The function of a part, compiled when it first runs.
template <class S>
struct Body {
  explicit Body(Graph<S> g) : graph(std::move(g)), compiled(graph) {}

  const Graph<S> graph;
  const LazyFunction<S> compiled;
  const std::vector<Shape> inputs = shapes_of_slots<S>(graph, graph.inputs);
  const std::vector<Shape> outputs = shapes_of_slots<S>(graph, graph.outputs);
};

/// Rooms for runs of a function, of which each is for one thread at a time. One is there from the start; more
/// are made if more are needed at once.
template <class S>
class Rooms {
 public:
  explicit Rooms(const Function<S>& function) : function_(function) {
    give_back(std::make_unique<Room<S>>(function));
  }

  void use(auto&& run) {
    std::unique_ptr<Room<S>> room = take();
    if (!room) room = std::make_unique<Room<S>>(function_);
    run(*room);  // a room in which something was thrown is given up
    give_back(std::move(room));
  }

 private:
  std::unique_ptr<Room<S>> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return nullptr;
    std::unique_ptr<Room<S>> room = std::move(free_.back());
    free_.pop_back();
    return room;
  }
  void give_back(std::unique_ptr<Room<S>> room) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(room));
  }

  const Function<S>& function_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Room<S>>> free_;
};

/// Inputs: stacks, which are taken apart, and what all parts share. Results: stacks of the parts' results.
template <class S>
class ForStack : public Variadic {
 public:
  static constexpr auto name = "for_stack";
  static constexpr bool sees_stacks = true;

  explicit ForStack(Parts<S> parts) : shared_(std::make_shared<const Shared>(std::move(parts))) {}
  bool operator==(const ForStack& o) const { return shared_ == o.shared_; }

  std::string note() const {
    return fmt::format("{} parts of {} operations", shared_->count(), shared_->usual.graph.nodes.size());
  }
  double flops(std::span<const Shape>, std::span<const Shape>) const {
    return static_cast<double>(shared_->whole) * autodiff::flops(shared_->usual.graph) +
           (shared_->last ? autodiff::flops(shared_->last->graph) : 0);
  }
  std::unique_ptr<OperationState> make_state() const { return std::make_unique<State>(*shared_); }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) const {
    const Call call{*shared_, static_cast<State&>(*state), y, x};
    const auto run = [&call](Index part) { call.run(part); };  // fits into std::function
    if (shared_->threads)
      shared_->threads(shared_->count(), run);
    else
      for (Index part = 0; part < shared_->count(); ++part) run(part);
  }

  std::optional<Pruned<S>> prune(std::span<const char> used) const {
    Pruned<S> result;
    for (std::size_t i = 0; i < shared_->usual.inputs.size(); ++i) result.inputs.push_back(i);
    for (std::size_t k = 0; k < used.size(); ++k)
      if (used[k]) result.outputs.push_back(k);
    if (result.outputs.size() == used.size() || result.outputs.empty()) return std::nullopt;
    result.operation = make_operation<S>(ForStack(shared_->parts([&](const Graph<S>& graph) {
      Graph<S> fewer = graph;
      fewer.outputs.clear();
      for (const std::size_t k : result.outputs) fewer.outputs.push_back(graph.outputs[k]);
      return without_dead_code(fewer);
    })));
    return result;
  }

  template <class T>
  std::vector<T> apply(std::span<const T> x) const {
    std::vector<Shape> shapes = shared_->usual.outputs;
    for (std::size_t k = 0; k < shapes.size(); ++k)
      shapes[k].stack =
          shapes[k].stack * shared_->whole + (shared_->last ? shared_->last->outputs[k].stack : 0);
    return apply_all<S>(make_operation<S>(*this), x, std::span<const Shape>(shapes));
  }

  template <class T>
  void pull_back(Pullback<T>& p) const;

 private:
  struct Shared {
    explicit Shared(Parts<S> p)
        : stacks(p.stacks), whole(p.whole), usual(std::move(p.function)), threads(std::move(p.threads)) {
      if (p.last) last.emplace(std::move(*p.last));
    }
    Index count() const { return whole + (last ? 1 : 0); }
    const Body<S>& body(Index part) const { return part < whole ? usual : *last; }
    /// The same parts of other functions.
    Parts<S> parts(auto&& other) const {
      return {stacks, whole, other(usual.graph), last ? std::optional(other(last->graph)) : std::nullopt,
              threads};
    }

    const std::size_t stacks;
    const Index whole;
    const Body<S> usual;
    std::optional<Body<S>> last;
    const Threads threads;
  };
  struct State final : OperationState {
    explicit State(const Shared& shared) : usual(shared.usual.compiled.get()) {
      if (shared.last) last.emplace(shared.last->compiled.get());
    }
    Rooms<S> usual;
    std::optional<Rooms<S>> last;
  };
  struct Call {
    const Shared& shared;
    State& state;
    std::span<const View<S>> y;
    std::span<const ConstView<S>> x;

    void run(Index part) const {
      const Body<S>& body = shared.body(part);
      (part < shared.whole ? state.usual : *state.last).use([&](Room<S>& room) {
        for (std::size_t i = 0; i < x.size(); ++i)
          room.in[i] = x[i].data + (i < shared.stacks ? part * shared.usual.inputs[i].size() : 0);
        for (std::size_t k = 0; k < y.size(); ++k)
          room.out[k] = y[k].data + part * shared.usual.outputs[k].size();
        body.compiled.get().run(room.workspace, room.in, room.out);
      });
    }
  };

  std::shared_ptr<const Shared> shared_;
};

/// The sum over parts of what each gave, of this shape.
template <class T>
T sum_of_parts(const T& all, Shape each) {
  const Index rows = each.rows * each.stack;
  return restack(sum_stack(restack(all, {rows, each.columns, all.stack() / each.stack})), each);
}

template <class S>
template <class T>
void ForStack<S>::pull_back(Pullback<T>& p) const {
  std::vector<std::size_t> given, wanted;
  for (std::size_t k = 0; k < p.y.size(); ++k)
    if (p.y_bar[k]) given.push_back(k);
  for (std::size_t i = 0; i < p.x.size(); ++i)
    if (p.wanted[i]) wanted.push_back(i);
  const std::size_t stacks = shared_->stacks;
  // Of a part: its stacks, the cotangents of its results, what is shared -> cotangents of what is wanted.
  const auto backwards = [&](const Graph<S>& graph) {
    std::vector<Shape> shapes = shapes_of_slots<S>(graph, graph.inputs), bars;
    for (const std::size_t k : given) bars.push_back(graph.slots[graph.outputs[k]].shape);
    const auto middle = shapes.begin() + static_cast<std::ptrdiff_t>(stacks);
    shapes.insert(middle, bars.begin(), bars.end());
    return trace<S>(
        [&](std::span<const Variable<S>> in) {
          std::vector<Variable<S>> x(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(stacks)), y, by;
          const auto rest = in.subspan(stacks + given.size());
          x.insert(x.end(), rest.begin(), rest.end());
          const auto results = evaluate<S>(graph, std::span<const Variable<S>>(x));
          for (const std::size_t k : given) y.push_back(results[k]);
          for (const std::size_t i : wanted) by.push_back(x[i]);
          return vjp<S>(std::span<const Variable<S>>(y), in.subspan(stacks, given.size()),
                        std::span<const Variable<S>>(by));
        },
        std::span<const Shape>(shapes));
  };
  Parts<S> parts = shared_->parts(backwards);
  parts.stacks += given.size();
  const auto middle = p.x.begin() + static_cast<std::ptrdiff_t>(stacks);
  std::vector<T> arguments(p.x.begin(), middle);
  for (const std::size_t k : given) arguments.push_back(*p.y_bar[k]);
  arguments.insert(arguments.end(), middle, p.x.end());
  const auto x_bar = ForStack(std::move(parts)).apply(std::span<const T>(arguments));
  for (std::size_t j = 0; j < wanted.size(); ++j) {
    const std::size_t i = wanted[j];
    p.x_bar[i] = i < stacks ? x_bar[j] : sum_of_parts(x_bar[j], p.x[i].shape());
  }
}

}  // namespace

Index detail::common_size(std::span<const Shape> stacks, Index part) {
  constexpr auto where = ForStack<double>::name;
  if (part < 1) fail(where, "parts of {} matrices; they need one at least", part);
  if (stacks.empty()) fail(where, "there is no stack to take apart");
  for (const Shape& s : stacks)
    if (s.stack != stacks[0].stack)
      fail(where, "{} and {} are stacks of different sizes; what all parts share is given apart",
           to_string(stacks[0]), to_string(s));
  return stacks[0].stack;
}

template <class T>
std::vector<T> detail::apply_for_stack(Parts<typename T::Scalar> parts, std::span<const T> inputs) {
  return ForStack<typename T::Scalar>(std::move(parts)).apply(inputs);
}

#define ENGRAM_INSTANTIATE(T) \
  template std::vector<T> detail::apply_for_stack(detail::Parts<typename T::Scalar>, std::span<const T>);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
