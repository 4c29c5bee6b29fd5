/// Who computes which tasks when several processes work on one computation, and how each of them learns what
/// all have found. Everything that is distributed here is made of tasks that know nothing of each other;
/// every process computes its share on its own threads, and afterwards each has the results of all, in the
/// tasks' order. What follows from them, it computes itself: so all end up with the same bits, and these are
/// the same for any number of processes.
#pragma once

#include <engram/plasticity/version.hpp>

#include <cstddef>
#include <span>

ENGRAM_PLASTICITY_BEGIN

/// Tasks begin, begin + 1, ..., end - 1.
struct Share {
  std::size_t begin = 0, end = 0;

  std::size_t size() const { return end - begin; }
};

/// The share of one of `ranks` in `count` tasks: the shares follow each other, and their sizes differ by one
/// task at most.
constexpr Share share_of(std::size_t rank, std::size_t ranks, std::size_t count) {
  return {rank * count / ranks, (rank + 1) * count / ranks};
}

/// The processes that compute together, as one of them sees them: their ranks are 0, 1, ..., size() - 1. All
/// call the same functions with the same arguments in the same order.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual std::size_t size() const = 0;
  virtual std::size_t rank() const = 0;

  /// `rows` holds a result of each of `count` tasks, all equally long. Each process comes with those of its
  /// share in their places, and leaves with all.
  virtual void gather(std::span<std::byte> rows, std::size_t count) = 0;

  /// What this process computes of `count` tasks.
  Share share(std::size_t count) const { return share_of(rank(), size(), count); }
};

/// This process, which computes everything itself.
Communicator& this_process();

ENGRAM_PLASTICITY_END
