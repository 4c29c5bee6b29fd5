#include <engram/laboratory/statistics.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace engram::laboratory {
namespace {

// P(|T| <= t) for t = sqrt(degrees) tan(angle), a finite sum for whole degrees. Source: Abramowitz and
// Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4.
double student_probability(double angle, int degrees) {
  const double c = std::cos(angle), s = std::sin(angle);
  const bool odd = degrees % 2 == 1;
  double term = odd ? c : 1, sum = degrees == 1 ? 0 : term;
  for (int k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= c * c * (k - 1) / k;
    sum += term;
  }
  return odd ? 2 / std::numbers::pi * (angle + s * sum) : s * sum;
}

}  // namespace

MeanAndError mean_and_error(std::span<const double> values) {
  if (values.empty()) throw std::invalid_argument("[mean_and_error] there are no values to average");
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double x : values) mean += x / n;
  for (const double x : values) squares += (x - mean) * (x - mean);
  if (values.size() == 1) return {mean, std::numeric_limits<double>::quiet_NaN()};
  return {mean, std::sqrt(squares / (n - 1) / n)};
}

PairedDifference paired_difference(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size() || a.size() < 2)
    throw std::invalid_argument(fmt::format(
        "[paired_difference] {} and {} trials: give the same number, at least 2", a.size(), b.size()));
  std::vector<double> difference(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] = a[i] - b[i];
  const auto [mean, error] = mean_and_error(difference);
  const double reach = error * student_t_bound(0.95, static_cast<int>(a.size()) - 1);
  return {mean, error, mean - reach, mean + reach};
}

double student_t_bound(double probability, int degrees) {
  if (!(probability > 0 && probability < 1) || degrees < 1)
    throw std::invalid_argument(fmt::format(
        "[student_t_bound] probability {} with {} degrees of freedom: give 0 < probability < 1 and "
        "at least 1 degree",
        probability, degrees));
  double low = 0, high = std::numbers::pi / 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (student_probability(middle, degrees) < probability ? low : high) = middle;
  }
  return std::sqrt(degrees) * std::tan((low + high) / 2);
}

}  // namespace engram::laboratory
