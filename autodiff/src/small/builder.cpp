#include "builder.hpp"

#include "../ops/recognise.hpp"

#include <algorithm>
#include <numeric>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Up to so many entries an operation becomes a step per entry. A guess: see docs/design/0018.
constexpr Index most_entries = 8;
/// Entries that are only moved cost nothing.
constexpr Index most_moved = 16;

/// A program as an op.
template <class S>
class Small : public CompiledOnly {
 public:
  static constexpr const char* name = "small";

  Small(SmallProgram<S> program, std::size_t operations, double flops)
      : shared_(std::make_shared<const Shared>(std::move(program))), operations_(operations), flops_(flops) {}
  bool operator==(const Small& o) const { return shared_ == o.shared_; }
  std::string note() const {
    return fmt::format("{} operations in {} steps", operations_, shared_->program.steps.size());
  }
  double flops(std::span<const Shape>, std::span<const Shape>) const { return flops_; }
  std::unique_ptr<OperationState> make_state() const {
    return std::make_unique<State>(shared_->program.registers);
  }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) const {
    S* const registers = static_cast<State*>(state)->registers.data();
    if (shared_->code)
      shared_->code.template as<SmallCode<S>>()(registers, x.data(), y.data());
    else
      shared_->program.interpret(registers, y, x);
  }

 private:
  struct Shared {
    explicit Shared(SmallProgram<S> p) : program(std::move(p)), code(program.compile()) {}
    SmallProgram<S> program;
    MachineCode code;
  };
  struct State final : OperationState {
    explicit State(const std::vector<S>& r) : registers(r) {}
    std::vector<S> registers;
  };

  std::shared_ptr<const Shared> shared_;
  std::size_t operations_;
  double flops_;
};

template <class S>
void copy_register(S* registers, const SmallStep<S>& step) {
  registers[step.y] = registers[step.x[0]];
}

/// Whether registers lie together, in their order.
template <class Registers>
bool is_row(const Registers& registers) {
  for (std::size_t i = 1; i < registers.size(); ++i)
    if (registers[i] != registers[0] + i) return false;
  return true;
}

}  // namespace

template <class S>
bool SmallBuilder<S>::can_translate(const Graph<S>& graph, const Node& node) {
  const Operation<S>& op = *node.operation;
  const bool moves = op.moves(), computes = op.entry() || op.row();
  if (!moves && !computes) return false;
  const auto few = [&](std::uint32_t s) {
    const Shape shape = graph.slots[s].shape;
    const Index size = shape.size();
    return shape.stack == 1 && size >= 1 && size <= (moves ? most_moved : most_entries);
  };
  return std::all_of(node.inputs.begin(), node.inputs.end(), few) &&
         std::all_of(node.outputs.begin(), node.outputs.end(), few);
}

template <class S>
bool SmallBuilder<S>::has_room_for(const Node& node) const {
  Index wanted = 0;  // at most: a row's input may be copied
  for (const auto s : node.inputs) wanted += 2 * size_of(s);
  for (const auto s : node.outputs) wanted += size_of(s);
  return image_.size() + static_cast<std::size_t>(wanted) <= SmallProgram<S>::most_registers;
}

template <class S>
typename SmallBuilder<S>::Register SmallBuilder<S>::new_registers(Index count) {
  const auto first = static_cast<Register>(image_.size());
  image_.resize(image_.size() + static_cast<std::size_t>(count), S{0});
  is_constant_.resize(image_.size(), 0);
  return first;
}

template <class S>
const typename SmallBuilder<S>::Registers& SmallBuilder<S>::registers_of(std::uint32_t slot) {
  auto& registers = of_slot_[slot];
  if (!registers.empty()) return registers;
  registers.resize(static_cast<std::size_t>(size_of(slot)));
  const Register first = new_registers(size_of(slot));
  std::iota(registers.begin(), registers.end(), first);
  if (const auto& constant = graph_.slots[slot].constant) {
    for (const Register r : registers) {
      image_[r] = constant->data()[r - first];
      is_constant_[r] = 1;
    }
  } else {
    input_slots_.push_back(slot);
    inputs_.push_back(first);
  }
  return registers;
}

template <class S>
void SmallBuilder<S>::add(const Node& node) {
  std::vector<Shape> x, y;
  for (const auto s : node.inputs) x.push_back(graph_.slots[s].shape);
  for (const auto s : node.outputs) y.push_back(graph_.slots[s].shape);
  flops_ += node.operation->flops(y, x);
  ++nodes_;
  if (!node.operation->alias(0)) ++size_;
  if (!scope_) scope_ = node.scope;
  for (const auto s : node.inputs) registers_of(s);
  if (node.operation->moves())
    move(node);
  else if (node.operation->entry())
    compute_entries(node);
  else
    compute_row(node);
  for (const auto s : node.outputs) computed_[s] = 1;
}

/// What is moved where: the operation itself tells, if it moves the registers' numbers.
template <class S>
void SmallBuilder<S>::move(const Node& node) {
  std::vector<std::vector<S>> numbers;
  std::vector<ConstView<S>> x;
  std::vector<View<S>> y;
  numbers.reserve(node.inputs.size() + node.outputs.size());
  for (const auto s : node.inputs) {
    const auto& registers = registers_of(s);
    x.push_back({numbers.emplace_back(registers.begin(), registers.end()).data(), graph_.slots[s].shape});
  }
  for (const auto s : node.outputs)
    y.push_back({numbers.emplace_back(static_cast<std::size_t>(size_of(s))).data(), graph_.slots[s].shape});
  node.operation->forward(y, x, nullptr);
  for (std::size_t k = 0; k < node.outputs.size(); ++k) {
    const auto& moved = numbers[node.inputs.size() + k];
    auto& registers = of_slot_[node.outputs[k]];
    for (const S number : moved) registers.push_back(static_cast<Register>(number));
  }
}

template <class S>
std::optional<typename SmallBuilder<S>::Register> SmallBuilder<S>::equal_input(
    const Operation<S>& operation, std::span<const Register> x) const {
  for (std::size_t i = 0; i < 2 && x.size() == 2; ++i)
    if (const auto neutral = operation.neutral(i);
        neutral && is_constant_[x[i]] && static_cast<double>(image_[x[i]]) == *neutral)
      return x[1 - i];
  return std::nullopt;
}

template <class S>
void SmallBuilder<S>::compute_entries(const Node& node) {
  const Shape shape = graph_.slots[node.outputs[0]].shape;
  Registers y;
  for (Index r = 0; r < shape.rows; ++r)
    for (Index c = 0; c < shape.columns; ++c) {
      std::array<Register, 3> x{};
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const Shape from = graph_.slots[node.inputs[i]].shape;
        const Index entry = (from.rows == 1 ? 0 : r * from.columns) + (from.columns == 1 ? 0 : c);
        x[i] = registers_of(node.inputs[i])[static_cast<std::size_t>(entry)];
      }
      if (const auto same = equal_input(*node.operation, std::span(x).first(node.inputs.size()))) {
        y.push_back(*same);
      } else {
        y.push_back(new_registers(1));
        add_step(node.operation, node.operation->entry(), y.back(), x);
      }
    }
  of_slot_[node.outputs[0]] = std::move(y);
}

template <class S>
void SmallBuilder<S>::compute_row(const Node& node) {
  const Index count = size_of(node.outputs[0]);
  Registers x = registers_of(node.inputs[0]);
  if (!is_row(x)) {
    const Register first = new_registers(count);
    for (Index i = 0; i < count; ++i) {
      Register& from = x[static_cast<std::size_t>(i)];
      const auto to = static_cast<Register>(first + i);
      add_step(nullptr, &copy_register<S>, to, {from});
      from = to;
    }
  }
  const Register first = new_registers(count);
  add_step(node.operation, node.operation->row(), first, {x[0]}, count);
  auto& y = of_slot_[node.outputs[0]];
  y.resize(static_cast<std::size_t>(count));
  std::iota(y.begin(), y.end(), first);
}

template <class S>
void SmallBuilder<S>::add_step(const OperationPtr<S>& operation, typename SmallStep<S>::Run* run, Register y,
                               std::array<Register, 3> x, Index count) {
  steps_.push_back({{run, y, {x[0], x[1], x[2]}, static_cast<Register>(count)}, operation});
}

/// Which steps compute what the outputs need.
template <class S>
std::vector<char> SmallBuilder<S>::needed(const Registers& outputs) const {
  std::vector<char> is_read(image_.size(), 0), result(steps_.size(), 0);
  for (const Register r : outputs) is_read[r] = 1;
  for (std::size_t k = steps_.size(); k-- > 0;) {
    const auto& step = steps_[k];
    const auto first = is_read.begin() + step.y;
    if (std::find(first, first + step.count, 1) == first + step.count) continue;
    result[k] = 1;
    std::fill_n(is_read.begin() + step.x[0], step.count, char{1});
    is_read[step.x[1]] = is_read[step.x[2]] = 1;
  }
  return result;
}

template <class S>
SmallProgram<S> SmallBuilder<S>::program(const std::vector<std::uint32_t>& outputs) const {
  SmallProgram<S> program;
  program.registers = image_;
  program.inputs = inputs_;
  for (const auto s : input_slots_) program.input_sizes.push_back(size_of(s));
  for (const auto s : outputs) {
    program.output_sizes.push_back(size_of(s));
    program.outputs.insert(program.outputs.end(), of_slot_.at(s).begin(), of_slot_.at(s).end());
  }
  const auto runs = needed(program.outputs);
  for (std::size_t k = 0; k < steps_.size(); ++k)
    if (runs[k]) program.steps.push_back(steps_[k]);
  return program;
}

template <class S>
typename SmallBuilder<S>::Node SmallBuilder<S>::node(const std::vector<std::uint32_t>& outputs) const {
  return {make_operation<S>(Small<S>(program(outputs), nodes_, flops_)), input_slots_, outputs, scope_};
}

template class SmallBuilder<float>;
template class SmallBuilder<double>;

ENGRAM_AUTODIFF_END
