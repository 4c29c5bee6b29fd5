/// See global_control.h.
#pragma once

#include "global_control.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace tbb {

template <class Index, class F>
void parallel_for(Index first, Index last, const F& f) {
  std::atomic<Index> next = first;
  std::mutex mutex;
  std::exception_ptr error;
  const auto work = [&] {
    try {
      for (Index i; (i = next++) < last;) f(i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      error = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t n = global_control::active_value(global_control::max_allowed_parallelism); n > 0; --n)
    threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  if (error) std::rethrow_exception(error);
}

}  // namespace tbb
