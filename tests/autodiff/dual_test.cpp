// Dual numbers by themselves. What they do inside of ops is tested with elementwise.
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace engram::test;

namespace {

using Dual = ad::Dual<double>;
using Third = ad::Dual<double, 3>;

/// x, moving at speed 1 in every order.
template <int n>
ad::Dual<double, n> moving(double x) {
  if constexpr (n == 0)
    return x;
  else
    return {moving<n - 1>(x), 1.0};
}

/// A function's value and its first three derivatives.
std::array<double, 4> derivatives(auto f, double x) {
  const Third y = f(moving<3>(x));
  return {y.value.value.value.value, y.tangent.value.value.value, y.tangent.tangent.value.value,
          y.tangent.tangent.tangent.value};
}

void check(auto f, double x, const std::array<double, 4>& expected) {
  const auto found = derivatives(f, x);
  for (std::size_t k = 0; k < 4; ++k)
    BOOST_TEST(difference(Value(found[k]), Value(expected[k])) < 1e-14,
               "derivative " << k << " at " << x << ": " << found[k] << ", not " << expected[k]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dual)

BOOST_AUTO_TEST_CASE(derivatives_to_third_order_are_right) {
  using std::exp, std::log, std::sin, std::cos, std::sqrt;
  const double x = 0.7, e = exp(x), s = sin(x), c = cos(x), t = std::tanh(x), u = 1 - t * t;
  const double q = 1 + x * x, g = 2 / sqrt(std::acos(-1.0)) * exp(-x * x);
  check([](auto v) { return exp(v); }, x, {e, e, e, e});
  check([](auto v) { return expm1(v); }, x, {std::expm1(x), e, e, e});
  check([](auto v) { return log(v); }, x, {log(x), 1 / x, -1 / (x * x), 2 / (x * x * x)});
  check([](auto v) { return log1p(v); }, x - 1, {log(x), 1 / x, -1 / (x * x), 2 / (x * x * x)});
  check([](auto v) { return sqrt(v); }, x,
        {sqrt(x), 0.5 / sqrt(x), -0.25 / (x * sqrt(x)), 0.375 / (x * x * sqrt(x))});
  check([](auto v) { return sin(v); }, x, {s, c, -s, -c});
  check([](auto v) { return cos(v); }, x, {c, -s, -c, s});
  check([](auto v) { return tanh(v); }, x, {t, u, -2 * t * u, u * (6 * t * t - 2)});
  check([](auto v) { return atan(v); }, x,
        {std::atan(x), 1 / q, -2 * x / (q * q), (6 * x * x - 2) / (q * q * q)});
  check([](auto v) { return erf(v); }, x, {std::erf(x), g, -2 * x * g, (4 * x * x - 2) * g});
  check([](auto v) { return abs(v); }, -x, {x, -1, 0, 0});
  check([](auto v) { return -v * v * v + 2 / v - (v - 1) / 4; }, 2,
        {-7.25, -12 - 0.5 - 0.25, -12 + 0.5, -6 - 12.0 / 16});
}

BOOST_AUTO_TEST_CASE(powers_are_right_where_the_base_or_the_exponent_moves) {
  const double l = std::log(3);
  check([](auto v) { return pow(v, 4); }, -2, {16, -32, 48, -48});
  check([](auto v) { return pow(v, 2); }, 0, {0, 0, 2, 0});
  check([](auto v) { return pow(v, 0.0); }, 0, {1, 0, 0, 0});
  check([](auto v) { return pow(3, v); }, 2, {9, 9 * l, 9 * l * l, 9 * l * l * l});
  check([](auto v) { return pow(v, Third(4.0)); }, -2, {16, -32, 48, -48});
  check([](auto v) { return pow(0.0, v); }, 0.5, {0, 0, 0, 0});
  check([](auto v) { return pow(v, Third(0.0)); }, 0, {1, 0, 0, 0});
  const auto power = pow(Dual(3, 5), Dual(2, 7));  // 5 · 2 · 3 + 7 · 9 log 3
  BOOST_TEST(power.tangent.primal() == 30 + 63 * l, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(numbers_are_constants_on_either_side) {
  const Dual x(3, 1);
  for (const Dual& y : {2 + x, x + 2, x - 2, -(2 - x)}) BOOST_TEST(y.tangent.primal() == 1);
  BOOST_TEST((2 * x).tangent.primal() == 2);
  BOOST_TEST((6 / x).tangent.primal() == -6.0 / 9);
  Dual y = 2.0;
  y += x, y *= 2, y -= x * x, y /= x;  // (2 (2 + x) - x²) / x
  BOOST_TEST(y.primal() == 1.0 / 3);
  BOOST_TEST(y.tangent.primal() == -4.0 / 9 - 1, boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(comparisons_compare_the_numbers) {
  const Dual a(1, 5), b(2, 3);
  BOOST_TEST((a < b && b > a && a <= 1 && 1 >= a && a == 1 && a != b && 0 < a && !(a == 2)));
  BOOST_TEST(!(Dual(not_a_number) < 1));
  BOOST_TEST((ad::Dual<float>(0.1f) == 0.1));  // as the precision knows it
}

BOOST_AUTO_TEST_CASE(kinks_have_the_derivatives_that_are_promised) {
  const Dual a(2, 5), b(2, 3);
  BOOST_TEST(abs(Dual(0, 1)).tangent.primal() == 0);
  BOOST_TEST(max(a, b).tangent.primal() == 5);
  BOOST_TEST(min(a, b).tangent.primal() == 5);
  BOOST_TEST(max(a, 3).tangent.primal() == 0);
  BOOST_TEST(min(a, 3).tangent.primal() == 5);
  BOOST_TEST(max(1, b).tangent.primal() == 3);
  for (const Dual& y :
       {max(a, not_a_number), max(not_a_number, a), min(a, not_a_number), min(not_a_number, a)})
    BOOST_TEST(std::isnan(y.primal()));
  const auto branching = [](const Dual& x) { return x > 0 ? x * x : 0.0; };
  BOOST_TEST(branching(Dual(3, 1)).tangent.primal() == 6);
  BOOST_TEST(branching(Dual(-3, 1)).tangent.primal() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
