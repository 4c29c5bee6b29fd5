// Special functions of numbers: what Boost.Math has, and what it has not.
#include <engram/autodiff/special.hpp>

// Nothing is thrown here (see Policy). Else Boost's exceptions would be symbols of the shared library.
#define BOOST_NO_EXCEPTIONS
#include <boost/config.hpp>
#undef BOOST_SYMBOL_VISIBLE
#define BOOST_SYMBOL_VISIBLE

#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/cos_pi.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/polygamma.hpp>
#include <boost/math/special_functions/sin_pi.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <limits>

/// Boost calls this in place of throwing, which it does not do here. A program may have one of its own.
[[gnu::weak]] void boost::throw_exception(const std::exception&) { std::abort(); }

ENGRAM_AUTODIFF_BEGIN
namespace special {
namespace {

namespace policies = boost::math::policies;
/// Nothing is thrown, and nothing computed in long double.
using Policy = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>, policies::underflow_error<policies::ignore_error>,
    policies::denorm_error<policies::ignore_error>, policies::evaluation_error<policies::ignore_error>,
    policies::rounding_error<policies::ignore_error>,
    policies::indeterminate_result_error<policies::ignore_error>, policies::promote_float<false>,
    policies::promote_double<false>>;

using Limits = std::numeric_limits<double>;
using std::numbers::inv_sqrtpi, std::numbers::pi, std::numbers::sqrt2;
const double root_two_over_pi = sqrt2 * inv_sqrtpi, root_two_pi = sqrt2 / inv_sqrtpi;

/// exp(c x²), with what the rounding of x² loses.
double exp_of_square(double c, double x) {
  const double square = x * x;
  const double y = std::exp(c * square);
  return y == 0 || std::isinf(y) ? y : y * (1 + c * std::fma(x, x, -square));
}

double erfcx_of(double x) {
  if (x < 0) return 2 * exp_of_square(1, x) - erfcx_of(-x);
  if (x < 25) return exp_of_square(1, x) * std::erfc(x);
  // 1 - 1/(2x²) + 3/(2x²)² - ..., which falls fast enough here
  const double r = 0.5 / x / x;
  return inv_sqrtpi / x * (1 - r * (1 - 3 * r * (1 - 5 * r * (1 - 7 * r * (1 - 9 * r)))));
}

/// The probability of more than x >= 0.
double normal_tail(double x) { return 0.5 * erfcx_of(x / sqrt2) * exp_of_square(-0.5, x); }

double binomial(int k, int i) { return i == 0 ? 1 : binomial(k - 1, i - 1) * k / i; }

/// The k-th derivative of a Bessel function of order n, from the functions of the orders around, since f_n' =
/// (f_{n-1} + sign f_{n+1}) / 2 for each of them.
template <class F>
double bessel_derivative(const F& f, int sign, int n, int k, double x) {
  double sum = 0;
  for (int i = 0; i <= k; ++i) {
    const int order = n - k + 2 * i;
    const double factor = (i % 2 ? sign : 1) * (order < 0 && order % 2 ? sign : 1);
    sum += factor * binomial(k, i) * f(std::abs(order), x);
  }
  return std::ldexp(sum, -k);
}

double bessel_j_of(int n, double x) { return boost::math::cyl_bessel_j(n, x, Policy()); }
double bessel_i_of(int n, double x) { return boost::math::cyl_bessel_i(n, x, Policy()); }

/// The k-th derivative of exp(-x) I_n(x) by differences of the derivatives of I_n: for x that are not large,
/// where they do not cancel.
double scaled_by_derivatives(int n, int k, double x) {
  double sum = 0;
  for (int j = 0; j <= k; ++j) sum += ((k - j) % 2 ? -1 : 1) * binomial(k, j) * bessel_i(n, j, x);
  return std::exp(-x) * sum;
}

/// From exp(-x) I_n(x) = 1/π ∫ exp(x (cos t - 1)) cos nt dt over 0 <= t <= π, by the trapezoidal rule, which
/// converges geometrically.
double scaled_by_integral(int n, int k, double x) {
  const int intervals = 16 + n + k + static_cast<int>(3.5 * std::sqrt(x));
  double sum = 0;
  for (int i = 0; i <= intervals; ++i) {
    const double t = pi * i / intervals, s = std::sin(0.5 * t), d = -2 * s * s;
    const double term = std::exp(x * d) * std::pow(d, k) * std::cos(n * t);
    sum += i == 0 || i == intervals ? 0.5 * term : term;
  }
  return sum / intervals;
}

/// From the series for large x, differentiated term by term.
double scaled_by_series(int n, int k, double x) {
  double term = 1 / (root_two_pi * std::sqrt(x)), power = -0.5;  // of x in the term
  for (int i = 0; i < k; ++i) term *= (power - i) / x;
  double sum = term;
  for (int j = 1; j < 60 && std::abs(term) > Limits::epsilon() * std::abs(sum); ++j, power -= 1) {
    const double odd = 2 * j - 1;
    term *= -(4.0 * n * n - odd * odd) / (8 * j * x);
    term *= (power - k) / power;  // (power - 1) ... (power - k) in place of power ... (power - k + 1)
    sum += term;
  }
  return sum;
}

/// Where Γ has a pole.
bool is_pole(double x) { return x <= 0 && x == std::floor(x); }

/// The difference of Stirling's formula and log Γ(x), for x >= 10.
double stirling_correction(double x) {
  const double r = 1 / x, s = r * r;
  return r *
         (1. / 12 +
          s * (-1. / 360 +
               s * (1. / 1260 + s * (-1. / 1680 + s * (1. / 1188 + s * (-691. / 360360 + s * (1. / 156)))))));
}

}  // namespace

double gauss(double x) { return exp_of_square(-1, x); }

// The derivatives are made of the integrals of erfc: (-2)^k k! exp(x²) iᵏerfc(x), DLMF 7.18.4.
double erfcx(int k, double x) {
  double y = erfcx_of(x);
  if (x < 1) {  // iⁿ = (iⁿ⁻² - 2x iⁿ⁻¹) / (2n)
    double before = 2 * inv_sqrtpi;
    for (int n = 1; n <= k; ++n) {
      const double next = (before - 2 * x * y) / (2 * n);
      before = y;
      y = next;
    }
  } else {  // from above, where the quotients of neighbours forget where they began
    const int first = k + 20 + static_cast<int>(200 / (x * x));
    double quotient = 0;
    for (int n = first; n > 0; --n) {
      quotient = 1 / (2 * x + 2 * (n + 1) * quotient);
      if (n <= k) y *= quotient;
    }
  }
  for (int n = 1; n <= k; ++n) y *= -2 * n;
  return y;
}

double normal_cdf(double x) { return x < -1 ? normal_tail(-x) : 0.5 * std::erfc(-x / sqrt2); }

double normal_density(double x) { return exp_of_square(-0.5, x) / root_two_pi; }

double log_normal_cdf(double x) {
  if (x < -1) return std::log(0.5 * erfcx_of(-x / sqrt2)) - 0.5 * x * x;
  return std::log1p(x < 0 ? -0.5 * std::erfc(x / sqrt2) : -normal_tail(x));
}

double normal_hazard(double x) {
  return x <= 0 ? root_two_over_pi / erfcx_of(-x / sqrt2) : normal_density(x) / (1 - normal_tail(x));
}

double normal_hazard_excess(double x) {
  if (x >= -1) return x + normal_hazard(x);
  return std::isinf(x) ? 0 : -erfcx(1, -x / sqrt2) / (sqrt2 * erfcx_of(-x / sqrt2));
}

double normal_quantile(double p) {
  if (p == 0 || p == 1) return p == 0 ? -Limits::infinity() : Limits::infinity();
  return p > 0 && p < 1 ? -sqrt2 * boost::math::erfc_inv(2 * p, Policy()) : Limits::quiet_NaN();
}

// The density at the quantile, from the tail there: the exponential would blow up the quantile's error.
double normal_quantile_slope(double p) {
  const double tail = std::min(p, 1 - p);
  if (tail == 0) return Limits::infinity();
  return 1 / (tail * normal_hazard(-std::abs(normal_quantile(p))));
}

double lgamma(double x) {
  return std::isinf(x) || is_pole(x) ? Limits::infinity() : boost::math::lgamma(x, Policy());
}

double polygamma(int n, double x) {
  if (std::isinf(x) && x > 0) return n == 0 ? x : 0;
  if (!std::isfinite(x) || is_pole(x)) return Limits::quiet_NaN();
  const double y = n == 0 ? boost::math::digamma(x, Policy()) : boost::math::polygamma(n, x, Policy());
  return x > 0 && std::isinf(y) ? (n % 2 ? Limits::infinity() : -Limits::infinity())
                                : y;  // Boost's has no sign
}

double log_beta(double a, double b) {
  if (!(a > 0 && b > 0)) return Limits::quiet_NaN();
  if (a > b) std::swap(a, b);
  if (std::isinf(b)) return -b;
  if (b < 10) return std::log(boost::math::beta(a, b, Policy()));
  // log Γ of the large ones by Stirling's formula, whose parts are put together before they cancel.
  const double share = a / (a + b), rest = stirling_correction(b) - stirling_correction(a + b);
  if (a < 10) return lgamma(a) + rest + a - a * std::log(a + b) + (b - 0.5) * std::log1p(-share);
  return std::log(root_two_pi) - 0.5 * std::log(b) + stirling_correction(a) + rest +
         (a - 0.5) * std::log(share) + b * std::log1p(-share);
}

double polygamma_difference(int n, double a, double b) {
  if (!(a > 0 && b > 0)) return Limits::quiet_NaN();
  // a⁻ᵖ - (a + b)⁻ᵖ for p > 0
  const auto difference = [&](double p) { return -std::pow(a, -p) * std::expm1(-p * std::log1p(b / a)); };
  double sum = 0, factorial = 1;
  for (int i = 2; i <= n; ++i) factorial *= i;
  for (; a < 20; a += 1) sum += factorial * difference(n + 1);
  // Bernoulli's numbers B₂ⱼ (2j + n - 1)! / (2j)!
  constexpr std::array bernoulli{1. / 6, -1. / 30, 1. / 42, -1. / 30, 5. / 66, -691. / 2730, 7. / 6};
  sum += n == 0 ? std::log1p(b / a) : factorial / n * difference(n);
  sum += 0.5 * factorial * difference(n + 1);
  double factor = factorial * (n + 1) / 2;  // (2j + n - 1)! / (2j)!
  for (int j = 1; const double number : bernoulli) {
    sum += number * factor * difference(2 * j + n);
    factor *= (2. * j + n) * (2. * j + n + 1) / ((2. * j + 1) * (2. * j + 2));
    ++j;
  }
  return n % 2 ? sum : -sum;
}

double bessel_j(int n, int k, double x) {
  if (!std::isfinite(x)) return std::isnan(x) ? x : 0;
  return bessel_derivative(bessel_j_of, -1, n, k, x);
}

double bessel_i(int n, int k, double x) {
  if (!std::isfinite(x)) return std::isnan(x) || (n + k) % 2 == 0 ? std::abs(x) : x;
  return bessel_derivative(bessel_i_of, 1, n, k, x);
}

double bessel_i_scaled(int n, int k, double x) {
  if (!std::isfinite(x)) return std::isnan(x) ? x : 0;
  const bool odd = (n + k) % 2;
  if (x == 0 && odd) return 0;  // the mean of the slopes on either side
  if (x < 0) return odd ? -bessel_i_scaled(n, k, -x) : bessel_i_scaled(n, k, -x);
  const double square = 4. * n * n;
  if (x > 60 + square) return scaled_by_series(n, k, x);
  return k == 0 || x < std::max(2., square / 8) ? scaled_by_derivatives(n, k, x)
                                                : scaled_by_integral(n, k, x);
}

double sinc(int k, double x) {
  if (!std::isfinite(x)) return std::isnan(x) ? x : 0;
  const double t = pi * x;
  double y = 0;
  if (std::abs(t) < 1.5) {  // Σ (-1)ʲ t²ʲ⁻ᵏ / ((2j + 1) (2j - k)!)
    const int start = (k + 1) / 2;
    double term = (k % 2 ? t : 1) * (start % 2 ? -1 : 1);
    for (int j = start, p = k % 2; j < start + 14; ++j, p += 2) {
      y += term / (2 * j + 1);
      term *= -t * t / ((p + 1.) * (p + 2.));
    }
  } else {  // t f⁽ᵏ⁾ + k f⁽ᵏ⁻¹⁾ is the k-th derivative of the sine
    const double s = boost::math::sin_pi(x, Policy()), c = boost::math::cos_pi(x, Policy());
    const std::array sines{s, c, -s, -c};
    for (int i = 0; i <= k; ++i) y = (sines[static_cast<std::size_t>(i % 4)] - i * y) / t;
  }
  return std::pow(pi, k) * y;
}

double logit(double p) {
  const double centred = 2 * p - 1;  // exactly, near 1/2
  return std::abs(centred) < 0.5 ? 2 * std::atanh(centred) : std::log(p) - std::log1p(-p);
}

double logaddexp(double a, double b) {
  if (a == b) return a + std::numbers::ln2;
  return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b))) + (std::isnan(a) ? a : 0);
}

double logaddexp_slope(double a, double b) {
  if (a == b) return 0.5;
  const double d = b - a;
  if (!(d > 0) || std::isinf(d)) return 1 / (1 + std::exp(d));
  const double part = d - b, lost = (b - (d - part)) - (a + part);  // b - a = d + lost
  const double e = std::exp(-d);
  return e * (1 - lost) / (1 + e);
}

double atan_slope(double x) {
  if (std::abs(x) <= 1) return 1 / (1 + x * x);
  const double r = 1 / x;
  return r * r / (1 + r * r);
}

double atan2_slope(double a, double b) {
  const double r = std::hypot(a, b);
  return b / r / r;
}

double hypot_slope(double a, double b) {
  const double r = std::hypot(a, b);
  return r == 0 ? 0 : a / r;
}

}  // namespace special
ENGRAM_AUTODIFF_END
