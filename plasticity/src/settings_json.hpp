/// Settings and other JSON from elsewhere, for the library's own readers.
#pragma once

#include <engram/plasticity/settings_tree.hpp>

#include <nlohmann/json.hpp>

ENGRAM_PLASTICITY_BEGIN

using Json = nlohmann::ordered_json;

/// Is told what is wrong, and throws.
using Complain = std::function<void(const std::string& what)>;

/// Parses JSON of any origin: at most 100 levels deep, no key twice, nothing after the end, and in memory
/// that is bounded by the text's length.
Json parse_json(std::string_view text, const Complain& complain);

Json json_of(const SettingNode& node);
/// Sets every setting of a tree. What is missing, unknown or not as wanted is complained of with its path.
void read_json(const SettingNode& node, const Json& json, const std::string& path, const Complain& complain);

ENGRAM_PLASTICITY_END
