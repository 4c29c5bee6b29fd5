/// Running a loop's compiled step again and again.
#pragma once

#include <engram/autodiff/loop.hpp>

#include "../lazy_function.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>

ENGRAM_AUTODIFF_BEGIN

/// A loop and its step, compiled when it first runs.
template <class S>
struct CompiledLoop {
  explicit CompiledLoop(Loop<S> l) : loop(std::move(l)), step(loop.body) {}

  const Loop<S> loop;
  const LazyFunction<S> step;
};

/// The step of the loop that runs n-th.
template <class S>
Index nth_step(const Loop<S>& loop, Index n) {
  return loop.reverse ? loop.steps - 1 - n : n;
}

/// Step t, of this shape, of a sequence.
template <class S>
ConstView<S> step_of_sequence(ConstView<S> sequence, Index t, Shape step) {
  return {sequence.data + t * step.size(), step};
}

/// The shape of a sequence of `steps` steps: their matrices lie below each other. Those of steps that are
/// stacks stand one after the other, in one stack, step by step.
inline Shape sequence_shape(Shape step, Index steps) {
  Index& grows = step.stack == 1 ? step.rows : step.stack;
  grows = checked_product("scan", grows, steps);
  return step;
}

/// The shapes of a loop's results: last carries, stacked results.
template <class S>
std::vector<Shape> result_shapes(const Loop<S>& loop) {
  std::vector<Shape> shapes;
  for (std::size_t k = 0; k < loop.body.outputs.size(); ++k) {
    const Shape s = loop.body.slots[loop.body.outputs[k]].shape;
    shapes.push_back(k < loop.carries ? s : sequence_shape(s, loop.steps));
  }
  return shapes;
}

/// Memory for all carries of a loop at `count` moments.
template <class S>
class CarryMemory {
 public:
  CarryMemory(const Loop<S>& loop, std::size_t count) : carries_(loop.carries) {
    Index size = 0;
    for (std::size_t i = 0; i < carries_; ++i) size += shape(loop, i).size();
    memory_ = Value<S>(Shape{static_cast<Index>(count), size});
    S* next = memory_.data();
    for (std::size_t k = 0; k < count; ++k)
      for (std::size_t i = 0; i < carries_; ++i) {
        views_.push_back({next, shape(loop, i)});
        next += views_.back().shape.size();
      }
  }

  std::span<const View<S>> operator[](std::size_t moment) const {
    return std::span(views_).subspan(moment * carries_, carries_);
  }

 private:
  static Shape shape(const Loop<S>& loop, std::size_t i) {
    return loop.body.slots[loop.body.inputs[i]].shape;
  }

  std::size_t carries_;
  Value<S> memory_;
  std::vector<View<S>> views_;
};

/// A loop's sums over blocks of its steps: two blocks of as many steps are added, then two of such pairs, and
/// so on. So the rounding errors of a long loop's sums grow like the logarithm of its steps.
template <class S>
class BlockSums {
 public:
  static constexpr Index block = 64;

  explicit BlockSums(const Loop<S>& loop) {
    for (std::size_t i = loop.carries - loop.sums; i < loop.carries; ++i)
      sizes_.push_back(loop.body.slots[loop.body.inputs[i]].shape.size());
    const Index size = std::accumulate(sizes_.begin(), sizes_.end(), Index{0});
    const auto blocks =
        static_cast<std::uint64_t>(size > 0 ? (loop.steps - 1) / block : 0);  // but the last one
    parts_ = Value<S>(Shape{static_cast<Index>(std::bit_width(blocks)), size});
  }

  void start() { blocks_ = 0; }
  /// Takes the sums of a block of steps, and leaves zeros in their place.
  void take(std::span<S* const> sums) {
    std::uint64_t pairs = blocks_++;
    for (Index level = 0; pairs % 2 == 1; ++level, pairs /= 2) add_level(level, sums);
    for_each(std::countr_zero(blocks_), sums, [](S* part, S* sum, Index n) {
      std::copy_n(sum, n, part);
      std::fill_n(sum, n, S{0});
    });
  }
  /// Adds all that was taken to the sums of the last block.
  void add_to(std::span<S* const> sums) {
    for (std::uint64_t level = 0; level < 64; ++level)
      if (blocks_ >> level & 1) add_level(static_cast<Index>(level), sums);
  }

 private:
  void for_each(Index level, std::span<S* const> sums, auto&& use) {
    S* part = parts_.data() + level * parts_.columns();
    for (std::size_t i = 0; i < sums.size(); part += sizes_[i++]) use(part, sums[i], sizes_[i]);
  }
  void add_level(Index level, std::span<S* const> sums) {
    for_each(level, sums,
             [](const S* part, S* sum, Index n) { std::transform(part, part + n, sum, sum, std::plus{}); });
  }

  std::vector<Index> sizes_;
  Value<S> parts_;  // one row for each level; level k holds the sums of 2^k blocks
  std::uint64_t blocks_ = 0;
};

/// Where a loop's step reads and writes. A step is: `write_to` or `write_to_buffer`, `aim`, `run`; it reads
/// the carries that the step before wrote. All steps of the loop are run, in their order, if it has sums.
template <class S>
class Stepper {
 public:
  explicit Stepper(const CompiledLoop<S>& compiled)
      : loop_(compiled.loop),
        step_(compiled.step.get()),
        workspace_(step_.workspace()),
        buffers_(loop_, 2),
        sums_(loop_),
        in_(loop_.body.inputs.size()),
        out_(loop_.body.outputs.size()) {
    for (const auto s : loop_.body.inputs) in_size_.push_back(loop_.body.slots[s].shape.size());
    for (const auto s : loop_.body.outputs) out_size_.push_back(loop_.body.slots[s].shape.size());
  }

  /// Takes all inputs of the loop: first carries, sequences, constants.
  void start(std::span<const ConstView<S>> x) { start(x, loop_.steps); }
  /// The same for a loop of so many steps, at most those of the loop.
  void start(std::span<const ConstView<S>> x, Index steps) {
    for (std::size_t i = 0; i < x.size(); ++i) in_[i] = x[i].data;
    steps_ = steps;
    steps_run_ = 0;
    sums_.start();
  }
  /// Goes on from these carries.
  void read_from(std::span<const View<S>> carries) {
    for (std::size_t i = 0; i < loop_.carries; ++i) in_[i] = carries[i].data;
  }
  void read_from(std::span<const S* const> carries) { replace(0, carries); }
  void write_to(std::span<const View<S>> carries) {
    for (std::size_t i = 0; i < loop_.carries; ++i) out_[i] = carries[i].data;
  }
  /// Two buffers in turn, so that no step writes where it reads.
  void write_to_buffer() { write_to(buffers_[turn_ ^= 1]); }
  /// The parts of sequences and stacked results that belong to step t.
  void aim(Index t, std::span<const View<S>> y, std::span<const ConstView<S>> x) {
    const auto from = loop_.by_role(x).sequences;
    const auto to = loop_.by_role(std::span(in_)).sequences;
    const auto size = loop_.by_role(std::span(in_size_)).sequences;
    for (std::size_t i = 0; i < from.size(); ++i) to[i] = from[i].data + t * size[i];
    for (std::size_t k = loop_.carries; k < out_.size(); ++k) out_[k] = y[k].data + t * out_size_[k];
  }
  /// Another place for inputs of this step, from `first` on.
  void replace(std::size_t first, std::span<const S* const> data) {
    std::copy(data.begin(), data.end(), in_.begin() + static_cast<std::ptrdiff_t>(first));
  }
  void run() {
    step_.run(workspace_, in_, out_);
    std::copy_n(out_.begin(), loop_.carries, in_.begin());
    if (loop_.sums == 0) return;
    const auto sums = std::span<S* const>(out_).subspan(loop_.carries - loop_.sums, loop_.sums);
    if (++steps_run_ == steps_)
      sums_.add_to(sums);
    else if (steps_run_ % BlockSums<S>::block == 0)
      sums_.take(sums);
  }
  /// Where the carries are now.
  std::span<const S* const> carries() const { return std::span(in_).first(loop_.carries); }
  std::span<const Index> carry_sizes() const { return std::span(in_size_).first(loop_.carries); }

 private:
  const Loop<S>& loop_;
  const Function<S>& step_;
  typename Function<S>::Workspace workspace_;
  CarryMemory<S> buffers_;
  BlockSums<S> sums_;
  Index steps_ = 0, steps_run_ = 0;
  std::size_t turn_ = 0;
  std::vector<const S*> in_;
  std::vector<S*> out_;
  std::vector<Index> in_size_, out_size_;  // values per step
};

/// A loop of no steps: the last carries are the first.
template <class S>
void pass_carries(const Loop<S>& loop, std::span<const View<S>> y, std::span<const ConstView<S>> x) {
  for (std::size_t i = 0; i < loop.carries; ++i) std::copy_n(x[i].data, x[i].shape.size(), y[i].data);
}

ENGRAM_AUTODIFF_END
