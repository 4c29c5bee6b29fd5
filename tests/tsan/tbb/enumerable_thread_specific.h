/// See global_control.h.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace tbb {

template <class T>
class enumerable_thread_specific {
 public:
  explicit enumerable_thread_specific(std::function<T()> make) : make_(std::move(make)) {}

  T& local() {
    const std::lock_guard lock(mutex_);
    const auto id = std::this_thread::get_id();
    const auto found = values_.find(id);
    return found != values_.end() ? found->second : values_.emplace(id, make_()).first->second;
  }

 private:
  std::function<T()> make_;
  std::mutex mutex_;
  std::map<std::thread::id, T> values_;
};

}  // namespace tbb
