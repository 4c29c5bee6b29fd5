#include <engram/plasticity/read_file.hpp>

#include "settings_json.hpp"

#include <unordered_set>

ENGRAM_PLASTICITY_BEGIN
namespace {

constexpr std::size_t deepest = 100, most_keys = 1000;

/// Reads a text without storing it, and finds what is not to be stored.
class Gate final : public nlohmann::json_sax<Json> {
 public:
  explicit Gate(std::size_t size) : size_(size), memory_left_(9 * size + (std::size_t{1} << 20)) {}

  std::string problem;

  bool null() override { return takes(value_memory); }
  bool boolean(bool) override { return takes(value_memory); }
  bool number_integer(number_integer_t) override { return takes(value_memory); }
  bool number_unsigned(number_unsigned_t) override { return takes(value_memory); }
  bool number_float(number_float_t, const string_t&) override { return takes(value_memory); }
  bool string(string_t& text) override { return takes(2 * value_memory + text.size()); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return opens(); }
  bool end_object() override { return closes(); }
  bool start_array(std::size_t) override { return opens(); }
  bool end_array() override { return closes(); }
  bool key(string_t& key) override {
    auto& keys = keys_.back();
    if (!keys.insert(key).second) return finds(fmt::format("'{:.60}' stands twice in one object", key));
    if (keys.size() > most_keys)
      return finds(fmt::format("an object in it has more than {} keys", most_keys));
    return takes(3 * value_memory + 2 * key.size());
  }
  bool parse_error(std::size_t byte, const std::string&, const Json::exception& e) override {
    constexpr int overflow = 406;
    if (byte > size_) return finds("it ends too early, so it is cut off");
    if (e.id == overflow) return finds("a number in it is too large to be finite");
    return finds(fmt::format("not JSON at byte {}", byte));
  }

 private:
  // A value has 16 bytes, and while a list of them is copied into one of twice the room, there are three.
  static constexpr std::size_t value_memory = 48;

  bool finds(std::string what) {
    problem = std::move(what);
    return false;
  }
  bool takes(std::size_t bytes) {
    if (bytes > memory_left_) return finds("it holds more values than such a file has for its size");
    memory_left_ -= bytes;
    return true;
  }
  bool opens() {
    if (keys_.size() == deepest) return finds(fmt::format("it is nested deeper than {} levels", deepest));
    keys_.emplace_back();
    return takes(2 * value_memory);
  }
  bool closes() {
    keys_.pop_back();
    return true;
  }

  std::size_t size_, memory_left_;
  std::vector<std::unordered_set<std::string>> keys_;
};

}  // namespace

Json parse_json(std::string_view text, const Complain& complain) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) complain("it is empty");
  Gate gate(text.size());
  if (!Json::sax_parse(text, &gate)) complain(gate.problem);
  return Json::parse(text);
}

std::string read_json_file(std::string_view kind, const std::filesystem::path& path) {
  std::string text = read_file(kind, path);
  parse_json(text, [&](const std::string& what) {
    throw FormatError(fmt::format("{} '{}': {}", kind, path.native(), what));
  });
  return text;
}

ENGRAM_PLASTICITY_END
