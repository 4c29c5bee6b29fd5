/// A program on few numbers, which lie in registers.
#pragma once

#include <engram/autodiff/operation.hpp>

#include "machine_code.hpp"

ENGRAM_AUTODIFF_BEGIN

/// A register holds one number. The first holds 0, some hold constants; each other one is written once in a
/// run, as an input, or by a step.
template <class S>
struct SmallProgram {
  using Register = std::uint16_t;
  static constexpr std::size_t most_registers = 1 << 16;
  struct Step : SmallStep<S> {
    OperationPtr<S> operation;  ///< null: a register is copied
  };

  std::vector<S> registers;  ///< before a run
  std::vector<Step> steps;
  std::vector<Register> inputs;  ///< the first of each input's registers, which lie together
  std::vector<Index> input_sizes;
  std::vector<Register> outputs;  ///< of all entries of one output after the other
  std::vector<Index> output_sizes;

  /// Step by step.
  void interpret(S* registers, std::span<const View<S>> y, std::span<const ConstView<S>> x) const;
  /// The same as machine code; none where that cannot be. This must stay where it is.
  MachineCode compile();
};

/// What machine code is called with: registers, inputs, outputs.
template <class S>
using SmallCode = void(S*, const ConstView<S>*, const View<S>*);

ENGRAM_AUTODIFF_END
