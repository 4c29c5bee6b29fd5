#include <engram/autodiff/debug.hpp>
#include <engram/autodiff/gradient.hpp>
#include <engram/autodiff/loop.hpp>

#include "evaluate.hpp"
#include "loop/stepper.hpp"

#include <algorithm>
#include <cmath>
#include <map>

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class S>
std::optional<Index> first_non_finite(ConstView<S> x) {
  const S* end = x.data + x.shape.size();
  const S* found = std::find_if(x.data, end, [](S v) { return !std::isfinite(v); });
  if (found == end) return std::nullopt;
  return found - x.data;
}

template <class S>
ConstView<S> view_of(const Tape<S>& tape, std::uint32_t id) {
  return {tape.slots()[id].data, tape.slots()[id].shape};
}

template <class S>
Value<S> copy_of(ConstView<S> x) {
  return Value<S>::borrow(x).owned();
}

/// "(2,3) in [-1, 4]"
template <class S>
std::string range_of(ConstView<S> x) {
  if (x.shape.size() == 0) return to_string(x.shape);
  const auto numbers = x.map();
  if (numbers.isNaN().any()) return fmt::format("{} with NaN", to_string(x.shape));
  return fmt::format("{} in [{:.4g}, {:.4g}]", to_string(x.shape), numbers.minCoeff(), numbers.maxCoeff());
}

/// Euclidean, of all values together.
template <class S>
double norm(std::span<const Value<S>> values) {
  double squares = 0;
  for (const auto& v : values) squares += v.array().template cast<double>().square().sum();
  return std::sqrt(squares);
}

template <class S>
std::string entry_of(ConstView<S> y, Index entry) {
  const Index size = y.shape.matrix().size(), in_matrix = entry % size;
  const std::string matrix = y.shape.stack == 1 ? "" : fmt::format(" of matrix {}", entry / size);
  return fmt::format("{} at ({},{}){} of {}", y.data[entry], in_matrix / y.shape.columns,
                     in_matrix % y.shape.columns, matrix, to_string(y.shape));
}

/// One step of a loop, recorded on a tape of its own.
template <class S>
struct RecordedStep {
  Tape<S> tape;
  std::vector<Variable<S>> inputs, outputs;

  RecordedStep(const Loop<S>& loop, std::span<const Value<S>> values) {
    for (const auto& v : values) inputs.push_back(tape.variable(v));
    outputs = evaluate<S>(loop.body, std::span<const Variable<S>>(inputs));
  }
};

/// Records a loop's steps in the order in which they run, from the loop's inputs x on. Stops where
/// `visit(t, step)` returns false.
template <class S, class Visit>
void run_steps(const Loop<S>& loop, std::span<const ConstView<S>> x, const Visit& visit) {
  const auto [carries, sequences, constants] = loop.by_role(x);
  std::vector<Value<S>> inputs;
  const auto take = [&](ConstView<S> v) { inputs.push_back(copy_of(v)); };
  for (const auto& v : carries) take(v);
  for (Index n = 0; n < loop.steps; ++n) {
    const Index t = nth_step(loop, n);
    inputs.resize(loop.carries);
    for (std::size_t i = 0; i < sequences.size(); ++i)
      take(step_of_sequence(sequences[i], t, loop.body.slots[loop.body.inputs[loop.carries + i]].shape));
    for (const auto& v : constants) take(v);
    RecordedStep<S> step(loop, inputs);
    if (!visit(t, step)) return;
    for (std::size_t i = 0; i < loop.carries; ++i)
      inputs[i] = copy_of(view_of(step.tape, step.outputs[i].id()));
  }
}

template <class S>
std::vector<ConstView<S>> input_views(const Tape<S>& tape, const typename Tape<S>::Node& node) {
  std::vector<ConstView<S>> x;
  for (const auto id : tape.inputs(node)) x.push_back(view_of(tape, id));
  return x;
}

template <class S>
NonFinite inside(const Tape<S>& tape, const typename Tape<S>::Node& node, ConstView<S> y, Index entry) {
  const auto x = input_views(tape, node);
  const ScopePtr& scope = node.scope;
  if (const Loop<S>* loop = loop_of(*node.operation)) {
    std::optional<NonFinite> found;
    run_steps<S>(*loop, x, [&](Index t, RecordedStep<S>& step) {
      if ((found = find_non_finite(step.tape))) {
        found->steps.insert(found->steps.begin(), t);
        found->text += fmt::format(", in step {} of scan{}", t, detail::place_of(scope));
      }
      return !found;
    });
    if (found) return *found;
  }
  std::string ranges;
  for (const auto& v : x) ranges += fmt::format("{}{}", ranges.empty() ? "" : ", ", range_of(v));
  const std::string cause = node.operation->explain(x);
  return {node.operation->name(),
          scope ? scope->path : "",
          {},
          fmt::format("{}{} gave {} from {}{}{}", node.operation->name(), detail::place_of(scope),
                      entry_of(y, entry), ranges, cause.empty() ? "" : ": ", cause)};
}

}  // namespace

template <class S>
std::optional<NonFinite> find_non_finite(Tape<S>& tape) {
  if (tape.is_tracing()) fail("find_non_finite", "there are no values while a function is traced");
  for (std::uint32_t id = 0; id < tape.size(); ++id) {
    const auto& slot = tape.slots()[id];
    const ConstView<S> y = view_of(tape, id);
    const auto entry = first_non_finite(y);
    if (!entry) continue;
    if (slot.node != Tape<S>::no_node) return inside(tape, tape.nodes()[slot.node], y, *entry);
    if (!std::isnan(y.data[*entry])) continue;  // an infinity that was put in may be meant
    const char* kind = slot.is_constant ? "constant" : "variable";
    return NonFinite{kind, {}, {}, fmt::format("{} {} holds {}", kind, id, entry_of(y, *entry))};
  }
  return std::nullopt;
}

template <class S>
void check_finite(Tape<S>& tape) {
  if (const auto found = find_non_finite(tape))
    throw std::domain_error(fmt::format("[check_finite] {}", found->text));
}

template <class S>
void check_finite(const Function<S>& function, const std::vector<Value<S>>& inputs) {
  Tape<S> tape;
  std::vector<Variable<S>> x;
  for (const auto& v : inputs) x.push_back(tape.variable(v));
  replay<S>(function.graph(), tape, x);
  check_finite(tape);
}

template <class S>
std::vector<double> cotangent_norms(const Variable<S>& y, const std::vector<Variable<S>>& x) {
  std::vector<double> norms;
  for (const auto& g : gradient_values(y, x)) norms.push_back(norm<S>(std::span(&g, 1)));
  return norms;
}

template <class S>
std::vector<double> cotangent_norms_in_loop(const Variable<S>& y, const Variable<S>& result) {
  constexpr auto where = "cotangent_norms_in_loop";
  Tape<S>& tape = result.tape();
  const auto node_id = tape.check(result, where).node;
  const Loop<S>* loop = node_id == Tape<S>::no_node ? nullptr : loop_of(*tape.nodes()[node_id].operation);
  if (!loop) fail(where, "variable {} is no result of a scan", result.id());
  const auto& node = tape.nodes()[node_id];
  std::vector<Variable<S>> results;
  for (std::uint32_t k = 0; k < node.output_count; ++k) results.push_back(tape.at(node.first_output + k));
  std::vector<Value<S>> bars = gradient_values(y, results);  // of the last carries and of all steps' results
  const std::vector<Value<S>> result_bars(bars.begin() + static_cast<std::ptrdiff_t>(loop->carries),
                                          bars.end());

  struct Step {
    Index t;
    std::vector<Value<S>> inputs;
  };
  std::vector<Step> steps;
  run_steps<S>(*loop, input_views(tape, node), [&](Index t, RecordedStep<S>& step) {
    steps.push_back({t, {}});
    for (const auto& v : step.inputs) steps.back().inputs.push_back(copy_of(view_of(step.tape, v.id())));
    return true;
  });
  std::vector<double> norms(steps.size() + 1);
  const auto carries = std::span<const Value<S>>(bars).first(loop->carries);
  norms.back() = norm(carries);
  for (std::size_t n = steps.size(); n-- > 0;) {
    for (std::size_t k = loop->carries; k < bars.size(); ++k) {
      const ConstView<S> all = result_bars[k - loop->carries].view();
      const Shape shape = loop->body.slots[loop->body.outputs[k]].shape;
      bars[k] = copy_of(step_of_sequence(all, steps[n].t, shape));
    }
    RecordedStep<S> step(*loop, steps[n].inputs);
    const auto x_bar = vjp_values<S>(step.outputs, bars, step.inputs);
    for (std::size_t i = 0; i < loop->carries; ++i) bars[i] = x_bar[i];
    norms[n] = norm(carries);
  }
  return norms;
}

template <class S>
std::string summary(const Tape<S>& tape) {
  struct Sum {
    std::size_t operations = 0, bytes = 0;
  };
  std::map<std::string, Sum> scopes;
  const auto bytes = [&](std::uint32_t id) {
    return static_cast<std::size_t>(tape.slots()[id].shape.size()) * sizeof(S);
  };
  for (std::uint32_t id = 0; id < tape.size(); ++id)
    if (tape.slots()[id].node == Tape<S>::no_node) scopes["(inputs and constants)"].bytes += bytes(id);
  for (const auto& node : tape.nodes()) {
    Sum& sum = scopes[node.scope ? node.scope->path : "(no scope)"];
    ++sum.operations;
    for (std::uint32_t k = 0; k < node.output_count; ++k)
      if (!tape.part_of(node, k)) sum.bytes += bytes(node.first_output + k);
  }
  std::string text = fmt::format("{:<40} {:>10} {:>12}\n", "scope", "operations", "bytes");
  for (const auto& [name, sum] : scopes)
    text += fmt::format("{:<40} {:>10} {:>12}\n", name, sum.operations, sum.bytes);
  return text;
}

namespace {

/// All that was recorded: from the variables put in, to everything that nothing else uses.
template <class S>
Graph<S> whole(Tape<S>& tape) {
  std::vector<char> used(tape.size(), 0);
  for (const auto& node : tape.nodes())
    for (const auto id : tape.inputs(node)) used[id] = 1;
  std::vector<Variable<S>> inputs, outputs;
  for (std::uint32_t id = 0; id < tape.size(); ++id) {
    const auto& slot = tape.slots()[id];
    if (slot.node != Tape<S>::no_node) {
      if (!used[id]) outputs.push_back(tape.at(id));
    } else if (!slot.is_constant) {
      inputs.push_back(tape.at(id));
    }
  }
  return extract<S>(tape, inputs, outputs);
}

}  // namespace

template <class S>
std::string to_text(Tape<S>& tape) {
  return to_text(whole(tape));
}
template <class S>
std::string to_dot(Tape<S>& tape) {
  return to_dot(whole(tape));
}

#define ENGRAM_INSTANTIATE(S)                                                                        \
  template std::optional<NonFinite> find_non_finite(Tape<S>&);                                       \
  template void check_finite(Tape<S>&);                                                              \
  template void check_finite(const Function<S>&, const std::vector<Value<S>>&);                      \
  template std::vector<double> cotangent_norms(const Variable<S>&, const std::vector<Variable<S>>&); \
  template std::vector<double> cotangent_norms_in_loop(const Variable<S>&, const Variable<S>&);      \
  template std::string summary(const Tape<S>&);                                                      \
  template std::string to_text(Tape<S>&);                                                            \
  template std::string to_dot(Tape<S>&);
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)

ENGRAM_AUTODIFF_END
