#include <engram/laboratory/axis.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace engram::laboratory;

BOOST_AUTO_TEST_SUITE(axis)

BOOST_AUTO_TEST_CASE(an_axis_shows_all_values_and_ends_at_tics) {
  const Axis a = axis_of({0.48, 0.972, 0.846});
  BOOST_TEST(a.low == 0.4, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(a.high == 1.0, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(a.share(a.value(0.3)) == 0.3, boost::test_tools::tolerance(1e-12));
  const Axis loss = axis_of({0.02, 2}, true);
  BOOST_TEST(loss.low < 0.02);
  BOOST_TEST(loss.high > 2);
  BOOST_TEST(loss.share(loss.value(0.3)) == 0.3, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_drawn_does_not_count) {
  constexpr double infinity = std::numeric_limits<double>::infinity(),
                   nan = std::numeric_limits<double>::quiet_NaN();
  const Axis a = axis_of({nan, 1, infinity, 2});
  BOOST_TEST(a.low == 1);
  BOOST_TEST(a.high == 2);
  const Axis b = axis_of({0, -1, 10, 1}, true);
  BOOST_TEST(b.low > 0);
  for (const bool logarithmic : {false, true}) {
    const Axis none = axis_of({nan}, logarithmic);
    BOOST_TEST(none.low < none.high);
  }
  BOOST_TEST(axis_of({3, 3}).low < axis_of({3, 3}).high);
}

BOOST_AUTO_TEST_CASE(numbers_along_an_axis_have_as_many_decimals_as_each_other) {
  const std::string linear = axis_script('y', axis_of({0.5, 1}));
  BOOST_TEST(linear.find("set format y '%.1f'") != std::string::npos, linear);
  BOOST_TEST(linear.find("set ytics nomirror 0.1") != std::string::npos, linear);
  const std::string given = axis_script('x', {0.05, 0.4}, {0.05, 0.1, 0.4});
  BOOST_TEST(given.find("'0.05' 0.05, '0.10' 0.1, '0.40' 0.4") != std::string::npos, given);
  const std::string logarithmic = axis_script('y', {1e-4, 1, true});
  BOOST_TEST(logarithmic.find("'10^{-4}' 0.0001, '0.001' 0.001") != std::string::npos, logarithmic);
  const std::string short_one = axis_script('y', {2e-4, 2e-3, true});
  BOOST_TEST(short_one.find("'0.0005' 0.0005, '0.001' 0.001") != std::string::npos, short_one);
}

BOOST_AUTO_TEST_SUITE_END()
