#include <engram/laboratory/wilcoxon.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <stdexcept>
#include <vector>

using namespace engram::laboratory;
using Values = std::vector<double>;

namespace {

SignedRank of(const Values& differences) {
  return wilcoxon_signed_rank(differences, Values(differences.size(), 0.0));
}

/// 1, 2, -3, 4, 5, -6 ..., each divided by `group` and rounded down.
Values every_third_negative(int n, int group) {
  Values d;
  for (int i = 1; i <= n; ++i) d.push_back(i % 3 == 0 ? -(i / group) : i / group);
  return d;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wilcoxon, *boost::unit_test::tolerance(1e-13))

// Source: Hollander, Wolfe, "Nonparametric statistical methods" (1973), page 29, Hamilton depression scores.
BOOST_AUTO_TEST_CASE(the_textbook_example_is_exact) {
  const SignedRank r = wilcoxon_signed_rank(Values{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30},
                                            Values{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29});
  BOOST_TEST(r.statistic == 40.0);
  BOOST_TEST(r.n == 9u);
  BOOST_TEST(r.exact);
  BOOST_TEST(r.probability == 0.0390625);
}

// Source: Darwin, "The effects of cross and self fertilisation in the vegetable kingdom" (1876), heights of
// maize in eighths of an inch; the probability is published as an example of SciPy's scipy.stats.wilcoxon.
BOOST_AUTO_TEST_CASE(darwins_maize_has_its_published_probability) {
  const SignedRank r = of({49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48});
  BOOST_TEST(r.statistic == 96.0);
  BOOST_TEST(r.probability == 0.041259765625);
}

// The expected values are SciPy 1.17.1's: scipy.stats.wilcoxon with zero_method="wilcox" and method="exact",
// PermutationMethod(n_resamples=inf) where there are ties or zeros, correction=True where it approximates.
BOOST_AUTO_TEST_CASE(exact_probabilities_are_scipys_also_with_ties_and_zeros) {
  BOOST_TEST(of(every_third_negative(20, 1)).probability == 0.1230926513671875);
  BOOST_TEST(of(every_third_negative(50, 1)).probability == 0.02616696817119646);
  const SignedRank tied = of({1, 1, 2, -2, 3, 3, -1, 4, 5, 5});
  BOOST_TEST(tied.statistic == 48.5);
  BOOST_TEST(tied.probability == 0.03515625);
  const SignedRank zeros = of({0, 0, 1, -2, 3, 4, 0, 5, -6, 7});
  BOOST_TEST(zeros.n == 7u);
  BOOST_TEST(zeros.statistic == 20.0);
  BOOST_TEST(zeros.probability == 0.375);
  const SignedRank both = of(every_third_negative(12, 2));
  BOOST_TEST(both.n == 11u);
  BOOST_TEST(both.statistic == 40.5);
  BOOST_TEST(both.probability == 0.54296875);
}

BOOST_AUTO_TEST_CASE(beyond_50_pairs_the_probability_is_scipys_approximation) {
  const SignedRank plain = of(every_third_negative(51, 1));
  BOOST_TEST(!plain.exact);
  BOOST_TEST(plain.probability == 0.05645580536770219);
  BOOST_TEST(of(every_third_negative(60, 1)).probability == 0.03622649417878663);
  const SignedRank tied = of(every_third_negative(80, 4));
  BOOST_TEST(tied.n == 77u);
  BOOST_TEST(tied.statistic == 2028.5);
  BOOST_TEST(tied.probability == 0.007492895246358415);
}

BOOST_AUTO_TEST_CASE(the_sign_of_the_difference_does_not_matter_and_no_difference_is_none) {
  Values d = every_third_negative(12, 1), opposite;
  for (const double x : d) opposite.push_back(-x);
  BOOST_TEST(of(d).probability == of(opposite).probability);
  BOOST_TEST(of({0, 0, 0}).probability == 1.0);
  BOOST_TEST(of({0, 0, 0}).n == 0u);
  BOOST_TEST(of({1, -1}).probability == 1.0);
}

BOOST_AUTO_TEST_CASE(rounding_breaks_no_ties) {
  const SignedRank r = wilcoxon_signed_rank(Values{0.3, 0.9, 0.1}, Values{0.1, 0.7, 0.3});  // all 0.2 apart
  BOOST_TEST(r.statistic == 4.0);
  BOOST_TEST(wilcoxon_signed_rank(Values{0.1 + 0.2}, Values{0.3}).n == 0u);
}

BOOST_AUTO_TEST_CASE(unpaired_or_no_values_are_refused) {
  BOOST_CHECK_THROW(wilcoxon_signed_rank(Values{1, 2}, Values{1}), std::invalid_argument);
  BOOST_CHECK_THROW(wilcoxon_signed_rank({}, {}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_value_without_a_rank_is_refused_by_name) {
  for (const double bad : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()})
    for (const bool first : {true, false}) {
      Values a{1, 2, bad}, b(3, 0.0);
      if (!first) std::swap(a, b);
      BOOST_CHECK_EXCEPTION(wilcoxon_signed_rank(a, b), std::invalid_argument, [](const auto& e) {
        return std::string(e.what()).starts_with("[wilcoxon_signed_rank] value 3 is ");
      });
    }
}

BOOST_AUTO_TEST_SUITE_END()
