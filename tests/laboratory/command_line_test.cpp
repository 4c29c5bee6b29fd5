#include <engram/laboratory/command_line.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(arguments_are_quoted_where_a_shell_would_take_them_apart) {
  BOOST_TEST(shell_quoted("out/rule-2.json") == "out/rule-2.json");
  BOOST_TEST(shell_quoted("my rules/a.json") == "'my rules/a.json'");
  BOOST_TEST(shell_quoted("it's") == "'it'\\''s'");
  BOOST_TEST(shell_quoted("") == "''");
  BOOST_TEST(shell_quoted("$HOME;ls") == "'$HOME;ls'");
}

BOOST_AUTO_TEST_SUITE_END()
