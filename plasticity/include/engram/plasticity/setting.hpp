/// Settings that describe themselves: a struct lists its members once, with name, text, unit and bounds, and
/// from this list come files, command lines, checks, comparisons and tables (see settings_tree.hpp).
///
///     struct Walk {
///       Index steps = 50;
///       double noise = 0.1;
///
///       static constexpr auto members = std::tuple{
///           setting("steps", &Walk::steps, "steps that are taken", {1, 1000}),
///           setting("noise", &Walk::noise, "standard deviation of a step", zero_or_more).in("radii")};
///     };
///
/// A struct whose list forgets a member does not compile where the list is used.
#pragma once

#include <engram/plasticity/names.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <limits>
#include <tuple>
#include <vector>

ENGRAM_PLASTICITY_BEGIN

/// A number that has bounds; bool has none.
template <class T>
concept Bounded = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

/// What a number may be. Numbers that are not finite lie outside of all bounds.
template <class T>
struct Bounds {
  T low = std::numeric_limits<T>::lowest();
  T high = std::numeric_limits<T>::max();
  bool open = false;  ///< the bounds themselves are outside

  /// Whether v lies inside.
  constexpr bool hold(T v) const { return open ? v > low && v < high : v >= low && v <= high; }
  /// "a whole number from 1 to 1000", "a number above 0".
  std::string text() const {
    const char* what = std::is_integral_v<T> ? "a whole number" : "a number";
    const bool has_low = std::is_unsigned_v<T> || low != std::numeric_limits<T>::lowest(),
               has_high = high != std::numeric_limits<T>::max();
    if (has_low && has_high && open) return fmt::format("{} between {} and {}", what, low, high);
    if (has_low && has_high) return fmt::format("{} from {} to {}", what, low, high);
    if (has_low) return fmt::format("{} {} {}", what, open ? "above" : "of at least", low);
    return fmt::format("{}{}", what, std::is_integral_v<T> ? "" : " that is finite");
  }
};

/// Values that have no bounds.
struct Unbounded {};

namespace detail {

template <class T>
struct BoundsOf {
  using type = Unbounded;
};
template <Bounded T>
struct BoundsOf<T> {
  using type = Bounds<T>;
};
template <Bounded T>
struct BoundsOf<std::vector<T>> {
  using type = Bounds<T>;
};

}  // namespace detail

/// 0 or more.
inline constexpr Bounds<double> zero_or_more{.low = 0};
/// More than 0.
inline constexpr Bounds<double> above_zero{.low = 0, .open = true};

/// One member of a struct of settings, described once. The bounds of a list are those of its elements.
template <class S, class T>
struct SettingOf {
  std::string_view name;  ///< in files: "learning_rate"
  T S::*member;
  std::string_view text;  ///< what it is, for tables and --help
  typename detail::BoundsOf<T>::type bounds;
  std::string_view unit;
  std::string_view option;  ///< on command lines, "_" standing for "-"; empty: it is no option

  /// The same with a unit: "radii of a moon".
  constexpr SettingOf in(std::string_view u) const { return {name, member, text, bounds, u, option}; }
  /// The same with another name on command lines.
  constexpr SettingOf as(std::string_view o) const { return {name, member, text, bounds, unit, o}; }
  /// The same, but command lines do not set it: it follows from other settings, or programs set it.
  constexpr SettingOf no_option() const { return as({}); }
};

/// Describes a member.
template <class S, class T>
constexpr SettingOf<S, T> setting(std::string_view name, T S::*member, std::string_view text,
                                  std::type_identity_t<typename detail::BoundsOf<T>::type> bounds = {}) {
  return {name, member, text, bounds, {}, name};
}

namespace detail {

struct Anything {
  template <class T>
  operator T() const;
};

/// How many members an aggregate has: the largest number of values that initialise one.
template <class S, class... Given>
consteval std::size_t count_members() {
  if constexpr (requires { S{Given{}..., Anything{}}; })
    return count_members<S, Given..., Anything>();
  else
    return sizeof...(Given);
}

}  // namespace detail

/// A struct that lists its settings.
template <class S>
concept Settings = std::is_aggregate_v<S> && requires {
  std::get<0>(S::members).option;
};

/// Calls `f(setting, value)` for each setting of `s`, in their order.
template <class S, class F>
requires Settings<std::remove_const_t<S>>
void for_each_setting(S& s, F&& f) {
  using Plain = std::remove_const_t<S>;
  static_assert(detail::count_members<Plain>() == std::tuple_size_v<decltype(Plain::members)>,
                "every member of a struct of settings stands in its list, once");
  std::apply([&](const auto&... each) { (f(each, s.*each.member), ...); }, Plain::members);
}

/// Throws std::invalid_argument that names the first setting that is out of its bounds, and the bounds. Two
/// settings x_low and x_high, one after the other, are the ends of a range: it also throws if they are in the
/// wrong order. Settings that are structs have checks of their own.
template <Settings S>
void check_bounds(std::string_view where, const S& s) {
  const auto check = [&](const auto& it, const auto& v) {
    if (!it.bounds.hold(v)) autodiff::fail(where, "{} is {}: it must be {}", it.name, v, it.bounds.text());
  };
  std::string_view range;  // whose lower end came last
  double low = 0;
  const auto check_order = [&](std::string_view name, double v) {
    if (name.ends_with("_high") && name.substr(0, name.size() - 5) == range && v < low)
      autodiff::fail(where, "{0}_low is {1} and {0}_high {2}: give {0}_low <= {0}_high", range, low, v);
    range = name.ends_with("_low") ? name.substr(0, name.size() - 4) : "";
    low = v;
  };
  for_each_setting(s, [&]<class T>(const auto& it, const T& value) {
    if constexpr (Bounded<T>)
      check(it, value), check_order(it.name, static_cast<double>(value));
    else if constexpr (!std::is_same_v<typename detail::BoundsOf<T>::type, Unbounded>)
      for (const auto& element : value) check(it, element);
  });
}

ENGRAM_PLASTICITY_END
