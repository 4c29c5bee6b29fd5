#include "../ops/recognise.hpp"
#include "binomial.hpp"
#include "linearized.hpp"
#include "packed.hpp"
#include "stepper.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class S>
struct ScanState final : OperationState {
  explicit ScanState(const CompiledLoop<S>& compiled) : stepper(compiled) {}
  Stepper<S> stepper;
};

/// The op. Inputs: first carries, sequences, constants. Results: last carries, stacked results.
template <class S>
class Scan : public Variadic {
 public:
  static constexpr auto name = "scan";
  static constexpr bool sees_stacks = true;

  explicit Scan(Loop<S> loop) : compiled_(std::make_shared<const CompiledLoop<S>>(std::move(loop))) {}
  bool operator==(const Scan& o) const { return compiled_ == o.compiled_; }

  std::string note() const {
    return fmt::format("{} steps of {} operations", loop().steps, loop().body.nodes.size());
  }

  double flops(std::span<const Shape>, std::span<const Shape>) const {
    return static_cast<double>(loop().steps) * autodiff::flops(loop().body);
  }
  std::unique_ptr<OperationState> make_state() const { return std::make_unique<ScanState<S>>(*compiled_); }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) const {
    if (loop().steps == 0) return pass_carries(loop(), y, x);
    Stepper<S>& stepper = static_cast<ScanState<S>&>(*state).stepper;
    stepper.start(x);
    for (Index n = 0; n < loop().steps; ++n) {
      if (n + 1 < loop().steps)
        stepper.write_to_buffer();
      else
        stepper.write_to(y);
      stepper.aim(nth_step(loop(), n), y, x);
      stepper.run();
    }
  }

  template <class T>
  void pull_back(Pullback<T>& p) const;
  std::optional<Pruned<S>> prune(std::span<const char> used) const;

  const Loop<S>& loop() const { return compiled_->loop; }

 private:
  std::shared_ptr<const CompiledLoop<S>> compiled_;
};

template <class S>
template <class T>
void Scan<S>::pull_back(Pullback<T>& p) const {
  const auto x = loop().by_role(p.x);
  const auto wanted = loop().by_role(p.wanted);
  const std::size_t carries = loop().carries;
  // What the derivative reads of the body: kept, or made now by running the loop once more. A binomial
  // derivative starts from the first carries.
  std::vector<std::pair<std::uint32_t, T>> read;
  std::vector<std::uint32_t> packed;
  std::optional<T> column;  // of what is packed
  const bool binomial = loop().keep.snapshots() > 0 && carries > 0;
  if (binomial) {
    for (std::size_t i = 0; i < carries; ++i) read.emplace_back(loop().body.inputs[i], x.carries[i]);
  } else {
    const auto take = [&](const Loop<S>& keeping, std::span<const T> results) {
      for (const auto& [slot, output] : *keeping.kept) read.emplace_back(slot, results[output]);
      packed = keeping.packed;
      if (!packed.empty()) column = results.back();
    };
    if (loop().kept) {
      take(loop(), p.y);
    } else {
      const Loop<S> keeping = with_kept_values(loop());
      take(keeping, run_loop<T>(keeping, p.x));
    }
  }

  std::vector<char> has_bar(loop().body.outputs.size(), 0);
  for (std::size_t i = 0; i < has_bar.size(); ++i) has_bar[i] = i < carries || p.y_bar[i];
  Linearized<S> d(loop(), has_bar);
  const auto inputs = loop().by_role(std::span(d.inputs)), bars = loop().by_role(std::span(d.x_bar));

  // One step backwards. Carries: cotangents of the carries, then sums for the constants.
  std::vector<Variable<S>> in, out;
  std::vector<T> arguments;
  const auto argument = [&](const Variable<S>& v, const T& value) {
    in.push_back(v), arguments.push_back(value);
  };
  for (std::size_t i = 0; i < carries; ++i) {
    argument(*d.y_bar[i], detail::bar_of(p, i));
    out.push_back(bars.carries[i]);
  }
  for (std::size_t i = 0; i < x.constants.size(); ++i) {
    if (!wanted.constants[i]) continue;
    const Variable<S> sum = d.tape.placeholder(inputs.constants[i].shape());
    argument(sum, zeros_like(x.constants[i]));
    out.push_back(sum + bars.constants[i]);
  }
  Loop<S> backward;
  backward.carries = in.size();
  backward.sums = backward.carries - carries;
  for (std::size_t i = carries; i < has_bar.size(); ++i)
    if (has_bar[i]) argument(*d.y_bar[i], *p.y_bar[i]);
  const std::size_t first_packed = in.size();
  for (const auto slot : packed) in.push_back(*d.slots[slot]);
  if (column) arguments.push_back(*column);
  for (const auto& [slot, value] : read) argument(*d.slots[slot], value);
  for (std::size_t i = 0; i < x.sequences.size(); ++i) argument(inputs.sequences[i], x.sequences[i]);
  backward.sequences = arguments.size() - backward.carries;
  for (std::size_t i = 0; i < x.constants.size(); ++i) argument(inputs.constants[i], x.constants[i]);
  backward.constants = x.constants.size();
  for (std::size_t i = 0; i < x.sequences.size(); ++i)
    if (wanted.sequences[i]) out.push_back(bars.sequences[i]);
  backward.body = extract<S>(d.tape, in, out);
  if (column) unpack_inputs(backward.body, first_packed, packed.size());
  backward.steps = loop().steps;
  backward.reverse = !loop().reverse;
  backward.keep = Keep::carries;

  const std::vector<T> results = [&] {
    if (!binomial) return run_loop<T>(backward, arguments);
    const std::vector<Shape> shapes = result_shapes(backward);
    return apply_all<S>(binomial_adjoint(loop(), backward, loop().keep.snapshots()),
                        std::span<const T>(arguments), std::span<const Shape>(shapes));
  }();
  const auto x_bar = loop().by_role(p.x_bar);
  for (std::size_t i = 0; i < carries; ++i)
    if (wanted.carries[i]) x_bar.carries[i] = results[i];
  std::size_t next = carries;
  for (std::size_t i = 0; i < x.constants.size(); ++i)
    if (wanted.constants[i]) x_bar.constants[i] = results[next++];
  for (std::size_t i = 0; i < x.sequences.size(); ++i)
    if (wanted.sequences[i]) x_bar.sequences[i] = results[next++];
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

  std::vector<char> input_needed;
  for (std::size_t i = 0; i < l.body.inputs.size(); ++i)
    input_needed.push_back(i < c ? output_needed[i] : slot_needed[l.body.inputs[i]]);

  Pruned<S> result;
  Loop<S> smaller = l;
  const auto needed = l.by_role(std::span<const char>(input_needed));
  const auto count = [](std::span<const char> some) {
    return static_cast<std::size_t>(std::count(some.begin(), some.end(), char{1}));
  };
  smaller.carries = count(needed.carries);
  smaller.sums = count(needed.carries.last(l.sums));
  smaller.sequences = count(needed.sequences);
  smaller.constants = count(needed.constants);
  smaller.body.inputs.clear();
  smaller.body.outputs.clear();
  for (std::size_t k = 0; k < output_needed.size(); ++k) {
    if (!output_needed[k]) continue;
    result.outputs.push_back(k);
    smaller.body.outputs.push_back(l.body.outputs[k]);
  }
  for (std::size_t i = 0; i < input_needed.size(); ++i) {
    if (!input_needed[i]) continue;
    result.inputs.push_back(i);
    smaller.body.inputs.push_back(l.body.inputs[i]);
  }
  if (result.outputs.size() == l.body.outputs.size() && result.inputs.size() == l.body.inputs.size())
    return std::nullopt;
  smaller.kept.reset();
  smaller.packed.clear();
  smaller.body = without_dead_code(smaller.body);
  result.operation = make_operation<S>(Scan(std::move(smaller)));
  return result;
}

/// The values of x are m times n blocks, row by row; these as n times m blocks, one in each row.
template <class T>
T transposed_blocks(const T& x, Index m, Index n) {
  std::vector<Index> order;
  for (Index j = 0; j < n; ++j)
    for (Index i = 0; i < m; ++i) order.push_back(i * n + j);
  const Index blocks = m * n;
  return gather_rows(restack(x, {blocks, blocks ? x.shape().size() / blocks : 0}), order);
}

}  // namespace

void detail::require_steps(Index steps) {
  if (steps < 0) fail("scan", "{} steps", steps);
}

void detail::require_steps(Shape sequence, Index steps) {
  if (steps == 0 ? sequence.rows != 0 : sequence.rows % steps != 0)
    fail("scan", "a sequence {} does not divide into {} steps", to_string(sequence), steps);
}

template <class T>
T detail::by_steps(const T& x, Index steps) {
  if (x.stack() == 1 || steps == 0) return x;
  const Shape step{x.rows() / steps, x.columns(), x.stack()};
  return restack(transposed_blocks(x, x.stack(), steps), sequence_shape(step, steps));
}

template <class T>
T detail::by_matrices(const T& x, Index steps, Index stack) {
  if (stack == 1) return x;
  return restack(transposed_blocks(x, steps, stack), {steps * x.rows(), x.columns(), stack});
}

template <class T>
std::vector<T> run_loop(const Loop<typename T::Scalar>& loop, std::span<const T> inputs) {
  using S = typename T::Scalar;
  if (inputs.size() != loop.body.inputs.size())
    fail("scan", "{} inputs for a loop of {}", inputs.size(), loop.body.inputs.size());
  std::vector<Shape> expected;
  for (const auto s : loop.body.inputs) expected.push_back(loop.body.slots[s].shape);
  for (Shape& s : loop.by_role(std::span(expected)).sequences) s = sequence_shape(s, loop.steps);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].shape() != expected[i])
      fail("scan", "input {} is {}, but must be {}", i, to_string(inputs[i].shape()), to_string(expected[i]));
  const auto shapes = result_shapes(loop);
  const auto operation = make_operation<S>(Scan<S>(loop));
  return apply_all<S>(operation, inputs, std::span<const Shape>(shapes));
}

template <class S>
const Loop<S>* loop_of(const Operation<S>& operation) {
  const auto* scan = op_of<Scan<S>>(operation);
  return scan ? &scan->loop() : nullptr;
}

#define ENGRAM_INSTANTIATE(S)                                                                            \
  template const Loop<S>* loop_of(const Operation<S>&);                                                  \
  template Variable<S> detail::by_steps(const Variable<S>&, Index);                                      \
  template Variable<S> detail::by_matrices(const Variable<S>&, Index, Index);                            \
  template std::vector<Variable<S>> run_loop<Variable<S>>(const Loop<S>&, std::span<const Variable<S>>); \
  template std::vector<Value<S>> run_loop<Value<S>>(const Loop<S>&, std::span<const Value<S>>);
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)

ENGRAM_AUTODIFF_END
