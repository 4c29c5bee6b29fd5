#include "json_reader.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

ENGRAM_PLASTICITY_BEGIN

std::string read_store(const char* kind, const std::filesystem::path& path) {
  const JsonReader reader(kind, path.native(), "", "");
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) reader.fail("it is a folder; give the file in it");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) reader.fail("cannot be opened: {}", std::strerror(errno));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) reader.fail("cannot be read: {}", std::strerror(errno));
  return text;
}

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

Json JsonReader::parse(std::string_view text, std::string_view format) const {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    fail("it is empty; give a file that '{}' has written", maker_);
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& e) {
    if (e.byte > text.size()) fail("it ends too early, so it is cut off; copy it again or {}", remedy_);
    fail("not JSON at byte {}; give a file that '{}' has written", e.byte, maker_);
  } catch (const Json::exception&) {
    fail("a number in it is too large to be finite; {}", remedy_);
  }
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

bool JsonReader::boolean(const Json& object, const char* where, const char* key) const {
  const Json& value = member(object, where, key);
  if (!value.is_boolean()) fail("{}'{}' must be true or false", where, key);
  return value.get<bool>();
}

std::string JsonReader::text(const Json& object, const char* where, const char* key) const {
  const Json& value = member(object, where, key);
  if (!value.is_string()) fail("{}'{}' must be a text", where, key);
  return value.get<std::string>();
}

ENGRAM_PLASTICITY_END
