/// Going back through a loop of which only a few carries are kept: the binomial schedule.
#pragma once

#include "stepper.hpp"
#include "trail.hpp"

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
  /// carries that the step read, and the other inputs of `advance`. The snapshots are those of a part of the
  /// way that begins where carries are known: at the first ones, or at a trail's.
  Reversal(const CompiledLoop<S>& advance, const CompiledLoop<S>& adjoint, Index snapshots)
      : advance_(advance),
        adjoint_(adjoint),
        loop_(advance.loop),
        snapshots_(loop_, static_cast<std::size_t>(snapshots) - 1),
        step_of_(static_cast<std::size_t>(snapshots), 0),
        known_(loop_.carries) {}

  /// Goes back `steps` >= 1 steps. x are the inputs of `adjoint`, whose last ones, with the first carries,
  /// are those of `advance`. The trail is that of these steps, or empty.
  void run(Index steps, std::span<const View<S>> y, std::span<const ConstView<S>> x,
           std::span<const ConstView<S>> x_forward, ConstView<S> trail = {}) {
    const Way way{y, x, x_forward};
    advance_.start(x_forward);
    adjoint_.start(x, steps);
    const Index part = steps_between_carries(steps, trail.shape.rows);
    Index end = steps;
    for (Index row = (steps - 1) / part; row > 0; end = part * row--) {
      const S* next = trail.data + (row - 1) * trail.shape.columns;
      for (std::size_t i = 0; i < known_.size(); next += advance_.carry_sizes()[i++]) known_[i] = next;
      go_back(part * row, end, way);
    }
    for (std::size_t i = 0; i < known_.size(); ++i) known_[i] = x_forward[i].data;
    go_back(0, end, way);
  }

 private:
  struct Way {
    std::span<const View<S>> y;
    std::span<const ConstView<S>> x, x_forward;
  };

  /// From before step `end` to before step `begin`, where the carries are known.
  void go_back(Index begin, Index end, const Way& way) {
    step_of_[0] = begin;
    std::size_t top = 0;  // the last snapshot; the first are those known
    for (; end > begin; --end) {
      Index n = step_of_[top];
      if (top == 0)
        advance_.read_from(known_);
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
          advance_.aim(nth_step(loop_, n), {}, way.x_forward);
          advance_.run();
        }
        if (takes_snapshot) step_of_[++top] = n;
      }
      if (end == 1)
        adjoint_.write_to(way.y);
      else
        adjoint_.write_to_buffer();
      adjoint_.aim(nth_step(loop_, n), way.y, way.x);
      adjoint_.replace(way.x.size() - way.x_forward.size(), advance_.carries());
      adjoint_.run();
      if (top > 0 && step_of_[top] == n) --top;
    }
  }

  Stepper<S> advance_, adjoint_;
  const Loop<S>& loop_;
  CarryMemory<S> snapshots_;    // but the first
  std::vector<Index> step_of_;  // before which each snapshot was taken
  std::vector<const S*> known_;
};

ENGRAM_AUTODIFF_END
