#include <engram/laboratory/axis.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engram::laboratory {
namespace {

/// The next of 1, 2, 5, 10 ... times a power of ten: between tics, so that their numbers have room.
double round_step(double least) {
  if (!(least > 0)) return 1;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double digit : {1.0, 2.0, 5.0})
    if (digit * power >= least * (1 - 1e-9)) return digit * power;
  return 10 * power;
}

double step_of(double low, double high, int steps = 5) { return round_step((high - low) / steps); }

/// Every power of ten, and between them 2 and 5 if there are few.
std::vector<double> logarithmic_tics(const Axis& axis) {
  std::vector<double> tics;
  const bool many = axis.high / axis.low > 500;
  for (int power = -9; power < 9; ++power)
    for (const int digit : {1, 2, 5}) {
      const double v = digit * std::pow(10, power);
      if ((!many || digit == 1) && v >= axis.low && v <= axis.high) tics.push_back(v);
    }
  return tics;
}

std::size_t decimals_of(double v) {
  const std::string text = fmt::format("{:g}", v);
  const auto point = text.find('.');
  return point == std::string::npos ? 0 : text.size() - point - 1;
}

/// A little wider where it is logarithmic: rounding would lose a tic that stands at its end.
std::string range(char which, const Axis& axis) {
  const double more = axis.logarithmic ? 1e-9 : 0;
  return fmt::format("{0}set logscale {1}\nset {1}range [{2}:{3}]\n", axis.logarithmic ? "" : "un", which,
                     axis.low * (1 - more), axis.high * (1 + more));
}

}  // namespace

double Axis::share(double v) const {
  return logarithmic ? std::log(v / low) / std::log(high / low) : (v - low) / (high - low);
}

double Axis::value(double share) const {
  return logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
}

Axis axis_of(const std::vector<double>& values, bool logarithmic, int steps) {
  std::vector<double> shown;
  std::ranges::copy_if(values, std::back_inserter(shown),
                       [&](double v) { return std::isfinite(v) && (!logarithmic || v > 0); });
  if (shown.empty()) return {logarithmic ? 0.1 : 0, 1, logarithmic};
  const auto [least, most] = std::ranges::minmax(shown);
  if (logarithmic) return {least / 1.2, most * 1.2, true};
  if (least == most) return {least - 0.5, most + 0.5};
  const double step = step_of(least, most, steps);
  return {step * std::floor(least / step + 1e-9), step * std::ceil(most / step - 1e-9), false, step};
}

std::string axis_script(char which, const Axis& axis) {
  if (axis.logarithmic) return axis_script(which, axis, logarithmic_tics(axis));
  const double step = axis.step > 0 ? axis.step : step_of(axis.low, axis.high);
  return fmt::format("{0}set format {1} '%.{2}f'\nset {1}tics nomirror {3}\n", range(which, axis), which,
                     decimals_of(step), step);
}

std::string axis_script(char which, const Axis& axis, const std::vector<double>& tics) {
  std::size_t decimals = 0;
  if (!axis.logarithmic)
    for (const double v : tics) decimals = std::max(decimals, decimals_of(v));
  std::string list;
  for (const double v : tics) {
    std::string text = axis.logarithmic ? fmt::format("{:g}", v) : fmt::format("{:.{}f}", v, decimals);
    const long power = v > 0 ? std::lround(std::log10(v)) : 0;
    const bool is_power = v > 0 && std::abs(v / std::pow(10, power) - 1) < 1e-9;
    if (is_power && (v < 1e-3 || v >= 1e5)) text = fmt::format("10^{{{}}}", power);
    list += fmt::format("{}'{}' {:g}", list.empty() ? "" : ", ", text, v);
  }
  return fmt::format("{}set {}tics nomirror ({})\n", range(which, axis), which, list);
}

}  // namespace engram::laboratory
