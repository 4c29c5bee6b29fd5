#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/shell_quoted.hpp>
#include <engram/laboratory/usage_error.hpp>

#include <boost/test/unit_test.hpp>

#include <array>

using namespace engram::laboratory;

namespace {

/// What is said of this argument, alone or before "1", by a program with commands or without.
std::string error(bool commands, const char* argument, bool with_value = false) {
  CLI::App app("", "program");
  if (commands) app.add_subcommand("train"), app.add_subcommand("test");
  std::string name = "program", given = argument, value = "1";
  std::array<char*, 3> arguments{name.data(), given.data(), value.data()};
  try {
    read_arguments(app, with_value ? 3 : 2, arguments.data());
  } catch (const UsageError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(arguments_are_quoted_where_a_shell_would_take_them_apart) {
  BOOST_TEST(shell_quoted("out/rule-2.json") == "out/rule-2.json");
  BOOST_TEST(shell_quoted("my rules/a.json") == "'my rules/a.json'");
  BOOST_TEST(shell_quoted("it's") == "'it'\\''s'");
  BOOST_TEST(shell_quoted("") == "''");
  BOOST_TEST(shell_quoted("$HOME;ls") == "'$HOME;ls'");
}

BOOST_AUTO_TEST_CASE(what_nobody_knows_is_named_and_beside_it_the_commands_that_there_are) {
  BOOST_TEST(error(true, "tarin") == "'tarin' is unknown; choose one of train, test; see program --help");
  BOOST_TEST(error(false, "x") == "'x' is an argument too many; see program --help");
  for (const bool commands : {false, true})
    for (const bool with_value : {false, true})
      BOOST_TEST(error(commands, "--sed", with_value) == "there is no option --sed; see program --help");
}

BOOST_AUTO_TEST_SUITE_END()
