#include "../support/terminal.hpp"

#include <engram/laboratory/terminal.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;
using namespace engram::test;

BOOST_AUTO_TEST_SUITE(terminal)

BOOST_AUTO_TEST_CASE(the_width_is_that_of_the_terminal_behind_the_stream) {
  const Terminal narrow(40);
  BOOST_TEST(terminal_width(narrow.stream(), 100) == 40);
  std::FILE* file = std::fopen("/dev/null", "w");
  BOOST_TEST(terminal_width(file, 100) == 100);
  BOOST_TEST(!can_redraw(file));
  std::fclose(file);
}

BOOST_AUTO_TEST_CASE(columns_are_characters_not_bytes) {
  BOOST_TEST(columns("") == 0);
  BOOST_TEST(columns("0.1 ± 0.2") == 9);
  BOOST_TEST(shortened("ä±ö±ü", 5) == "ä±ö±ü");
  BOOST_TEST(shortened("ä±ö±ü", 4) == "ä±..");
  BOOST_TEST(shortened("abc", 1) == ".");
  BOOST_TEST(shortened("abc", 0) == "");
}

BOOST_AUTO_TEST_CASE(text_is_broken_between_words) {
  BOOST_TEST(wrapped("one two three", 7) == "one two\nthree");
  BOOST_TEST(wrapped("one two three", 6) == "one\ntwo\nthree");
  BOOST_TEST(wrapped("one two\n\nthree four", 8) == "one two\n\nthree\nfour");
  BOOST_TEST(wrapped("± ± ± ±", 3) == "± ±\n± ±");
  BOOST_TEST(wrapped("", 5) == "");
  BOOST_TEST(wrapped("short\n", 5) == "short\n");
}

BOOST_AUTO_TEST_CASE(words_that_are_too_long_stay_whole) {
  BOOST_TEST(wrapped("see /a/long/path now", 5) == "see\n/a/long/path\nnow");
  BOOST_TEST(wrapped("/a/long/path", 5) == "/a/long/path");
}

BOOST_AUTO_TEST_CASE(lists_go_on_below_their_second_part) {
  const std::string line = "  --out X   Folder for all results";
  BOOST_TEST(wrapped(line, 26) == "  --out X   Folder for all\n            results");
  BOOST_TEST(wrapped(line, 20) ==
             "  --out X   Folder\n  for all results");  // there is no room for two columns
  BOOST_TEST(wrapped("  one two three", 9) == "  one two\n  three");
}

BOOST_AUTO_TEST_SUITE_END()
