/// Going back through a loop of which only a few carries are kept: the binomial schedule.
#pragma once

#include "stepper.hpp"

ENGRAM_AUTODIFF_BEGIN

/// How many steps to run from a snapshot before the next one is taken, when `length` >= 2 steps are left to
/// go back and `snapshots` are left, including the one to start from. Several choices run the fewest steps;
/// this is one of them. (Griewank & Walther 2000, "Algorithm 799: revolve".)
///
/// If no step is run more than r times, c snapshots serve at most β(c, r) = (c + r)! / (c! r!) steps. The
/// part after the next snapshot has one snapshot less, the part before it one run less.
inline Index advance_length(Index length, Index snapshots) {
  Index r = 1, before = 1, all = snapshots + 1;  // β(c, r - 1) and β(c, r)
  while (all < length) {
    ++r;
    before = all;
    all = all * (snapshots + r) / r;
  }
  const Index after_at_least = before * snapshots / (snapshots + r - 1);  // β(c - 1, r - 1)
  return std::min(before, length - after_at_least);
}

/// Steps of a loop from the last to the first, each with the carries that it read, which are computed again
/// from a number of snapshots.
template <class S>
class Reversal {
 public:
  /// `advance` goes from carry to carry, `adjoint` one step back. The inputs of `adjoint` end with the
  /// carries that the step read, and the other inputs of `advance`.
  Reversal(const CompiledLoop<S>& advance, const CompiledLoop<S>& adjoint, Index snapshots)
      : advance_(advance),
        adjoint_(adjoint),
        loop_(advance.loop),
        snapshots_(loop_, static_cast<std::size_t>(snapshots) - 1),
        step_of_(static_cast<std::size_t>(snapshots), 0) {}

  /// Goes back `steps` >= 1 steps. x are the inputs of `adjoint`, whose last ones, with the first carries,
  /// are those of `advance`.
  void run(Index steps, std::span<const View<S>> y, std::span<const ConstView<S>> x,
           std::span<const ConstView<S>> x_forward) {
    advance_.start(x_forward);
    adjoint_.start(x, steps);
    step_of_[0] = 0;
    std::size_t top = 0;  // the last snapshot; the first is the loop's input
    for (Index end = steps; end > 0; --end) {
      Index n = step_of_[top];
      if (top == 0)
        advance_.read_from(x_forward);
      else
        advance_.read_from(snapshots_[top - 1]);
      while (end - n > 1) {
        const Index left = std::ssize(step_of_) - static_cast<Index>(top);
        const Index goal = n + advance_length(end - n, left);
        const bool takes_snapshot = end - goal > 1;  // not of what is used at once
        for (; n < goal; ++n) {
          if (takes_snapshot && n + 1 == goal)
            advance_.write_to(snapshots_[top]);
          else
            advance_.write_to_buffer();
          advance_.aim(nth_step(loop_, n), {}, x_forward);
          advance_.run();
        }
        if (takes_snapshot) step_of_[++top] = n;
      }
      if (end == 1)
        adjoint_.write_to(y);
      else
        adjoint_.write_to_buffer();
      adjoint_.aim(nth_step(loop_, n), y, x);
      adjoint_.replace(x.size() - x_forward.size(), advance_.carries());
      adjoint_.run();
      if (top > 0 && step_of_[top] == n) --top;
    }
  }

 private:
  Stepper<S> advance_, adjoint_;
  const Loop<S>& loop_;
  CarryMemory<S> snapshots_;    // but the first
  std::vector<Index> step_of_;  // before which each snapshot was taken
};

ENGRAM_AUTODIFF_END
