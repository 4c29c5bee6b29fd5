#include <engram/plasticity/random.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <set>
#include <stdexcept>
#include <vector>

using namespace engram::plasticity;

BOOST_AUTO_TEST_SUITE(random_numbers)

// Source: kat_vectors of Random123, the reference implementation by the paper's authors.
BOOST_AUTO_TEST_CASE(philox_gives_the_known_answers) {
  using Words = std::array<std::uint32_t, 4>;
  BOOST_TEST(philox4x32({0, 0, 0, 0}, {0, 0}) == (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  BOOST_TEST(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
             (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  BOOST_TEST(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
             (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

BOOST_AUTO_TEST_CASE(the_stream_of_seed_zero_is_philox_counting_up) {
  Random random(0);
  BOOST_TEST(random.bits() == 0xe169c58d6627e8d5u);
  BOOST_TEST(random.bits() == 0x9b00dbd8bc57ac4cu);
}

BOOST_AUTO_TEST_CASE(a_copy_and_a_restored_state_continue_alike) {
  for (const int drawn : {0, 1, 2, 7}) {
    Random random = Random(42).split("x");
    for (int i = 0; i < drawn; ++i) random.bits();
    Random copy = random;
    Random restored(random.state());
    for (int i = 0; i < 5; ++i) {
      const auto expected = random.bits();
      BOOST_TEST(copy.bits() == expected);
      BOOST_TEST(restored.bits() == expected);
    }
    BOOST_TEST((restored.state() == random.state()));
  }
}

BOOST_AUTO_TEST_CASE(splitting_does_not_depend_on_what_was_drawn) {
  Random a(7), b(7);
  for (int i = 0; i < 3; ++i) b.bits();
  BOOST_TEST(a.split(5).bits() == b.split(5).bits());
}

BOOST_AUTO_TEST_CASE(children_differ_from_each_other_and_from_their_parent) {
  std::set<std::uint64_t> first;
  const Random root(1);
  for (std::uint64_t i = 0; i < 100; ++i) {
    first.insert(root.split(i).bits());
    first.insert(root.split(i).split(0).bits());
    first.insert(Random(i).bits());
  }
  first.insert(root.split("train").bits());
  first.insert(root.split("test").bits());
  BOOST_TEST(first.size() == 302u);
}

BOOST_AUTO_TEST_CASE(neighbouring_streams_are_uncorrelated) {
  Random a = Random(3).split(0), b = Random(3).split(1);
  double sum = 0;
  const int n = 100000;
  for (int i = 0; i < n; ++i) sum += a.normal() * b.normal();
  BOOST_TEST(std::abs(sum / n) < 5 / std::sqrt(n));
}

BOOST_AUTO_TEST_CASE(uniform_numbers_fill_the_open_interval_evenly) {
  Random random(11);
  const int n = 100000;
  std::vector<int> count(10);
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    BOOST_REQUIRE(u > 0);
    BOOST_REQUIRE(u < 1);
    ++count[static_cast<std::size_t>(u * 10)];
  }
  for (const int c : count) BOOST_TEST(std::abs(c - n / 10) < 5 * std::sqrt(n * 0.09));
}

BOOST_AUTO_TEST_CASE(normal_numbers_have_the_moments_of_a_normal_distribution) {
  Random random(12);
  const int n = 200000;
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    m1 += x / n, m2 += x * x / n, m3 += x * x * x / n, m4 += x * x * x * x / n;
  }
  const double unit = 5 / std::sqrt(n);  // five standard errors of a mean of unit variance
  BOOST_TEST(std::abs(m1) < unit);
  BOOST_TEST(std::abs(m2 - 1) < std::sqrt(2) * unit);
  BOOST_TEST(std::abs(m3) < std::sqrt(15) * unit);
  BOOST_TEST(std::abs(m4 - 3) < std::sqrt(96) * unit);
}

BOOST_AUTO_TEST_CASE(normal_quantiles_match_an_evaluation_to_400_digits_in_the_middle_and_in_both_tails) {
  const std::vector<std::pair<double, double>> known{
      {1e-150, -26.122961190593983}, {1e-20, -9.262340089798407}, {1e-10, -6.361340902404057},
      {0.001, -3.0902323061678136},  {0.07, -1.4757910281791706}, {0.08, -1.4050715603096327},
      {0.3, -0.5244005127080408},    {0.6, 0.2533471031357997},   {0.975, 1.9599639845400538},
      {0.9999, 3.7190164854557084},
  };
  for (const auto& [p, x] : known) BOOST_TEST(normal_quantile(p) == x, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(normal_quantile(0.5) == 0.0);
  BOOST_CHECK_THROW(normal_quantile(0), std::invalid_argument);
  BOOST_CHECK_THROW(normal_quantile(std::nan("")), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(integers_are_even_and_within_range) {
  Random random(13);
  const int n = 70000;
  std::vector<int> count(7);
  for (int i = 0; i < n; ++i) ++count.at(random.integer(7));
  for (const int c : count) BOOST_TEST(std::abs(c - n / 7) < 5 * std::sqrt(n / 7.0));
  for (int i = 0; i < 10; ++i) BOOST_TEST(random.integer(1) == 0u);
  const std::uint64_t huge = (std::uint64_t{1} << 63) + 1;  // where nearly half of all words must be rejected
  for (int i = 0; i < 100; ++i) BOOST_TEST(random.integer(huge) < huge);
  BOOST_CHECK_THROW(random.integer(0), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(an_array_of_normals_is_drawn_row_by_row) {
  Random a(14), b(14);
  const Array<double> x = normal(a, 2, 3, 0.5);
  for (Index i = 0; i < 2; ++i)
    for (Index j = 0; j < 3; ++j) BOOST_TEST(x(i, j) == 0.5 * b.normal());
}

BOOST_AUTO_TEST_SUITE_END()
