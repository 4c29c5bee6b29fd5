#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/launch.hpp>
#include <engram/laboratory/program.hpp>
#include <engram/laboratory/ranks.hpp>

#include "mpi_ranks.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace engram::laboratory {
namespace {

constexpr const char* launcher = "mpirun";

/// Throws UsageError unless these options can be met.
void require_possible(const Options& o) {
  const std::size_t size = is_launched() ? ranks().size() : o.ranks;
  if (o.trains && size > o.meta.tasks)
    throw UsageError(fmt::format(
        "{} ranks: the {} tasks of an outer step cannot be shared out among so many; give at most {} "
        "ranks, or more --tasks",
        size, o.meta.tasks, o.meta.tasks));
  if (!o.hosts.empty() && o.ranks == 1)
    throw UsageError("--hosts is where ranks are started: give --ranks as well");
  if (o.ranks > 1 && !has_mpi())
    throw UsageError(
        fmt::format("--ranks {}: this build is without MPI; configure it with -DENGRAM_MPI=ON", o.ranks));
}

std::vector<std::string> command(const Options& o, int argc, char** argv) {
  std::vector<std::string> words{launcher, "--quiet", "--oversubscribe",      "--bind-to",
                                 "none",   "-n",      std::to_string(o.ranks)};
  if (!o.hosts.empty()) words.insert(words.end(), {"--host", o.hosts});
  words.push_back(std::filesystem::read_symlink("/proc/self/exe"));
  words.insert(words.end(), argv + 1, argv + argc);
  return words;
}

/// Becomes the launcher, in a group of its own, so that a terminal's Ctrl-C comes to it by way of this
/// process only; if it cannot, writes the error's number.
[[noreturn]] void become(std::vector<std::string>& words, int report) {
  std::vector<char*> arguments;
  for (std::string& w : words) arguments.push_back(w.data());
  arguments.push_back(nullptr);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  if (::geteuid() == 0)  // in containers one often is
    for (const char* name : {"OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"})
      ::setenv(name, "1", 1);
  ::execvp(arguments[0], arguments.data());
  const int error = errno;
  if (::write(report, &error, sizeof error) < 0) ::_exit(exit_failure);
  ::_exit(exit_failure);
}

pid_t start(std::vector<std::string> words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::strerror(errno));
  const pid_t child = ::fork();
  if (child == 0) become(words, ends[1]);
  ::close(ends[1]);
  int error = child < 0 ? errno : 0;
  if (child > 0 && ::read(ends[0], &error, sizeof error) > 0) ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  if (error != 0)
    throw UsageError(fmt::format("--ranks: cannot run {}: {}; install Open MPI (Debian: openmpi-bin)",
                                 launcher, std::strerror(error)));
  return child;
}

/// The status of the launcher, which hears of the first signal in a way that it passes on.
int status_of(pid_t child) {
  const InterruptGuard guard("");
  bool told = false;
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (interrupted() && !told) ::kill(child, SIGUSR1), told = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace

std::optional<int> launch(const Options& o, int argc, char** argv) {
  require_possible(o);
  if (is_launched()) {
    if (o.ranks > 1 && o.ranks != ranks().size())
      throw UsageError(
          fmt::format("--ranks {}, and the launcher has started {}: leave it out", o.ranks, ranks().size()));
    return std::nullopt;
  }
  if (o.ranks == 1) return std::nullopt;
  const int status = status_of(start(command(o, argc, argv)));
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (code == 0 || code == exit_failure || code == exit_bad_input || code == exit_interrupted) return code;
  constexpr int not_started = 255, killed = 128;
  if (code == killed + SIGUSR1) return exit_interrupted;  // before the ranks were there to hear of it
  if (code == not_started) throw std::runtime_error(fmt::format("{} could not start all ranks", launcher));
  if (code <= killed) throw std::runtime_error(fmt::format("{} ended with {}", launcher, code));
  throw std::runtime_error(
      fmt::format("a rank has died ({}), and all were ended; the same command with --resume goes on",
                  ::strsignal(code - killed)));
}

}  // namespace engram::laboratory
