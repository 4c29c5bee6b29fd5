/// Ending a long computation politely: the first Ctrl-C asks, the second kills.
#pragma once

namespace engram::laboratory {

/// While one of these lives, the first SIGINT or SIGTERM only makes `interrupted()` true, so that a loop can
/// stop at a good place, and save; one that comes a second or more later ends the process as usual. One guard
/// at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();  ///< what the signals did before they do again
};

/// Whether a signal has come since the guard was set up. Cheap, from any thread.
bool interrupted();

}  // namespace engram::laboratory
