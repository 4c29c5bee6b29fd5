#include <engram/autodiff/gradient.hpp>
#include <engram/autodiff/loop.hpp>

#include <algorithm>
#include <mutex>
#include <numeric>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Below this a loop keeps everything: a task's tape that stays in cache is cheaper to read than to compute
/// again.
constexpr std::size_t largest_kept = std::size_t{8} << 20;

template <class S>
std::span<const std::uint32_t> carry_inputs(const Loop<S>& loop) {
  return std::span(loop.body.inputs).first(loop.carries);
}

template <class S>
struct ScanState final : OperationState {
  explicit ScanState(const Function<S>& step) : workspace(step.workspace()) {}
  typename Function<S>::Workspace workspace;
  std::vector<const S*> in;
  std::vector<S*> out;
  std::vector<Value<S>> even, odd;  // carries between steps
};

/// The op. Inputs: first carries, sequences, constants. Results: last carries, stacked results.
template <class S>
class Scan : public Variadic {
 public:
  static constexpr auto name = "scan";

  explicit Scan(std::shared_ptr<const Loop<S>> loop) : shared_(std::make_shared<Shared>(std::move(loop))) {}
  bool operator==(const Scan& o) const { return shared_->loop == o.shared_->loop; }

  std::string note() const {
    return fmt::format("{} steps of {} operations", loop().steps, loop().body.nodes.size());
  }

  std::unique_ptr<OperationState> make_state() const {
    auto state = std::make_unique<ScanState<S>>(step());
    for (const auto s : carry_inputs(loop())) {
      state->even.emplace_back(loop().body.slots[s].shape);
      state->odd.emplace_back(loop().body.slots[s].shape);
    }
    state->in.resize(loop().body.inputs.size());
    state->out.resize(loop().body.outputs.size());
    return state;
  }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* any_state) const {
    const Loop<S>& l = loop();
    auto& state = static_cast<ScanState<S>&>(*any_state);
    for (std::size_t i = 0; i < x.size(); ++i) state.in[i] = x[i].data;
    if (l.steps == 0)
      for (std::size_t i = 0; i < l.carries; ++i) std::copy_n(x[i].data, x[i].shape.size(), y[i].data);
    for (Index n = 0; n < l.steps; ++n) {
      const Index t = l.reverse ? l.steps - 1 - n : n;
      for (std::size_t i = 0; i < l.carries; ++i)
        state.out[i] = n + 1 == l.steps ? y[i].data : (n % 2 ? state.odd : state.even)[i].data();
      for (std::size_t i = l.carries; i < l.carries + l.sequences; ++i)
        state.in[i] = x[i].data + t * (x[i].shape.size() / l.steps);
      for (std::size_t k = l.carries; k < y.size(); ++k)
        state.out[k] = y[k].data + t * (y[k].shape.size() / l.steps);
      step().run(state.workspace, state.in, state.out);
      for (std::size_t i = 0; i < l.carries; ++i) state.in[i] = state.out[i];
    }
  }

  template <class T>
  void pull_back(Pullback<T>& p) const;
  std::optional<Pruned<S>> prune(std::span<const char> used) const;

  const Loop<S>& loop() const { return *shared_->loop; }

 private:
  struct Shared {
    explicit Shared(std::shared_ptr<const Loop<S>> l) : loop(std::move(l)) {}
    std::shared_ptr<const Loop<S>> loop;
    std::once_flag compiled;  // when it first runs: many loops are only traced and rewritten
    std::optional<Function<S>> step;
  };
  const Function<S>& step() const {
    std::call_once(shared_->compiled, [&] { shared_->step.emplace(loop().body); });
    return *shared_->step;
  }

  std::shared_ptr<Shared> shared_;
};

template <class S>
std::vector<Shape> result_shapes(const Loop<S>& loop) {
  std::vector<Shape> shapes;
  for (std::size_t k = 0; k < loop.body.outputs.size(); ++k) {
    const Shape s = loop.body.slots[loop.body.outputs[k]].shape;
    shapes.push_back(k < loop.carries ? s : Shape{s.rows * loop.steps, s.columns});
  }
  return shapes;
}

/// The body on a tracing tape, and the cotangents of its inputs in terms of those of its outputs.
template <class S>
struct Linearized {
  Tape<S> tape{tracing};
  std::vector<Variable<S>> inputs;                // carries, sequences, constants
  std::vector<std::optional<Variable<S>>> slots;  // of the body
  std::vector<std::optional<Variable<S>>> y_bar;  // of the outputs that have one
  std::vector<Variable<S>> x_bar;                 // of the inputs
  std::size_t forward_end;                        // variables before it belong to the body

  Linearized(const Loop<S>& loop, std::span<const char> has_bar) {
    for (const auto s : loop.body.inputs) inputs.push_back(tape.placeholder(loop.body.slots[s].shape));
    slots = replay<S>(loop.body, tape, inputs);
    forward_end = tape.size();
    std::vector<Variable<S>> y, bars;
    for (std::size_t k = 0; k < loop.body.outputs.size(); ++k) {
      y_bar.emplace_back();
      if (!has_bar[k]) continue;
      y.push_back(*slots[loop.body.outputs[k]]);
      bars.push_back(*(y_bar.back() = tape.placeholder(y.back().shape())));
    }
    x_bar = vjp<S>(y, bars, inputs);
  }
};

/// The slots of the body whose values the derivative reads, other than inputs and constants.
template <class S>
std::vector<std::uint32_t> values_read_by_derivative(const Loop<S>& loop) {
  const Linearized<S> d(loop, std::vector<char>(loop.body.outputs.size(), 1));
  std::vector<std::uint32_t> slot_of(d.forward_end, ~std::uint32_t{0});
  std::vector<char> computed(loop.body.slots.size(), 0);
  std::vector<std::uint32_t> root(loop.body.slots.size());
  std::iota(root.begin(), root.end(), 0u);
  for (std::uint32_t s = 0; s < d.slots.size(); ++s)
    if (d.slots[s]) slot_of[d.slots[s]->id()] = s;
  for (const auto& node : loop.body.nodes)
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      computed[node.outputs[k]] = 1;
      if (node.operation->alias(k))
        root[node.outputs[k]] = root[node.inputs[0]];  // a part costs nothing to find again
    }
  std::vector<char> needed(d.tape.size(), 0), read(loop.body.slots.size(), 0);
  for (const auto& v : d.x_bar) needed[v.id()] = 1;
  const auto nodes = d.tape.nodes();
  const auto note = [&](std::uint32_t id) {
    if (id < d.forward_end)
      read[root[slot_of[id]]] = 1;
    else
      needed[id] = 1;
  };
  for (const auto& v : d.x_bar) note(v.id());
  for (std::size_t n = nodes.size(); n-- > 0 && nodes[n].first_output >= d.forward_end;) {
    bool any = false;
    for (std::uint32_t k = 0; k < nodes[n].output_count; ++k) any = any || needed[nodes[n].first_output + k];
    if (any)
      for (const auto id : d.tape.inputs(nodes[n])) note(id);
  }
  std::vector<std::uint32_t> result;
  for (std::uint32_t s = 0; s < read.size(); ++s)
    if (read[s] && computed[s]) result.push_back(s);
  return result;
}

template <class S>
template <class T>
void Scan<S>::pull_back(Pullback<T>& p) const {
  // What the derivative reads: kept, or made now by running the loop once more.
  std::shared_ptr<const Loop<S>> l = shared_->loop;
  std::vector<T> results(p.y.begin(), p.y.end());
  if (!l->kept) {
    l = std::make_shared<const Loop<S>>(with_kept_values(*l));
    results = apply_all<S>(make_operation<S>(Scan(l)), p.x, std::span<const Shape>(result_shapes(*l)));
  }

  const std::size_t c = l->carries, x = l->sequences, k = l->constants;
  std::vector<char> has_bar(l->body.outputs.size(), 0);
  for (std::size_t i = 0; i < has_bar.size(); ++i) has_bar[i] = i < c || (i < p.y_bar.size() && p.y_bar[i]);
  Linearized<S> d(*l, has_bar);

  // One step backwards. Carries: cotangents of the carries, then sums for the constants.
  std::vector<Variable<S>> in, out;
  std::vector<T> arguments;
  const auto argument = [&](const Variable<S>& v, const T& value) {
    in.push_back(v), arguments.push_back(value);
  };
  for (std::size_t i = 0; i < c; ++i) {
    argument(*d.y_bar[i], p.y_bar[i] ? *p.y_bar[i] : zeros_like(p.y[i]));
    out.push_back(d.x_bar[i]);
  }
  std::vector<std::size_t> constants_wanted, sequences_wanted;
  for (std::size_t i = c + x; i < c + x + k; ++i) {
    if (!p.wanted[i]) continue;
    constants_wanted.push_back(i);
    const Variable<S> sum = d.tape.placeholder(d.inputs[i].shape());
    argument(sum, zeros_like(p.x[i]));
    out.push_back(sum + d.x_bar[i]);
  }
  Loop<S> backward;
  backward.carries = in.size();
  for (const auto& [slot, output] : *l->kept) argument(*d.slots[slot], results[output]);
  for (std::size_t i = c; i < c + x; ++i) argument(d.inputs[i], p.x[i]);
  for (std::size_t i = c; i < has_bar.size(); ++i)
    if (has_bar[i]) argument(*d.y_bar[i], *p.y_bar[i]);
  backward.sequences = in.size() - backward.carries;
  for (std::size_t i = c + x; i < c + x + k; ++i) argument(d.inputs[i], p.x[i]);
  backward.constants = k;
  for (std::size_t i = c; i < c + x; ++i) {
    if (!p.wanted[i]) continue;
    sequences_wanted.push_back(i);
    out.push_back(d.x_bar[i]);
  }
  backward.body = extract<S>(d.tape, in, out);
  backward.steps = l->steps;
  backward.reverse = !l->reverse;
  backward.keep = Keep::carries;

  const std::vector<T> bars = run_loop<T>(backward, arguments);
  std::size_t next = 0;
  for (std::size_t i = 0; i < c; ++i, ++next)
    if (p.wanted[i]) p.x_bar[i] = bars[next];
  for (const auto i : constants_wanted) p.x_bar[i] = bars[next++];
  for (const auto i : sequences_wanted) p.x_bar[i] = bars[next++];
}

template <class S>
std::optional<Pruned<S>> Scan<S>::prune(std::span<const char> used) const {
  const Loop<S>& l = loop();
  const std::size_t c = l.carries;
  std::vector<char> output_needed(used.begin(), used.end());
  std::vector<char> slot_needed;
  for (bool grown = true; grown;) {  // a carry that a needed value reads is needed too
    slot_needed.assign(l.body.slots.size(), 0);
    for (std::size_t k = 0; k < output_needed.size(); ++k)
      if (output_needed[k]) slot_needed[l.body.outputs[k]] = 1;
    for (auto node = l.body.nodes.rbegin(); node != l.body.nodes.rend(); ++node)
      if (std::any_of(node->outputs.begin(), node->outputs.end(), [&](auto s) { return slot_needed[s]; }))
        for (const auto s : node->inputs) slot_needed[s] = 1;
    grown = false;
    for (std::size_t i = 0; i < c; ++i)
      if (slot_needed[l.body.inputs[i]] && !output_needed[i]) output_needed[i] = grown = true;
  }

  Pruned<S> result;
  auto smaller = std::make_shared<Loop<S>>(l);
  smaller->carries = smaller->sequences = smaller->constants = 0;
  smaller->body.inputs.clear();
  smaller->body.outputs.clear();
  for (std::size_t k = 0; k < output_needed.size(); ++k) {
    if (!output_needed[k]) continue;
    result.outputs.push_back(k);
    smaller->body.outputs.push_back(l.body.outputs[k]);
  }
  for (std::size_t i = 0; i < l.body.inputs.size(); ++i) {
    const bool keep = i < c ? output_needed[i] : slot_needed[l.body.inputs[i]];
    if (!keep) continue;
    result.inputs.push_back(i);
    smaller->body.inputs.push_back(l.body.inputs[i]);
    ++(i < c ? smaller->carries : i < c + l.sequences ? smaller->sequences : smaller->constants);
  }
  if (result.outputs.size() == l.body.outputs.size() && result.inputs.size() == l.body.inputs.size())
    return std::nullopt;
  smaller->kept.reset();
  smaller->body = without_dead_code(smaller->body);
  result.operation = make_operation<S>(Scan(std::move(smaller)));
  return result;
}

}  // namespace

void detail::require_steps(Index steps) {
  if (steps < 0) fail("scan", "{} steps", steps);
}

void detail::require_steps(Shape sequence, Index steps) {
  if (steps == 0 ? sequence.rows != 0 : sequence.rows % steps != 0)
    fail("scan", "a sequence {} does not divide into {} steps", to_string(sequence), steps);
}

template <class S>
Loop<S> with_kept_values(Loop<S> loop) {
  std::vector<std::uint32_t> slots;
  if (loop.keep != Keep::carries) {
    slots = values_read_by_derivative(loop);
    std::size_t bytes = 0;
    for (const auto s : slots)
      bytes += static_cast<std::size_t>(loop.body.slots[s].shape.size() * loop.steps) * sizeof(S);
    if (loop.keep == Keep::automatic && bytes > largest_kept) slots.clear();
  }
  const auto carries = carry_inputs(loop);
  slots.insert(slots.end(), carries.begin(), carries.end());
  loop.kept.emplace();
  for (const auto s : slots) {
    loop.kept->emplace_back(s, loop.body.outputs.size());
    loop.body.outputs.push_back(s);
  }
  return loop;
}

template <class T>
std::vector<T> run_loop(const Loop<typename T::Scalar>& loop, std::span<const T> inputs) {
  using S = typename T::Scalar;
  if (inputs.size() != loop.body.inputs.size())
    fail("scan", "{} inputs for a loop of {}", inputs.size(), loop.body.inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Shape shape = loop.body.slots[loop.body.inputs[i]].shape;
    if (i >= loop.carries && i < loop.carries + loop.sequences) shape.rows *= loop.steps;
    if (inputs[i].shape() != shape)
      fail("scan", "input {} is {}, but must be {}", i, to_string(inputs[i].shape()), to_string(shape));
  }
  const auto shapes = result_shapes(loop);
  const auto operation = make_operation<S>(Scan<S>(std::make_shared<const Loop<S>>(loop)));
  return apply_all<S>(operation, inputs, std::span<const Shape>(shapes));
}

template <class S>
const Loop<S>* loop_of(const Operation<S>& operation) {
  const auto* scan = dynamic_cast<const detail::Model<S, Scan<S>>*>(&operation);
  return scan ? &scan->op().loop() : nullptr;
}

#define ENGRAM_INSTANTIATE(S)                                                                            \
  template const Loop<S>* loop_of(const Operation<S>&);                                                  \
  template Loop<S> with_kept_values(Loop<S>);                                                            \
  template std::vector<Variable<S>> run_loop<Variable<S>>(const Loop<S>&, std::span<const Variable<S>>); \
  template std::vector<Value<S>> run_loop<Value<S>>(const Loop<S>&, std::span<const Value<S>>);
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)

ENGRAM_AUTODIFF_END
