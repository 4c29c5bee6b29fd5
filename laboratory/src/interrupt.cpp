#include <engram/laboratory/interrupt.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <signal.h>

namespace engram::laboratory {
namespace {

constexpr std::array<int, 2> signals{SIGINT, SIGTERM};

using Nanoseconds = std::int64_t;
constexpr Nanoseconds never = -1, together = 1'000'000'000;
std::atomic<Nanoseconds> arrived{never};
static_assert(std::atomic<Nanoseconds>::is_always_lock_free, "a signal handler must not wait");
std::array<struct sigaction, signals.size()> before;

Nanoseconds now() {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return Nanoseconds{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

void on_signal(int signal) {
  Nanoseconds first = never;
  if (arrived.compare_exchange_strong(first, now())) return;
  // Programs that run others, timeout(1) for one, signal the process and then its group: that is one request.
  if (now() - first < together) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  arrived = never;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;  // a write that was under way goes on
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &before[i]);
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before[i], nullptr);
}

bool interrupted() { return arrived != never; }

}  // namespace engram::laboratory
