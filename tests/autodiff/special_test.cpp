// Special functions at the ends of their domains, and what they refuse. What their values and derivatives are
// is compared with 50 digits in derivative_values_test.cpp.
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace engram::test;

namespace {

struct Limit {
  const char* name;
  std::function<Value(const Value&)> f;
  double x, y;
};

#define NAMED(function) #function, [](const Value& x) { return ad::function(x); }
#define OF_ORDER(function, n) #function, [](const Value& x) { return ad::function(n, x); }

const double half_pi = std::acos(0.0);
const std::vector<Limit> limits = {
    {NAMED(atan), infinity, half_pi},
    {NAMED(asin), 1.1, not_a_number},
    {NAMED(acos), -1.1, not_a_number},
    {NAMED(acosh), 0.5, not_a_number},
    {NAMED(atanh), 1, infinity},
    {NAMED(atanh), 2, not_a_number},
    {NAMED(log2), 0, -infinity},
    {NAMED(log10), -1, not_a_number},
    {NAMED(cbrt), -8, -2},
    {NAMED(exp2), 10, 1024},
    {NAMED(log2), 1024, 10},
    {NAMED(log10), 1000, 3},
    {NAMED(erfcx), infinity, 0},
    {NAMED(erfcx), -infinity, infinity},
    {NAMED(normal_cdf), infinity, 1},
    {NAMED(normal_cdf), -infinity, 0},
    {NAMED(log_normal_cdf), -infinity, -infinity},
    {NAMED(log_normal_cdf), infinity, 0},
    {NAMED(normal_quantile), 0, -infinity},
    {NAMED(normal_quantile), 1, infinity},
    {NAMED(normal_quantile), 1.5, not_a_number},
    {NAMED(lgamma), -3, infinity},
    {NAMED(lgamma), infinity, infinity},
    {NAMED(digamma), -3, not_a_number},
    {NAMED(digamma), infinity, infinity},
    {OF_ORDER(polygamma, 1), infinity, 0},
    {NAMED(logit), 0, -infinity},
    {NAMED(logit), 1, infinity},
    {NAMED(logit), -0.1, not_a_number},
    {NAMED(log_sigmoid), -infinity, -infinity},
    {NAMED(log_sigmoid), infinity, 0},
    {NAMED(sinc), infinity, 0},
    {NAMED(sinc), -7, 0},
    {OF_ORDER(bessel_j, 0), -infinity, 0},
    {OF_ORDER(bessel_i, 1), -infinity, -infinity},
    {OF_ORDER(bessel_i, 2), 1000, infinity},
    {OF_ORDER(bessel_i_scaled, 0), infinity, 0},
    {NAMED(round), 2.5, 2},
    {NAMED(round), -3.5, -4},
    {NAMED(trunc), -2.7, -2},
    {NAMED(floor), -2.1, -3},
    {NAMED(ceil), infinity, infinity},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(special)

BOOST_AUTO_TEST_CASE(at_the_ends_of_their_domains_functions_have_their_limits_and_outside_nan) {
  for (const Limit& l : limits) {
    BOOST_TEST(difference(l.f(Value(l.x)), Value(l.y)) < 1e-15, l.name << " at " << l.x);
    BOOST_TEST(std::isnan(l.f(Value(not_a_number)).item()), l.name << " of NaN");
  }
}

BOOST_AUTO_TEST_CASE(functions_of_two_arguments_have_their_limits) {
  const auto nan_of = [](const Value& v) { return std::isnan(v.item()); };
  BOOST_TEST(ad::logaddexp(Value(-infinity), -infinity).item() == -infinity);
  BOOST_TEST(ad::logaddexp(Value(infinity), -infinity).item() == infinity);
  BOOST_TEST(nan_of(ad::logaddexp(Value(not_a_number), infinity)));
  BOOST_TEST(nan_of(ad::log_beta(Value(0.0), 1.0)));
  BOOST_TEST(nan_of(ad::fmod(Value(1.0), 0.0)));
  BOOST_TEST(ad::fmod(Value(-7.5), 2.0).item() == -1.5);
  BOOST_TEST(ad::hypot(Value(1e300), 1e300).item() == std::hypot(1e300, 1e300));
  BOOST_TEST(ad::xlogy(Value(0.0), 0.0).item() == 0);
  BOOST_TEST(ad::xlog1py(Value(0.0), -1.0).item() == 0);
}

BOOST_AUTO_TEST_CASE(where_there_is_no_derivative_it_is_what_the_headers_say) {
  ad::Tape<double> tape;
  const auto zero = tape.variable(0.0), one = tape.variable(1.0);
  for (const auto& g : ad::gradient(ad::hypot(zero, 0.0 * one), {zero, one})) BOOST_TEST(g.item() == 0);
  BOOST_TEST(std::isnan(ad::gradient(ad::atan2(zero, 0.0), zero).item()));
  BOOST_TEST(ad::gradient(ad::clamp(one, 0, 1), one).item() == 1);
  BOOST_TEST(ad::gradient(ad::clamp(one, 2, 3), one).item() == 0);
  BOOST_TEST(ad::gradient(ad::bessel_i_scaled(0, zero), zero).item() == 0);
  BOOST_TEST(ad::gradient(ad::bessel_i_scaled(1, zero), zero).item() == 0.5);
  BOOST_TEST(ad::gradient(ad::asin(one), one).item() == infinity);
  BOOST_TEST(ad::gradient(ad::cbrt(zero), zero).item() == infinity);
}

BOOST_AUTO_TEST_CASE(orders_and_bounds_that_cannot_be_are_errors) {
  const Value x(1.0);
  expect_error("[polygamma] there is no order -1: orders begin with 0", [&] { ad::polygamma(-1, x); });
  expect_error("[bessel_j] there is no order -2: orders begin with 0", [&] { ad::bessel_j(-2, x); });
  expect_error("[clamp] there is nothing between 2 and 1", [&] { ad::clamp(x, 2.0, 1.0); });
  expect_error("[atan2] shapes (2,3) and (3,2) do not broadcast", [&] {
    ad::atan2(random_value({2, 3}, 1), random_value({3, 2}, 1));
  });
}

BOOST_AUTO_TEST_SUITE_END()
