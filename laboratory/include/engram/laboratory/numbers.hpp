/// Numbers that people write. The whole text must be one number within limits: "" and "3x" are none, and
/// neither are "nan", "inf" and what a type cannot hold. All numbers of all programs are read here.
#pragma once

#include <fmt/core.h>

#include <charconv>
#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

namespace engram::laboratory {

/// What a real number may be.
struct RealLimits {
  double low = std::numeric_limits<double>::lowest(), high = std::numeric_limits<double>::max();
  bool above_low = false;  ///< `low` itself is not allowed
};

/// Throws UsageError: "NAME is 'TEXT'; it must be WHAT".
[[noreturn]] void refuse(std::string_view name, std::string_view text, const std::string& what);

/// "a number from 0 to 1", "a number above 0", "a number of 0 or more".
std::string describe(const RealLimits& limits);

/// A whole number, in decimal digits. `name` stands for it in the error. Throws UsageError.
template <std::integral Integer>
Integer parse_whole(std::string_view name, std::string_view text, Integer low, Integer high) {
  Integer value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < low || value > high)
    refuse(name, text, fmt::format("a whole number from {} to {}", low, high));
  return value;
}

/// A finite number, such as 0.1 or 1e-3. `name` stands for it in the error. Throws UsageError.
double parse_real(std::string_view name, std::string_view text, const RealLimits& limits);

}  // namespace engram::laboratory
