#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/checkpoint.hpp>
#include <engram/plasticity/read_file.hpp>

#include "json_reader.hpp"

#include <algorithm>
#include <limits>

ENGRAM_PLASTICITY_BEGIN
namespace {

constexpr std::string_view checkpoint_format = "engram-checkpoint-2";
constexpr std::array<const char*, 5> leaves{"theta", "average", "best", "m", "v"};
constexpr std::array members{&MetaState::theta, &MetaState::average, &MetaState::best, &MetaState::m,
                             &MetaState::v};

class CheckpointReader : public JsonReader {
 public:
  explicit CheckpointReader(std::string_view name)
      : JsonReader("checkpoint", name, "train", "start the training anew in another folder") {}

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
  return parse_checkpoint(read_file("checkpoint", path), path.native());
}

Checkpoint parse_checkpoint(std::string_view text, std::string_view name) {
  const CheckpointReader reader(name);
  const Json json = reader.parse(text, checkpoint_format);
  reader.only(json, "", {"format", "configuration", "state", "log"});
  Checkpoint c;
  const Json& configuration = reader.member(json, "", "configuration");
  if (!configuration.is_object()) reader.fail("its 'configuration' must be an object: {{...}}");
  c.configuration = configuration.dump();
  c.log = reader.text(json, "", "log");
  const Json& state = reader.member(json, "", "state");
  for (std::size_t k = 0; k < leaves.size(); ++k) c.state.*members[k] = reader.arrays(state, leaves[k]);
  Json counts = Json::object();
  for (const auto& [key, value] : state.items())
    if (std::find(leaves.begin(), leaves.end(), key) == leaves.end()) counts[key] = value;
  read_json(settings_tree(static_cast<MetaCounts&>(c.state)), counts, "state",
            [&](const std::string& what) { reader.fail("{}; {}", what, reader.remedy()); });
  const Json steps = configuration.value("outer_steps", Json());
  try {
    validate(c.state, steps.is_number_integer() ? steps.get<long>() : std::numeric_limits<long>::max());
  } catch (const std::invalid_argument& e) {
    reader.fail("{}; {}", e.what(), reader.remedy());
  }
  return c;
}

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& c) {
  std::string state = json_of(settings_tree(static_cast<const MetaCounts&>(c.state))).dump();
  state.pop_back();  // its brace: the matrices follow
  for (std::size_t k = 0; k < leaves.size(); ++k) state += format_arrays(leaves[k], c.state.*members[k]);
  state += "}";
  write_atomically(
      path, fmt::format(
                "{{\n  \"format\": \"{}\",\n  \"configuration\": {},\n  \"state\": {},\n  \"log\": {}\n}}\n",
                checkpoint_format, object_text(c.configuration, "save_checkpoint", "the configuration"),
                state, Json(c.log).dump()));
}

ENGRAM_PLASTICITY_END
