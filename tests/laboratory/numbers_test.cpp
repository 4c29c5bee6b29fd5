#include <engram/laboratory/numbers.hpp>
#include <engram/laboratory/usage_error.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>

using namespace engram::laboratory;

namespace {

/// What is said about the text, or "" if it is taken.
template <class Parse>
std::string error(const Parse& parse) {
  try {
    parse();
  } catch (const UsageError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(numbers)

BOOST_AUTO_TEST_CASE(a_text_that_is_no_finite_number_within_limits_is_refused) {
  for (const char* text : {"", " ", " 1", "1 ", "x", "1x", "0x1", "1,5", "nan", "-nan", "inf", "-inf",
                           "infinity", "1e999", "-1e999", "1e-999", "--1"})
    BOOST_TEST(error([&] { parse_real("--noise", text, {}); }) ==
               fmt::format("--noise is '{}'; it must be a finite number", text));
  for (const char* text : {"", " ", " 1", "1 ", "x", "1x", "0x1", "1.0", "1e1", "nan", "inf", "-1", "+-1",
                           "11", "18446744073709551616", "-18446744073709551615"})
    BOOST_TEST(error([&] { parse_whole<std::uint64_t>("--seed", text, 0, 10); }) ==
               fmt::format("--seed is '{}'; it must be a whole number from 0 to 10", text));
}

BOOST_AUTO_TEST_CASE(limits_are_kept_and_named) {
  const RealLimits share{.low = 0, .high = 1}, rate{.low = 0, .above_low = true}, noise{.low = 0},
      half_open{.low = 0, .high = 1, .above_low = true};
  BOOST_TEST(parse_real("x", "0", share) == 0);
  BOOST_TEST(parse_real("x", "1", share) == 1);
  BOOST_TEST(error([&] { parse_real("x", "1.5", share); }) == "x is '1.5'; it must be a number from 0 to 1");
  BOOST_TEST(error([&] { parse_real("x", "0", rate); }) == "x is '0'; it must be a number above 0");
  BOOST_TEST(error([&] { parse_real("x", "-1", noise); }) == "x is '-1'; it must be a number of 0 or more");
  BOOST_TEST(error([&] { parse_real("x", "0", half_open); }) ==
             "x is '0'; it must be a number above 0 and at most 1");
}

BOOST_AUTO_TEST_CASE(numbers_are_read_to_the_last_bit) {
  BOOST_TEST(parse_real("x", "0.1", {}) == 0.1);
  BOOST_TEST(parse_real("x", "-1.7976931348623157e308", {}) == std::numeric_limits<double>::lowest());
  const auto most = std::numeric_limits<std::uint64_t>::max();
  BOOST_TEST(parse_whole<std::uint64_t>("x", "18446744073709551615", 0, most) == most);
  BOOST_TEST(parse_whole<long>("x", "-5", -5, 5) == -5);
}

BOOST_AUTO_TEST_SUITE_END()
