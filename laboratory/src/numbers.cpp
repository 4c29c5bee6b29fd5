#include <engram/laboratory/numbers.hpp>
#include <engram/laboratory/usage_error.hpp>

#include <fmt/format.h>

#include <cmath>

namespace engram::laboratory {

void refuse(std::string_view name, std::string_view text, const std::string& what) {
  throw UsageError(fmt::format("{} is '{}'; it must be {}", name, text, what));
}

std::string describe(const RealLimits& limits) {
  const bool bounded = limits.high < std::numeric_limits<double>::max();
  if (limits.above_low)
    return fmt::format("a number above {}", limits.low) +
           (bounded ? fmt::format(" and at most {}", limits.high) : "");
  if (bounded) return fmt::format("a number from {} to {}", limits.low, limits.high);
  if (limits.low > std::numeric_limits<double>::lowest())
    return fmt::format("a number of {} or more", limits.low);
  return "a finite number";
}

double parse_real(std::string_view name, std::string_view text, const RealLimits& limits) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value) || value < limits.low ||
      value > limits.high || (limits.above_low && value == limits.low))
    refuse(name, text, describe(limits));
  return value;
}

}  // namespace engram::laboratory
