#include "program.hpp"

#include "assembler.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN

template <class S>
void SmallProgram<S>::interpret(S* r, std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
  for (std::size_t i = 0; i < x.size(); ++i) std::copy_n(x[i].data, input_sizes[i], r + inputs[i]);
  for (const Step& step : steps) step.run(r, step);
  const auto* from = outputs.data();
  for (std::size_t k = 0; k < y.size(); ++k)
    for (Index e = 0; e < output_sizes[k]; ++e) y[k].data[e] = r[*from++];
}

namespace {

template <class S>
class Compiler {
 public:
  explicit Compiler(const SmallProgram<S>& program)
      : program_(program),
        assembler_(sizeof(S), sizeof(View<S>), program.registers.size()),
        input_(program.registers.size()) {
    static_assert(sizeof(View<S>) == sizeof(ConstView<S>));
    for (std::size_t i = 0; i < program.inputs.size(); ++i)
      for (Index e = 0; e < program.input_sizes[i]; ++e)
        input_[static_cast<std::size_t>(program.inputs[i] + e)] = detail::Assembler::Entry{i, e};
  }

  std::vector<std::uint8_t> run() {
    for (const auto& step : program_.steps) {
      assembler_.start_step();
      write(step);
    }
    const auto* from = program_.outputs.data();
    for (std::size_t k = 0; k < program_.output_sizes.size(); ++k)
      for (Index e = 0; e < program_.output_sizes[k]; ++e) {
        assembler_.start_step();
        assembler_.store(load(*from++), detail::Assembler::Entry{k, e});
      }
    return assembler_.finish();
  }
  const std::vector<double>& constants() const { return assembler_.constants(); }

 private:
  detail::Symbol load(std::size_t r) {
    return input_[r] ? assembler_.load(r, *input_[r]) : assembler_.load(r);
  }
  /// Inputs that an op does not have are 0.
  detail::Symbol load_or_zero(std::size_t r) { return r == 0 ? detail::Symbol(0.0) : load(r); }
  /// For what reads memory.
  void bring_to_memory(std::size_t r) {
    if (input_[r]) assembler_.store(load(r), r);
    input_[r].reset();
  }

  void write(const typename SmallProgram<S>::Step& step) {
    if (!step.operation) return assembler_.store(load(step.x[0]), step.y);
    if (step.run == step.operation->entry()) {
      const detail::Symbol x[] = {load(step.x[0]), load_or_zero(step.x[1]), load_or_zero(step.x[2])};
      if (const auto y = step.operation->write_code(x)) return assembler_.store(*y, step.y);
    }
    for (std::size_t i = 0; i < step.count; ++i) {
      assembler_.start_step();
      bring_to_memory(step.x[0] + i);
    }
    bring_to_memory(step.x[1]);
    bring_to_memory(step.x[2]);
    assembler_.call(reinterpret_cast<const void*>(step.run), static_cast<const SmallStep<S>*>(&step));
  }

  const SmallProgram<S>& program_;
  detail::Assembler assembler_;
  std::vector<std::optional<detail::Assembler::Entry>> input_;  // of the registers that hold one
};

}  // namespace

template <class S>
MachineCode SmallProgram<S>::compile() {
#ifdef ENGRAM_MACHINE_CODE
  try {
    Compiler<S> compiler(*this);
    const auto code = compiler.run();
    for (const double c : compiler.constants()) registers.push_back(static_cast<S>(c));
    return MachineCode(code);
  } catch (const std::invalid_argument&) {  // an op's entry is more than an assembler can do
  }
#endif
  return {};
}

template struct SmallProgram<float>;
template struct SmallProgram<double>;

ENGRAM_AUTODIFF_END
