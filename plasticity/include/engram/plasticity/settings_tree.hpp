/// Settings behind one type, so that what reads, writes, compares or documents them is written once for all
/// structs: their texts as JSON and TOML, and a table of them.
#pragma once

#include <engram/plasticity/setting.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

ENGRAM_PLASTICITY_BEGIN

/// One setting, or a struct of settings, of an object that must live on. `get` and `set` are null for structs
/// and lists of structs.
struct SettingNode {
  /// truth: "true" or "false"; name: one of `choices`; list: whole numbers; group: a struct; groups: a list
  /// of structs.
  enum class Kind { truth, whole, number, name, text, list, group, groups };

  Kind kind = Kind::group;
  std::string name, text, unit;
  std::string option;  ///< on command lines: "learning-rate"; empty: it is none
  std::string wanted;  ///< what it must be: "a whole number from 1 to 1000"
  std::vector<std::string_view> choices;
  std::function<std::string()> get;  ///< the value as text; of a list "2, 20, 2"
  /// Sets the value, which must be as `get` writes it. False if it is not as wanted; then all stays.
  std::function<bool(std::string_view)> set;
  std::vector<SettingNode> members;  ///< of a group its settings, of groups the structs
  /// For groups: makes them so many structs, and returns these.
  std::function<std::vector<SettingNode>(std::size_t)> resized;
};

namespace detail {

/// Reads the whole text as a number within its bounds.
bool read_number(std::string_view text, double& value, const Bounds<double>& bounds);
bool read_number(std::string_view text, std::uint64_t& value, const Bounds<std::uint64_t>& bounds);
bool read_number(std::string_view text, std::int64_t& value, const Bounds<std::int64_t>& bounds);
/// The parts between commas and spaces.
std::vector<std::string_view> parts(std::string_view list);

template <Bounded T>
bool read(std::string_view text, T& value, const Bounds<T>& bounds) {
  using Wide = std::conditional_t<std::is_floating_point_v<T>, double,
                                  std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;
  Wide wide{};
  if (!read_number(text, wide, {Wide(bounds.low), Wide(bounds.high), bounds.open})) return false;
  value = static_cast<T>(wide);
  return true;
}

template <class T>
bool read(std::string_view text, T& value, Unbounded) {
  if constexpr (std::is_same_v<T, bool>) {
    value = text == "true" || (text != "false" && value);
    return text == "true" || text == "false";
  } else if constexpr (NamedEnum<T>) {
    constexpr auto names = names_of(T{});
    const auto at = std::find(names.begin(), names.end(), text);
    if (at != names.end()) value = static_cast<T>(at - names.begin());
    return at != names.end();
  } else {
    value = T(text);
    return true;
  }
}

template <Bounded T>
bool read(std::string_view text, std::vector<T>& value, const Bounds<T>& bounds) {
  std::vector<T> list;
  for (const auto part : parts(text))
    if (!read(part, list.emplace_back(), bounds)) return false;
  value = std::move(list);
  return true;
}

template <class T>
std::string written(const T& value) {
  if constexpr (NamedEnum<T>)
    return std::string(to_string(value));
  else if constexpr (std::is_same_v<T, std::filesystem::path>)
    return value.string();
  else
    return fmt::format("{}", value);
}
template <Bounded T>
std::string written(const std::vector<T>& value) {
  return fmt::format("{}", fmt::join(value, ", "));
}

template <class T>
constexpr SettingNode::Kind kind_of() {
  using enum SettingNode::Kind;
  if constexpr (std::is_same_v<T, bool>) return truth;
  if constexpr (std::is_integral_v<T>) return whole;
  if constexpr (std::is_floating_point_v<T>) return number;
  if constexpr (NamedEnum<T>) return name;
  if constexpr (!std::is_same_v<typename BoundsOf<T>::type, Unbounded>) return list;
  return text;
}

template <class T, class B>
std::string wanted_of(const B& bounds) {
  if constexpr (std::is_same_v<T, bool>) return "true or false";
  if constexpr (NamedEnum<T>) return "one of " + listed(names_of(T{}));
  if constexpr (Bounded<T>) return bounds.text();
  if constexpr (!std::is_same_v<B, Unbounded>) return "a list; each must be " + bounds.text();
  return "a text";
}

}  // namespace detail

/// The settings of a struct as a tree that reads and, unless `s` is const, changes it.
template <class S>
requires Settings<std::remove_const_t<S>> SettingNode settings_tree(S& s);

namespace detail {

template <class T>
void describe_value(SettingNode& node, T& value, const auto& bounds) {
  using Plain = std::remove_const_t<T>;
  if constexpr (Settings<Plain>) {
    node.members = settings_tree(value).members;
  } else if constexpr (requires { requires Settings<typename Plain::value_type>; }) {
    node.kind = SettingNode::Kind::groups;
    const auto trees = [&value] {
      std::vector<SettingNode> list;
      for (auto& element : value) list.push_back(settings_tree(element));
      return list;
    };
    node.members = trees();
    if constexpr (!std::is_const_v<T>)
      node.resized = [&value, trees](std::size_t n) {
        value.resize(n);
        return trees();
      };
  } else {
    node.kind = kind_of<Plain>();
    node.wanted = wanted_of<Plain>(bounds);
    if constexpr (NamedEnum<Plain>) {
      static constexpr auto names = names_of(Plain{});
      node.choices.assign(names.begin(), names.end());
    }
    node.get = [&value] { return written(value); };
    if constexpr (!std::is_const_v<T>)
      node.set = [&value, bounds](std::string_view text) { return read(text, value, bounds); };
  }
}

}  // namespace detail

template <class S>
requires Settings<std::remove_const_t<S>> SettingNode settings_tree(S& s) {
  SettingNode root;
  for_each_setting(s, [&](const auto& it, auto& value) {
    SettingNode node;
    node.name = it.name, node.text = it.text, node.unit = it.unit, node.option = it.option;
    std::replace(node.option.begin(), node.option.end(), '_', '-');
    detail::describe_value(node, value, it.bounds);
    root.members.push_back(std::move(node));
  });
  return root;
}

/// Every setting that is no struct, with its path: "episode.steps", "variations.0.network.sizes".
std::vector<std::pair<std::string, const SettingNode*>> leaves_of(const SettingNode& root);
std::vector<std::pair<std::string, const SettingNode*>> leaves_of(const SettingNode&& root) = delete;
/// The settings that command lines set.
std::vector<const SettingNode*> options_of(const SettingNode& root);
std::vector<const SettingNode*> options_of(const SettingNode&& root) = delete;

/// All settings as one line of JSON.
std::string to_json(const SettingNode& root);
/// Reads what `to_json` writes. Throws std::invalid_argument if a setting is missing, unknown, there twice,
/// or not as wanted; then some settings may have been read.
void from_json(const SettingNode& root, std::string_view json, std::string_view where);
/// The options, one line each: "learning-rate = 0.002".
std::string to_toml(const SettingNode& root);

/// The settings of a struct as JSON.
template <Settings S>
std::string to_json(const S& s) {
  return to_json(settings_tree(s));
}

/// What differs between two texts of JSON objects: "episode.steps is 50 there and 60 here, seed is ...".
/// Empty if they are the same. Throws std::invalid_argument if either is no JSON object.
std::string configuration_difference(std::string_view there, std::string_view here);

ENGRAM_PLASTICITY_END
