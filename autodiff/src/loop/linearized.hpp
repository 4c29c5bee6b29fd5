/// A loop's step and its derivative, side by side on one tape.
#pragma once

#include <engram/autodiff/gradient.hpp>
#include <engram/autodiff/loop.hpp>

ENGRAM_AUTODIFF_BEGIN

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

ENGRAM_AUTODIFF_END
