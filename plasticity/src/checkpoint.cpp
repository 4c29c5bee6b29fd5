#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/checkpoint.hpp>
#include <engram/plasticity/read_file.hpp>

#include "json_reader.hpp"

ENGRAM_PLASTICITY_BEGIN
namespace {

constexpr std::string_view format_name = "engram-checkpoint-1";

class Reader : public JsonReader {
 public:
  explicit Reader(std::string_view name)
      : JsonReader("checkpoint", name, "train", "start the training anew in another folder") {}

  template <class Number>
  Number number(const Json& state, const char* key) const {
    const Json& value = member(state, "in 'state', ", key);
    if (!value.is_number() || (std::is_integral_v<Number> && !value.is_number_integer()))
      fail("in 'state', '{}' must be a {}number", key, std::is_integral_v<Number> ? "whole " : "");
    return value.get<Number>();
  }

  std::vector<Array<double>> arrays(const Json& state, const char* key) const {
    const Json& list = member(state, "in 'state', ", key);
    std::vector<Array<double>> arrays;
    if (!list.is_array()) fail("in 'state', '{}' must be a list of matrices", key);
    for (const Json& rows : list) arrays.push_back(array(rows, key));
    return arrays;
  }

 private:
  Array<double> array(const Json& rows, const char* key) const {
    const auto wrong = [&] { fail("in 'state', '{}' holds something that is no matrix of numbers", key); };
    if (!rows.is_array() || rows.empty() || !rows[0].is_array()) wrong();
    Array<double> a(static_cast<Index>(rows.size()), static_cast<Index>(rows[0].size()));
    for (Index i = 0; i < a.rows(); ++i) {
      const Json& row = rows[static_cast<std::size_t>(i)];
      if (!row.is_array() || static_cast<Index>(row.size()) != a.cols()) wrong();
      for (Index j = 0; j < a.cols(); ++j) {
        if (!row[static_cast<std::size_t>(j)].is_number()) wrong();
        a(i, j) = row[static_cast<std::size_t>(j)].get<double>();
      }
    }
    return a;
  }
};

std::string object(std::string_view text) {
  const auto complain = [](const std::string& what) {
    autodiff::fail("save_checkpoint", "the configuration: {}", what);
  };
  const Json json = parse_json(text, complain);
  if (!json.is_object()) complain("it is no JSON object");
  return json.dump(2);
}

std::string format_arrays(const char* key, const std::vector<Array<double>>& arrays) {
  std::string text;
  for (const auto& a : arrays) {
    if (!a.isFinite().all()) autodiff::fail("save_checkpoint", "{} has numbers that are not finite", key);
    text += (text.empty() ? "\n         " : ",\n         ") + format_array(a, false);
  }
  return fmt::format(",\n    \"{}\": [{}]", key, text);
}

}  // namespace

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  const std::string text = read_file("checkpoint", path);
  const Reader reader(path.native());
  const Json json = reader.parse(text, format_name);
  reader.only(json, "", {"format", "configuration", "state", "log"});
  Checkpoint c;
  const Json& configuration = reader.member(json, "", "configuration");
  if (!configuration.is_object()) reader.fail("its 'configuration' must be an object: {{...}}");
  c.configuration = configuration.dump();
  c.log = reader.text(json, "", "log");
  const Json& state = reader.member(json, "", "state");
  c.state = {.step = reader.number<long>(state, "step"),
             .best_step = reader.number<long>(state, "best_step"),
             .skipped = reader.number<long>(state, "skipped"),
             .skipped_in_a_row = reader.number<long>(state, "skipped_in_a_row"),
             .best_validation = reader.number<double>(state, "best_validation"),
             .beta1_power = reader.number<double>(state, "beta1_power"),
             .beta2_power = reader.number<double>(state, "beta2_power"),
             .theta = reader.arrays(state, "theta"),
             .best = reader.arrays(state, "best"),
             .m = reader.arrays(state, "m"),
             .v = reader.arrays(state, "v")};
  return c;
}

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& c) {
  const MetaState& s = c.state;
  const Json numbers{{"step", s.step},
                     {"best_step", s.best_step},
                     {"skipped", s.skipped},
                     {"skipped_in_a_row", s.skipped_in_a_row},
                     {"best_validation", s.best_validation},
                     {"beta1_power", s.beta1_power},
                     {"beta2_power", s.beta2_power}};
  std::string state = numbers.dump();
  state.pop_back();  // its brace: the matrices follow
  state += format_arrays("theta", s.theta) + format_arrays("best", s.best) + format_arrays("m", s.m) +
           format_arrays("v", s.v) + "}";
  write_atomically(
      path, fmt::format(
                "{{\n  \"format\": \"{}\",\n  \"configuration\": {},\n  \"state\": {},\n  \"log\": {}\n}}\n",
                format_name, object(c.configuration), state, Json(c.log).dump()));
}

ENGRAM_PLASTICITY_END
