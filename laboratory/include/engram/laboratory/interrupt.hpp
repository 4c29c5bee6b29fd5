/// Ending a long computation politely: the first Ctrl-C asks, the second kills.
#pragma once

namespace engram::laboratory {

/// While one of these lives, the first SIGINT, SIGTERM, SIGHUP or SIGUSR1, which launchers and schedulers of
/// clusters pass on, makes `interrupted()` true, so that a loop can stop at a good place, and save; a line on
/// standard error says so at once, however long a step takes.
/// One that comes a second or more later ends the process as usual. A signal that was ignored, as under
/// nohup, stays ignored. One guard at a time.
class InterruptGuard {
 public:
  /// `reply` is the line, and must outlive the guard; nothing is said if it is empty.
  explicit InterruptGuard(const char* reply = "stopping after this step; Ctrl-C again stops at once");
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();  ///< what the signals did before they do again
};

/// Whether a signal has come since the guard was set up. Cheap, from any thread.
bool interrupted();

/// Whether it was the SIGTERM by which a launcher of ranks ends those that are left when one has died; it
/// says so itself.
bool ended_by_launcher();

}  // namespace engram::laboratory
