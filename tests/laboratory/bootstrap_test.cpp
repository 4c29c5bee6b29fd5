#include <engram/laboratory/bootstrap.hpp>
#include <engram/laboratory/statistics.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

using namespace engram::laboratory;
using namespace engram::plasticity;
using Values = std::vector<double>;

namespace {

Values normals(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  Values values(n);
  for (double& v : values) v = random.normal();
  return values;
}

double width(const Interval& i) { return i.high - i.low; }

}  // namespace

BOOST_AUTO_TEST_SUITE(bootstrap_intervals)

BOOST_AUTO_TEST_CASE(of_many_normal_values_it_is_the_normal_interval) {
  const Values values = normals(400, 1);
  const MeanAndError known = mean_and_error(values);
  const Interval i = bootstrap(values, Random(2));
  BOOST_TEST(i.mean == known.mean, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(width(i) == 2 * 1.96 * known.error, boost::test_tools::tolerance(0.04));
  BOOST_TEST((i.low + i.high) / 2 - i.mean == 0.0, boost::test_tools::tolerance(0.01));
}

// Plain percentiles of 10 values would hold it in 85 % of all cases.
BOOST_AUTO_TEST_CASE(the_interval_holds_the_true_mean_as_often_as_it_says_also_of_few_values) {
  for (const std::size_t n : {10, 50}) {
    int holds = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
      const Interval i = bootstrap(normals(n, 100 + seed), Random(seed), 0.9, 500);
      holds += i.low <= 0 && 0 <= i.high;
    }
    // 0.9 of 1000 with a standard deviation of 9.5.
    BOOST_TEST(holds > 870);
    BOOST_TEST(holds < 930);
  }
}

BOOST_AUTO_TEST_CASE(one_seed_gives_the_same_interval_again) {
  const Values values = normals(30, 1);
  BOOST_TEST(bootstrap(values, Random(1)).low == bootstrap(values, Random(1)).low);
  BOOST_TEST(bootstrap(values, Random(1)).low != bootstrap(values, Random(2)).low);
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  BOOST_CHECK_THROW(bootstrap({}, Random(1)), std::invalid_argument);
  BOOST_CHECK_THROW(bootstrap(Values{1}, Random(1)), std::invalid_argument);
  BOOST_CHECK_THROW(bootstrap(Values{1, 2}, Random(1), 1.0), std::invalid_argument);
  BOOST_CHECK_THROW(bootstrap(Values{1, 2}, Random(1), 0.95, 0), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_trial_that_is_not_finite_is_refused_by_its_number) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    BOOST_CHECK_EXCEPTION(
        bootstrap(Values{1, 2, bad, 4}, Random(1)), std::invalid_argument,
        [](const auto& e) { return std::string(e.what()).starts_with("[bootstrap] trial 3 is "); });
}

BOOST_AUTO_TEST_SUITE_END()
