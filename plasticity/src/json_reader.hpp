/// Reads one file's JSON; every complaint is one line that names the file and says what to do.
#pragma once

#include <engram/plasticity/format_error.hpp>
#include <engram/plasticity/random.hpp>

#include "settings_json.hpp"

ENGRAM_PLASTICITY_BEGIN

/// One row of a matrix per line: readable, and a small diff. A single row is a flat list if `flat` is set.
std::string format_array(const Array<double>& a, bool flat);

/// A text that must be a JSON object, laid out. Throws std::invalid_argument that says what it is.
std::string object_text(std::string_view text, std::string_view where, std::string_view what);

class JsonReader {
 public:
  /// `kind` is what the file should be, "rule file"; `remedy` what to do if it is not, "train anew"; `maker`
  /// the command that writes such files.
  JsonReader(const char* kind, std::string_view name, const char* maker, const char* remedy)
      : kind_(kind), name_(name), maker_(maker), remedy_(remedy) {}

  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> what, Args&&... args) const {
    std::string line =
        fmt::format("{} '{}': ", kind_, name_) + fmt::format(what, std::forward<Args>(args)...);
    for (char& c : line)
      if (static_cast<unsigned char>(c) < ' ') c = ' ';  // texts quoted from the file must not break the line
    throw FormatError(line);
  }

  /// The JSON of a file whose "format" is `format`, a name that ends in "-" and a version.
  Json parse(std::string_view text, std::string_view format) const;
  const char* remedy() const { return remedy_; }
  const Json& member(const Json& object, const char* where, const char* key) const;
  /// Refuses an object with other keys than these.
  void only(const Json& object, const char* where, std::span<const char* const> keys) const;
  void only(const Json& object, const char* where, std::initializer_list<const char*> keys) const {
    only(object, where, std::span(keys.begin(), keys.end()));
  }
  std::string text(const Json& object, const char* where, const char* key) const;

 private:
  const char* kind_;
  std::string_view name_;
  const char *maker_, *remedy_;
};

ENGRAM_PLASTICITY_END
