#include <engram/plasticity/interrupt.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <signal.h>

ENGRAM_PLASTICITY_BEGIN
namespace {

constexpr std::array<int, 2> signals{SIGINT, SIGTERM};

std::atomic<bool> arrived{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler must not wait");
std::array<struct sigaction, signals.size()> before;

void on_signal(int) {
  arrived = true;
  for (const int s : signals) std::signal(s, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  arrived = false;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;  // a write that was under way goes on
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &before[i]);
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before[i], nullptr);
}

bool interrupted() { return arrived; }

ENGRAM_PLASTICITY_END
