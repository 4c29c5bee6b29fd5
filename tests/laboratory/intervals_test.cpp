#include <engram/laboratory/protocol.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdlib>

using namespace engram::laboratory;
using namespace engram::plasticity;

namespace {

/// Evaluations of several meta-trainings whose true accuracy is `truth`: their rules differ by normal numbers
/// of the deviation `between`, and their trials, after the only step, by ones of the deviation 1.
std::vector<Evaluation> simulated(Random& random, Index seeds, Index trials, double between, double truth) {
  std::vector<Evaluation> all;
  for (Index i = 0; i < seeds; ++i) {
    const double own = truth + between * random.normal();
    all.push_back({own + normal(random, trials, 1), own + normal(random, trials, 1)});
  }
  return all;
}

bool holds(double low, double high, double truth) { return low <= truth && truth <= high; }

/// What tables and charts print of a simulation, and how often it holds the truth.
struct Coverage {
  int runs = 0, gain = 0, band = 0, error = 0;

  void add(const std::vector<Evaluation>& a, const std::vector<Evaluation>& b, double truth, int degrees) {
    ++runs;
    const Interval i = compare(a, b).interval;
    gain += holds(i.low, i.high, 0);
    const Curve curve = learning_curve("", a, &Evaluation::train_loss);
    band += holds(curve.low[0], curve.high[0], truth);
    const std::string text = mean_text(accuracy_at(a, 0));  // "1000.123 ± 0.045"
    const double mean = std::stod(text),
                 reach = std::stod(text.substr(text.find("± ") + 3)) * student_t_bound(0.95, degrees);
    error += holds(mean - reach, mean + reach, truth);
  }

  /// 0.95, less or more than four standard errors of the simulation's own.
  void check() const {
    for (const int held : {gain, band, error}) {
      const double share = static_cast<double>(held) / runs;
      BOOST_TEST(share >= 0.93);
      BOOST_TEST(share <= 0.97);
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(intervals)

BOOST_AUTO_TEST_CASE(
    over_seeds_intervals_hold_the_truth_in_95_of_100_experiments_however_seeds_and_trials_vary) {
  Random random(1);
  for (const Index seeds : {3, 5, 10})
    for (const double between : {0.0, 0.1, 0.3, 1.0, 10.0})
      BOOST_TEST_CONTEXT(seeds << " seeds, seeds to trials " << between) {
        Coverage coverage;
        for (int run = 0; run < 2500; ++run)
          coverage.add(simulated(random, seeds, 20, between, 1000),
                       simulated(random, seeds, 20, between, 1000), 1000, static_cast<int>(seeds) - 1);
        coverage.check();
      }
}

BOOST_AUTO_TEST_CASE(of_one_seed_intervals_hold_its_own_mean_in_95_of_100_experiments) {
  Random random(2);
  for (const Index trials : {20, 100}) BOOST_TEST_CONTEXT(trials << " trials") {
      int held = 0;
      for (int run = 0; run < 2000; ++run) {
        const Curve band = learning_curve("", simulated(random, 1, trials, 0, 7), &Evaluation::accuracy);
        held += holds(band.low[0], band.high[0], 7);
      }
      BOOST_TEST(held >= 1860);
      BOOST_TEST(held <= 1940);
    }
}

// Figure 2's five seeds as they were printed with "± 0.002", which is the error of 500 trials.
BOOST_AUTO_TEST_CASE(the_error_of_several_seeds_is_that_of_their_means_whatever_the_number_of_trials) {
  const std::vector<double> means{0.951, 0.974, 0.973, 0.970, 0.970};
  Random random(3);
  Trials trials = normal(random, 5, 100, 0.04);
  for (Index i = 0; i < 5; ++i) trials.row(i) += means[static_cast<std::size_t>(i)] - trials.row(i).mean();
  BOOST_TEST(mean_text(trials) == "0.968 ± 0.004");
  const Interval i = interval_of(trials), known = student_interval(means);
  BOOST_TEST(i.low == known.low, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(i.high == known.high, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(gain_text({0.1256, 0, 0.1144, -0.1386}) == "+0.126 (+0.114 to -0.139)");
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_said_and_not_averaged) {
  Trials trials = Trials::Constant(2, 3, 0.5);
  trials(1, 2) = std::nan("");
  BOOST_TEST(mean_text(trials) == "not finite in 1 of 6 trials");
  BOOST_CHECK_EXCEPTION(interval_of(trials), std::invalid_argument, [](const auto& e) {
    return std::string(e.what()).starts_with("[interval_of] seed 2, trial 3 is nan");
  });
  BOOST_CHECK_THROW(interval_of(Trials::Ones(1, 1)), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(captions_say_what_is_computed) {
  BOOST_TEST(error_words(1) == "standard error over trials");
  BOOST_TEST(error_words(5) == "standard error over 5 seeds");
  BOOST_TEST(interval_words(1) == "95 % bootstrap interval over trials");
  BOOST_TEST(interval_words(5) == "95 % interval by Student's t over 5 seeds");
}

BOOST_AUTO_TEST_CASE(a_mean_and_its_error_have_as_many_decimals) {
  BOOST_TEST(mean_text(MeanAndError{0.18, 0.006}) == "0.180 ± 0.006");
  BOOST_TEST(mean_text(MeanAndError{0.0281, 0.0005}) == "0.028 ± 0.001");
  BOOST_TEST(mean_text(MeanAndError{0.00412, 0.00031}) == "0.0041 ± 0.0003");
  BOOST_TEST(mean_text(MeanAndError{1, 0}) == "1.000 ± 0.000");
  BOOST_TEST(mean_text(MeanAndError{1.84e300, 2e299}) == "1.84e+300 ± 2.00e+299");
  BOOST_TEST(mean_text(mean_and_error(std::vector{0.25})) == "0.250");
}

BOOST_AUTO_TEST_SUITE_END()
