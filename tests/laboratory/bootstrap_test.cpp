#include <engram/laboratory/bootstrap.hpp>
#include <engram/laboratory/statistics.hpp>

#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_CASE(the_interval_holds_the_true_mean_as_often_as_it_says) {
  int holds = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Interval i = bootstrap(normals(50, 100 + seed), Random(seed), 0.9, 500);
    holds += i.low <= 0 && 0 <= i.high;
  }
  // 0.9 of 300 with a standard deviation of 5; percentile intervals of 50 values are a little narrow.
  BOOST_TEST(holds > 250);
  BOOST_TEST(holds < 285);
}

// Two seeds of mean 0 and 1, without spread between trials: a resample's mean is 0, 1/2 or 1 with
// probabilities 1/4, 1/2, 1/4.
BOOST_AUTO_TEST_CASE(trials_of_the_same_seed_do_not_count_as_independent) {
  Array<double> values(2, 100);
  values.row(0) = 0.0;
  values.row(1) = 1.0;
  const Interval two_levels = hierarchical_bootstrap(values, Random(1));
  BOOST_TEST(two_levels.mean == 0.5);
  BOOST_TEST(two_levels.low == 0.0);
  BOOST_TEST(two_levels.high == 1.0);
  const Interval half = hierarchical_bootstrap(values, Random(1), 0.4);  // within the middle half
  BOOST_TEST(half.low == 0.5);
  BOOST_TEST(half.high == 0.5);
  const Interval flat = bootstrap({values.data(), static_cast<std::size_t>(values.size())}, Random(1));
  BOOST_TEST(width(flat) < 0.15);
}

BOOST_AUTO_TEST_CASE(if_seeds_do_not_differ_only_trials_count) {
  Array<double> values(5, 200);
  const Values row = normals(200, 3);
  for (Index i = 0; i < 5; ++i) values.row(i) = Eigen::Map<const Array<double>>(row.data(), 1, 200);
  const double error = mean_and_error(row).error / std::sqrt(5.0);
  BOOST_TEST(width(hierarchical_bootstrap(values, Random(1))) == 2 * 1.96 * error,
             boost::test_tools::tolerance(0.05));
}

BOOST_AUTO_TEST_CASE(one_seed_gives_the_same_interval_again) {
  const Values values = normals(30, 1);
  BOOST_TEST(bootstrap(values, Random(1)).low == bootstrap(values, Random(1)).low);
  BOOST_TEST(bootstrap(values, Random(1)).low != bootstrap(values, Random(2)).low);
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  BOOST_CHECK_THROW(bootstrap({}, Random(1)), std::invalid_argument);
  BOOST_CHECK_THROW(bootstrap(Values{1}, Random(1), 1.0), std::invalid_argument);
  BOOST_CHECK_THROW(bootstrap(Values{1}, Random(1), 0.95, 0), std::invalid_argument);
  BOOST_CHECK_THROW(hierarchical_bootstrap({}, Random(1)), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
