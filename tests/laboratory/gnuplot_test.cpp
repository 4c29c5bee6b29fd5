#include <engram/laboratory/gnuplot.hpp>
#include <engram/laboratory/temporary_folder.hpp>

#include "../support/temporary_folder.hpp"
#include "../support/terminal.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <csignal>

using namespace engram::laboratory;
namespace test = engram::test;
namespace fs = std::filesystem;
using test::Variables;

BOOST_AUTO_TEST_SUITE(gnuplot)

BOOST_AUTO_TEST_CASE(a_failure_is_never_without_a_reason) {
  constexpr int ended_with_2 = 2 << 8;
  BOOST_TEST(failure_of_gnuplot(ended_with_2, "plot x\n\"figure.gp\" line 1: undefined variable: x\n \n") ==
             "\"figure.gp\" line 1: undefined variable: x");
  BOOST_TEST(failure_of_gnuplot(ended_with_2, " \n\n") == "it ended with 2 and said nothing");
  BOOST_TEST(failure_of_gnuplot(SIGKILL, "") == "it was ended by signal 9");
}

BOOST_AUTO_TEST_CASE(a_temporary_folder_goes_and_takes_those_with_it_that_killed_processes_left) {
  const test::TemporaryFolder base;
  const test::Environment environment(Variables{{"TMPDIR", base.path()}});
  fs::create_directories(base / "engram-figure-killed/below");
  test::write_text(base / "engram-figure-killed/figure.gp", "plot x");
  fs::create_directories(base / "another");
  {
    const TemporaryFolder one, other;
    one.write("a", "x");
    BOOST_TEST(fs::exists(one.path() / "a"));
    BOOST_TEST(base.count() == 3);
  }
  BOOST_TEST(base.count() == 1);
}

BOOST_AUTO_TEST_CASE(without_a_place_for_temporary_folders_the_variable_is_named) {
  const test::Environment environment(Variables{{"TMPDIR", "/nonexistent"}});
  BOOST_CHECK_EXCEPTION(TemporaryFolder(), FigureError, [](const FigureError& e) {
    return e.what() == std::string(
                           "TMPDIR is '/nonexistent', where no temporary folder can be made: No such file "
                           "or directory") &&
           e.code == 2;
  });
}

BOOST_AUTO_TEST_SUITE_END()
