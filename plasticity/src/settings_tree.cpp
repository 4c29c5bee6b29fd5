#include <engram/plasticity/settings_tree.hpp>

#include "settings_json.hpp"

#include <charconv>

ENGRAM_PLASTICITY_BEGIN
namespace detail {
namespace {

template <class T>
bool read_whole_text(std::string_view text, T& value, const Bounds<T>& bounds) {
  T given{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, given);
  if (error != std::errc() || stop != end || !bounds.hold(given)) return false;
  value = given;
  return true;
}

}  // namespace

bool read_number(std::string_view text, double& value, const Bounds<double>& bounds) {
  return read_whole_text(text, value, bounds);
}
bool read_number(std::string_view text, std::uint64_t& value, const Bounds<std::uint64_t>& bounds) {
  return read_whole_text(text, value, bounds);
}
bool read_number(std::string_view text, std::int64_t& value, const Bounds<std::int64_t>& bounds) {
  return read_whole_text(text, value, bounds);
}

std::vector<std::string_view> parts(std::string_view list) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto from = list.find_first_not_of(", ");
    if (from == std::string_view::npos) return parts;
    list.remove_prefix(from);
    const auto to = std::min(list.find_first_of(", "), list.size());
    parts.push_back(list.substr(0, to));
    list.remove_prefix(to);
  }
}

}  // namespace detail

namespace {

using Kind = SettingNode::Kind;

/// The value as a JSON text, which is a TOML text too.
std::string literal(const SettingNode& leaf) {
  switch (leaf.kind) {
    case Kind::name:
    case Kind::text:
      return Json(leaf.get()).dump();
    case Kind::list:
      return "[" + leaf.get() + "]";
    default:
      return leaf.get();
  }
}

/// Calls `f(path, leaf)`.
template <class F>
void visit_leaves(const std::string& path, const SettingNode& node, const F& f) {
  if (node.get) return f(path, node);
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    const std::string name = node.kind == Kind::groups ? std::to_string(i) : node.members[i].name;
    visit_leaves(path.empty() ? name : path + "." + name, node.members[i], f);
  }
}

/// The text that `set` takes, or nothing if the JSON is of another kind.
std::optional<std::string> text_of(const SettingNode& leaf, const Json& json) {
  const auto number = [](const Json& j) { return j.is_number(); };
  switch (leaf.kind) {
    case Kind::truth:
      return json.is_boolean() ? std::optional(json.dump()) : std::nullopt;
    case Kind::name:
    case Kind::text:
      return json.is_string() ? std::optional(json.get<std::string>()) : std::nullopt;
    case Kind::list: {
      if (!json.is_array() || !std::all_of(json.begin(), json.end(), number)) return std::nullopt;
      std::string text;
      for (const Json& j : json) text += j.dump() + " ";
      return text;
    }
    default:
      return number(json) ? std::optional(json.dump()) : std::nullopt;
  }
}

}  // namespace

Json json_of(const SettingNode& node) {
  if (node.get) return Json::parse(literal(node));
  Json json = node.kind == Kind::groups ? Json::array() : Json::object();
  for (const SettingNode& m : node.members)
    if (node.kind == Kind::groups)
      json.push_back(json_of(m));
    else
      json[m.name] = json_of(m);
  return json;
}

void read_json(const SettingNode& node, const Json& json, const std::string& path, const Complain& complain) {
  const auto inside = [&](const std::string& name) { return path.empty() ? name : path + "." + name; };
  if (node.get) {
    const auto text = text_of(node, json);
    if (!text || !node.set(*text)) complain(fmt::format("'{}' must be {}", path, node.wanted));
  } else if (node.kind == Kind::groups) {
    if (!json.is_array()) complain(fmt::format("'{}' must be a list", path));
    const auto members = node.resized(json.size());
    for (std::size_t i = 0; i < members.size(); ++i)
      read_json(members[i], json[i], inside(std::to_string(i)), complain);
  } else {
    if (!json.is_object())
      complain(fmt::format("{} must be an object: {{...}}", path.empty() ? "it" : "'" + path + "'"));
    std::vector<std::string_view> names;
    for (const SettingNode& m : node.members) {
      names.push_back(m.name);
      if (!json.contains(m.name)) complain(fmt::format("'{}' is missing", inside(m.name)));
      read_json(m, json.at(m.name), inside(m.name), complain);
    }
    for (const auto& [key, value] : json.items())
      if (std::find(names.begin(), names.end(), key) == names.end())
        complain(fmt::format("'{}' is unknown; known are {}", inside(key), listed(names)));
  }
}

std::vector<std::pair<std::string, const SettingNode*>> leaves_of(const SettingNode& root) {
  std::vector<std::pair<std::string, const SettingNode*>> leaves;
  visit_leaves("", root,
               [&](const std::string& path, const SettingNode& leaf) { leaves.emplace_back(path, &leaf); });
  return leaves;
}

std::vector<const SettingNode*> options_of(const SettingNode& root) {
  std::vector<const SettingNode*> options;
  for (const auto& [path, leaf] : leaves_of(root))
    if (!leaf->option.empty()) options.push_back(leaf);
  return options;
}

std::string to_json(const SettingNode& root) { return json_of(root).dump(); }

void from_json(const SettingNode& root, std::string_view json, std::string_view where) {
  const auto complain = [&](const std::string& what) { autodiff::fail(where, "{}", what); };
  read_json(root, parse_json(json, complain), "", complain);
}

std::string to_toml(const SettingNode& root) {
  std::string text;
  for (const SettingNode* leaf : options_of(root))
    text += fmt::format("{} = {}\n", leaf->option, literal(*leaf));
  return text;
}

std::string configuration_difference(std::string_view there, std::string_view here) {
  const auto flat = [](std::string_view text) {  // so that what differs inside a list or an object is named
    const auto complain = [](const std::string& what) {
      autodiff::fail("configuration_difference", "{}", what);
    };
    const Json json = parse_json(text, complain);
    if (!json.is_object()) complain("the configuration is no JSON object");
    return json.flatten();
  };
  const Json a = flat(there), b = flat(here);
  const auto shown = [](const Json& o, const std::string& key) {
    return o.contains(key) ? o.at(key).dump() : "missing";
  };
  std::string text;
  const auto compare = [&](const std::string& key) {
    if (a.contains(key) && b.contains(key) && a.at(key) == b.at(key)) return;
    std::string name = key.substr(1);
    std::replace(name.begin(), name.end(), '/', '.');
    text += fmt::format("{}{} is {} there and {} here", text.empty() ? "" : ", ", name, shown(a, key),
                        shown(b, key));
  };
  for (const auto& [key, value] : b.items()) compare(key);
  for (const auto& [key, value] : a.items())
    if (!b.contains(key)) compare(key);
  return text;
}

ENGRAM_PLASTICITY_END
