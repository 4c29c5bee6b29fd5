/// JSON for people and programs to read.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace engram::laboratory {

/// Indented by two. Bytes that are no UTF-8, which paths may have, become U+FFFD: JSON has no other way.
inline std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// The text, with U+FFFD in place of bytes that are no UTF-8.
inline std::string as_utf8(const std::string& text) {
  return nlohmann::ordered_json::parse(json_text(text)).get<std::string>();
}

}  // namespace engram::laboratory
