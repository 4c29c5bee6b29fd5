#include <engram/laboratory/statistics.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <stdexcept>
#include <vector>

using namespace engram::laboratory;
using Values = std::vector<double>;

BOOST_AUTO_TEST_SUITE(statistics, *boost::unit_test::tolerance(1e-13))

BOOST_AUTO_TEST_CASE(mean_and_error_are_those_of_the_textbook) {
  const auto [mean, error] = mean_and_error(Values{2, 4, 4, 4, 5, 5, 7, 9});
  BOOST_TEST(mean == 5.0);
  BOOST_TEST(error == std::sqrt(32.0 / 7 / 8));
}

BOOST_AUTO_TEST_CASE(one_value_has_no_known_error_and_none_is_a_mistake) {
  BOOST_TEST(mean_and_error(Values{3}).mean == 3.0);
  BOOST_TEST(std::isnan(mean_and_error(Values{3}).error));
  BOOST_CHECK_THROW(mean_and_error({}), std::invalid_argument);
}

// Source: the exact finite series (Abramowitz and Stegun 26.7.3 and 26.7.4) evaluated to 60 digits.
BOOST_AUTO_TEST_CASE(student_bounds_match_known_values) {
  struct Known {
    double probability;
    int degrees;
    double bound;
  };
  for (const auto& [probability, degrees, bound] : {Known{0.90, 1, 6.313751514675043},
                                                    {0.90, 2, 2.9199855803537256},
                                                    {0.90, 30, 1.6972608865939578},
                                                    {0.95, 1, 12.706204736174705},
                                                    {0.95, 2, 4.302652729749464},
                                                    {0.95, 3, 3.1824463052837095},
                                                    {0.95, 9, 2.2621571627982053},
                                                    {0.95, 30, 2.042272456301238},
                                                    {0.95, 99, 1.9842169515864174},
                                                    {0.95, 1000, 1.9623390808264085},
                                                    {0.99, 1, 63.65674116287158},
                                                    {0.99, 3, 5.840909309733357},
                                                    {0.99, 99, 2.6264054572808275}})
    BOOST_TEST(student_t_bound(probability, degrees) == bound);
  BOOST_CHECK_THROW(student_t_bound(1, 5), std::invalid_argument);
  BOOST_CHECK_THROW(student_t_bound(0.95, 0), std::invalid_argument);
}

// Source: Student, "The probable error of a mean", Biometrika 6 (1908), table of the extra sleep from two
// drugs.
BOOST_AUTO_TEST_CASE(the_interval_of_students_own_example_is_his) {
  const Values a{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  const Values b{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
  Values difference;
  for (std::size_t i = 0; i < a.size(); ++i) difference.push_back(a[i] - b[i]);
  const Interval d = student_interval(difference);
  BOOST_TEST(d.mean == 1.58);
  BOOST_TEST(d.mean / d.error == 4.0621, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(d.low == 0.7001142, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(d.high == 2.4598858, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(values_that_tell_nothing_of_their_spread_are_refused) {
  BOOST_CHECK_THROW(student_interval(Values{1}), std::invalid_argument);
  BOOST_CHECK_EXCEPTION(
      student_interval(Values{1, 2, std::nan("")}), std::invalid_argument,
      [](const auto& e) { return std::string(e.what()).find("value 3 is nan") != std::string::npos; });
}

BOOST_AUTO_TEST_SUITE_END()
