#include "json_reader.hpp"

#include <algorithm>

ENGRAM_PLASTICITY_BEGIN

std::string format_array(const Array<double>& a, bool flat) {
  flat = flat && a.rows() == 1;
  std::string text = flat ? "" : "[";
  for (Index i = 0; i < a.rows(); ++i) {
    text += i == 0 ? "[" : ",\n          [";
    for (Index j = 0; j < a.cols(); ++j) text += (j == 0 ? "" : ", ") + Json(a(i, j)).dump();
    text += "]";
  }
  return flat ? text : text + "]";
}

std::string object_text(std::string_view text, std::string_view where, std::string_view what) {
  const auto complain = [&](const std::string& why) { autodiff::fail(where, "{}: {}", what, why); };
  const Json json = parse_json(text, complain);
  if (!json.is_object()) complain("it is no JSON object");
  return json.dump(2);
}

Json JsonReader::parse(std::string_view text, std::string_view format) const {
  const Json json = parse_json(
      text, [&](const std::string& what) { fail("{}; give a file that '{}' has written", what, maker_); });
  const std::string_view prefix = format.substr(0, format.rfind('-') + 1);
  if (!json.is_object() || !json.contains("format") || !json["format"].is_string() ||
      !json["format"].get<std::string>().starts_with(prefix))
    fail("it is JSON but no engram {}; give a file that '{}' has written",
         prefix.substr(7, prefix.size() - 8), maker_);
  if (const auto version = json["format"].get<std::string>(); version != format)
    fail("its format is '{}', this program reads '{}'; use the engram that wrote it, or {}", version, format,
         remedy_);
  return json;
}

const Json& JsonReader::member(const Json& object, const char* where, const char* key) const {
  if (!object.is_object() || !object.contains(key))
    fail("{}'{}' is missing; give a file that '{}' has written", where, key, maker_);
  return object.at(key);
}

void JsonReader::only(const Json& object, const char* where, std::span<const char* const> keys) const {
  for (const auto& [key, value] : object.items())
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      fail("{}'{:.60}' is unknown; remove it, or give a file that '{}' has written", where, key, maker_);
}

std::string JsonReader::text(const Json& object, const char* where, const char* key) const {
  const Json& value = member(object, where, key);
  if (!value.is_string()) fail("{}'{}' must be a text", where, key);
  return value.get<std::string>();
}

ENGRAM_PLASTICITY_END
