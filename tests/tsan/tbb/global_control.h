/// Stands in for oneTBB under the thread sanitizer, which does not see how Debian's libtbb, compiled without
/// it, hands work from thread to thread, and would call all that is shared a race. What the project uses of
/// it, on std::thread.
#pragma once

#include <cstddef>

namespace tbb {

class global_control {
 public:
  enum parameter { max_allowed_parallelism };

  global_control(parameter, std::size_t threads) : outer_(active_value()) { active_value() = threads; }
  ~global_control() { active_value() = outer_; }
  global_control(const global_control&) = delete;
  global_control& operator=(const global_control&) = delete;

  static std::size_t active_value(parameter) { return active_value(); }

 private:
  static std::size_t& active_value() {
    static std::size_t threads = 4;
    return threads;
  }

  std::size_t outer_;
};

}  // namespace tbb
