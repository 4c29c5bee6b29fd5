/// The vectorised functions with what they are to be, and how far a kernel is from it over its whole range.
#pragma once

#include <engram/autodiff/kernels.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace engram::test {

template <class S>
struct VectorFunction {
  std::string name;
  long double (*exact)(long double);
  S low, high;   // where it is sampled most densely
  double bound;  // of the relative error, over the whole range
};

/// Φ(x), and φ(x) / Φ(x) and log Φ(x), far below 0 by the asymptotic series of Mills' ratio.
inline long double normal_cdf(long double x) { return std::erfc(-x / std::sqrt(2.0L)) / 2; }
inline long double mills_series(long double x) {
  const long double v = 1 / (x * x);
  return 1 - v * (1 - 3 * v * (1 - 5 * v * (1 - 7 * v * (1 - 9 * v))));
}
inline long double normal_hazard(long double x) {
  if (x < -50) return -x / mills_series(x);
  return std::exp(-x * x / 2) / std::sqrt(2 * std::acos(-1.0L)) / normal_cdf(x);
}
inline long double log_normal_cdf(long double x) {
  if (x < -50) return -x * x / 2 + std::log(mills_series(x) / -x) - std::log(2 * std::acos(-1.0L)) / 2;
  return x < 0 ? std::log(normal_cdf(x)) : std::log1p(-normal_cdf(-x));
}

/// Where long double is no wider than double its own rounding is part of the error, some 1e-16.
template <class S>
std::vector<VectorFunction<S>> vector_functions() {
  using L = long double;
  constexpr bool f = std::is_same_v<S, float>;
  constexpr S overflow = f ? 89 : 710, underflow = f ? -104 : -746, saturation = f ? 10 : 20, one = 1;
  return {
      {"exp", [](L x) { return std::exp(x); }, underflow, overflow, f ? 1e-7 : 2e-16},
      {"expm1", [](L x) { return std::expm1(x); }, -2, 2, f ? 1.5e-7 : 3e-16},
      {"log", [](L x) { return std::log(x); }, one / 2, 2, f ? 1e-7 : 2e-16},
      {"log1p", [](L x) { return std::log1p(x); }, -3 * one / 4, 2, f ? 1.5e-7 : 3e-16},
      {"tanh", [](L x) { return std::tanh(x); }, -saturation, saturation, f ? 2e-7 : 5e-16},
      {"tanh_slope", [](L x) { return 1 / (std::cosh(x) * std::cosh(x)); }, -saturation, saturation,
       f ? 3e-7 : 6e-16},
      {"sigmoid", [](L x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }, -20,
       20, f ? 2e-7 : 4e-16},
      {"softplus", [](L x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::abs(x))); }, -20, 20,
       f ? 2.5e-7 : 5e-16},
      {"sqrt", [](L x) { return std::sqrt(x); }, 0, 4, f ? 6e-8 : 1.2e-16},
      {"sin", [](L x) { return std::sin(x); }, -20, 20, f ? 2e-7 : 4e-16},
      {"cos", [](L x) { return std::cos(x); }, -20, 20, f ? 2e-7 : 4e-16},
      {"normal_cdf", normal_cdf, f ? -14 : -38, f ? 6 : 9, f ? 4.5e-7 : 1.1e-15},
      {"log_normal_cdf", log_normal_cdf, f ? -14 : -38, f ? 6 : 9, f ? 4.5e-7 : 1.1e-15},
      {"normal_hazard", normal_hazard, f ? -14 : -38, f ? 6 : 9, f ? 4.5e-7 : 1.1e-15},
  };
}

/// About 3 n numbers: every so many of all bit patterns, which takes in denormals, infinities and NaN; as
/// many between low and high, and between low / 1000 and high / 1000; the nearest ones to multiples of pi /
/// 2; the special ones.
template <class S>
std::vector<S> sample(const VectorFunction<S>& f, std::size_t n) {
  using Limits = std::numeric_limits<S>;
  using Bits = std::conditional_t<sizeof(S) == 4, std::uint32_t, std::uint64_t>;
  std::vector<S> x;
  for (const S v : {S(0), S(1), Limits::min(), Limits::denorm_min(), Limits::max(), Limits::infinity(),
                    Limits::quiet_NaN()})
    x.insert(x.end(), {v, -v});
  const Bits step = static_cast<Bits>(std::numeric_limits<Bits>::max() / n);
  for (std::size_t i = 0; i < n; ++i) {
    const Bits bits = static_cast<Bits>(step * i + i % 1009);
    std::memcpy(&x.emplace_back(), &bits, sizeof bits);
  }
  std::mt19937_64 random(2);
  std::uniform_real_distribution<S> between(f.low, f.high);
  for (std::size_t i = 0; i < n; ++i) {
    x.push_back(between(random));
    x.push_back(between(random) / 1000);
  }
  for (int i = 1; i < 10000; ++i) x.push_back(static_cast<S>(i * 1.57079632679489661923L));
  return x;
}

struct LargestError {
  double relative = 0;  // to the exact value, or to the smallest normal number if that is larger
  double ulps = 0;      // in units in the last place of the exact value
  double at = 0;        // the argument with the largest relative error
};

/// Infinite where the exact value rounds to infinity or NaN and y does not, and where y or a zero has the
/// wrong sign.
template <class S>
LargestError error_of(S x, S y, long double exact) {
  using Limits = std::numeric_limits<S>;
  const S rounded = static_cast<S>(exact);
  const double at = static_cast<double>(x), infinite = Limits::infinity();
  if (std::isnan(rounded) && std::isnan(y)) return {};
  if (!(std::signbit(y) == std::signbit(exact) && std::isinf(y) == std::isinf(rounded)) || std::isnan(y) ||
      std::isnan(rounded))
    return {infinite, infinite, at};
  if (std::isinf(y)) return {};
  const long double size = std::max<long double>(std::abs(exact), Limits::min()),
                    difference = std::abs(y - exact);
  const long double ulp = std::ldexp(static_cast<long double>(Limits::epsilon()), std::ilogb(size));
  return {static_cast<double>(difference / size), static_cast<double>(difference / ulp), at};
}

/// The largest errors of a kernel at the level that is selected; exact[i] is of x[i].
template <class S>
LargestError largest_error(const VectorFunction<S>& f, const std::vector<S>& x,
                           const std::vector<long double>& exact) {
  std::vector<S> y(x.size());
  (*autodiff::kernels::unary<S>(f.name))(x.data(), y.data(), static_cast<autodiff::kernels::Index>(x.size()));
  LargestError worst;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const LargestError e = error_of(x[i], y[i], exact[i]);
    worst.ulps = std::max(worst.ulps, e.ulps);
    if (e.relative > worst.relative) worst.relative = e.relative, worst.at = e.at;
  }
  return worst;
}

template <class S>
std::vector<long double> exact_values(const VectorFunction<S>& f, const std::vector<S>& x) {
  std::vector<long double> exact;
  exact.reserve(x.size());
  for (const S v : x) exact.push_back(f.exact(v));
  return exact;
}

}  // namespace engram::test
