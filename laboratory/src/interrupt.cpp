#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/streams.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <signal.h>
#include <unistd.h>

namespace engram::laboratory {
namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGUSR1};

using Nanoseconds = std::int64_t;
constexpr Nanoseconds never = -1, together = 1'000'000'000;
std::atomic<Nanoseconds> arrived{never};
static_assert(std::atomic<Nanoseconds>::is_always_lock_free, "a signal handler must not wait");
std::array<struct sigaction, signals.size()> before;
const char* answer = "";
bool on_terminal = false, among_ranks = false;
std::atomic<int> first_signal{0};

Nanoseconds now() {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return Nanoseconds{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

/// Says so at once, however long the step under way takes. Only what a signal handler may call.
void reply() {
  const auto say = [](const char* text) {
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;  // nobody listens: work goes on
  };
  if (*answer == '\0') return;
  if (on_terminal) say("\n");  // after the bar and the ^C
  say(answer);
  say("\n");
}

void on_signal(int signal) {
  const int error = errno;
  Nanoseconds first = never;
  if (arrived.compare_exchange_strong(first, now())) {
    first_signal = signal;
    if (!ended_by_launcher()) reply();
    errno = error;
    return;
  }
  // Programs that run others, timeout(1) for one, signal the process and then its group: that is one request.
  if (now() - first < together) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

InterruptGuard::InterruptGuard(const char* reply) {
  arrived = never;
  first_signal = 0;
  among_ranks = ranks().size() > 1;
  answer = is_mute() ? "" : reply;
  on_terminal = ::isatty(STDERR_FILENO) == 1;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;  // a write that was under way goes on
  for (std::size_t i = 0; i < signals.size(); ++i) {
    sigaction(signals[i], nullptr, &before[i]);
    if (before[i].sa_handler != SIG_IGN) sigaction(signals[i], &action, nullptr);
  }
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before[i], nullptr);
}

bool interrupted() { return arrived != never; }

bool ended_by_launcher() { return among_ranks && first_signal == SIGTERM; }

}  // namespace engram::laboratory
