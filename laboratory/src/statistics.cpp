#include <engram/autodiff/array.hpp>
#include <engram/laboratory/statistics.hpp>

#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <limits>

namespace engram::laboratory {

using autodiff::fail;

MeanAndError mean_and_error(std::span<const double> values) {
  if (values.empty()) fail("mean_and_error", "there are no values to average");
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double x : values) mean += x / n;
  for (const double x : values) squares += (x - mean) * (x - mean);
  if (values.size() == 1) return {mean, std::numeric_limits<double>::quiet_NaN()};
  return {mean, std::sqrt(squares / (n - 1) / n)};
}

Interval student_interval(std::span<const double> values, double level) {
  if (values.size() < 2) fail("student_interval", "{} values: give at least 2", values.size());
  require_finite("student_interval", "value", values);
  const auto [mean, error] = mean_and_error(values);
  const double reach = error * student_t_bound(level, static_cast<int>(values.size()) - 1);
  return {mean, error, mean - reach, mean + reach};
}

double student_t_bound(double probability, int degrees) {
  if (!(probability > 0 && probability < 1) || degrees < 1)
    fail("student_t_bound",
         "probability {} with {} degrees of freedom: give 0 < probability < 1 and at least 1 degree",
         probability, degrees);
  const boost::math::students_t student(degrees);
  return boost::math::quantile(boost::math::complement(student, (1 - probability) / 2));
}

void require_finite(const char* where, const std::string& one, std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      fail(where, "{} {} is {}: leave out what is not finite, and say so", one, i + 1, values[i]);
}

}  // namespace engram::laboratory
