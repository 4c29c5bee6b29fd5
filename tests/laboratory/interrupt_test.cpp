#include <engram/laboratory/interrupt.hpp>

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace engram::laboratory;

BOOST_AUTO_TEST_SUITE(interrupt)

BOOST_AUTO_TEST_CASE(the_first_signal_only_sets_the_flag) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    const InterruptGuard guard("");
    BOOST_TEST(!interrupted());
    std::raise(signal);
    BOOST_TEST(interrupted());
  }
}

BOOST_AUTO_TEST_CASE(a_new_guard_begins_without_a_signal) {
  {
    const InterruptGuard guard("");
    std::raise(SIGINT);
  }
  const InterruptGuard guard("");
  BOOST_TEST(!interrupted());
}

/// How a process ends that gets two signals, so many microseconds apart.
int status_after_two_signals(useconds_t apart) {
  const pid_t child = ::fork();
  if (child == 0) {
    const InterruptGuard guard("");
    std::raise(SIGINT);
    ::usleep(apart);
    std::raise(SIGTERM);
    ::_exit(interrupted() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

BOOST_AUTO_TEST_CASE(a_second_signal_kills) {
  const int status = status_after_two_signals(1'100'000);
  BOOST_TEST(WIFSIGNALED(status));
  BOOST_TEST(WTERMSIG(status) == SIGTERM);
}

BOOST_AUTO_TEST_CASE(a_signal_sent_twice_at_once_is_one_request) {
  BOOST_TEST(status_after_two_signals(0) == 0);
}

BOOST_AUTO_TEST_CASE(a_signal_that_the_parent_ignores_stays_ignored) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const auto before = std::signal(signal, SIG_IGN);
    {
      const InterruptGuard guard("");
      std::raise(signal);
      BOOST_TEST(!interrupted());
    }
    BOOST_TEST((std::signal(signal, before) == SIG_IGN));
  }
}

BOOST_AUTO_TEST_CASE(a_signal_is_answered_on_standard_error_before_the_step_ends) {
  int ends[2];
  BOOST_TEST_REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    const InterruptGuard guard("stopping after this step");
    std::raise(SIGINT);
    for (;;) ::pause();  // a step without end
  }
  ::close(ends[1]);
  std::string text(100, ' ');
  const ssize_t n = ::read(ends[0], text.data(), text.size());
  text.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  BOOST_TEST(text.starts_with("stopping after this step"));
}

BOOST_AUTO_TEST_SUITE_END()
