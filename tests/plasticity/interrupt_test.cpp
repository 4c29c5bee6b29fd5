#include <engram/plasticity/interrupt.hpp>

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace engram::plasticity;

BOOST_AUTO_TEST_SUITE(interrupt)

BOOST_AUTO_TEST_CASE(the_first_signal_only_sets_the_flag) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const InterruptGuard guard;
    BOOST_TEST(!interrupted());
    std::raise(signal);
    BOOST_TEST(interrupted());
  }
}

BOOST_AUTO_TEST_CASE(a_new_guard_begins_without_a_signal) {
  {
    const InterruptGuard guard;
    std::raise(SIGINT);
  }
  const InterruptGuard guard;
  BOOST_TEST(!interrupted());
}

BOOST_AUTO_TEST_CASE(the_second_signal_kills) {
  const pid_t child = ::fork();
  if (child == 0) {
    const InterruptGuard guard;
    std::raise(SIGINT);
    std::raise(SIGTERM);
    ::_exit(0);
  }
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_TEST(WIFSIGNALED(status));
  BOOST_TEST(WTERMSIG(status) == SIGTERM);
}

BOOST_AUTO_TEST_SUITE_END()
