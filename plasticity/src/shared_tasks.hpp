// Tasks that are shared out among processes, and within a process among threads.
#pragma once

#include <engram/plasticity/communicator.hpp>

#include <tbb/parallel_for.h>

#include <vector>

ENGRAM_PLASTICITY_BEGIN

/// Calls `compute(i)` for this process's share of `count` tasks, on all threads.
template <class F>
void compute_share(const Communicator& communicator, std::size_t count, const F& compute) {
  const Share mine = communicator.share(count);
  tbb::parallel_for(mine.begin, mine.end, compute);
}

/// The results of `count` tasks in their order, `width` numbers each, below each other: `compute(i, row)`
/// writes those of task i.
template <class T, class F>
std::vector<T> shared_out(Communicator& communicator, std::size_t count, std::size_t width,
                          const F& compute) {
  std::vector<T> rows(count * width);
  compute_share(communicator, count,
                [&](std::size_t i) { compute(i, std::span<T>(rows).subspan(i * width, width)); });
  communicator.gather(std::as_writable_bytes(std::span<T>(rows)), count);
  return rows;
}

ENGRAM_PLASTICITY_END
