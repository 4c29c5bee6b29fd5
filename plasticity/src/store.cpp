#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/read_file.hpp>
#include <engram/plasticity/store.hpp>

#include "json_reader.hpp"

ENGRAM_PLASTICITY_BEGIN
namespace {

using autodiff::Shape;

constexpr std::string_view format_name = "engram-rule-1";

class Reader : public JsonReader {
 public:
  explicit Reader(std::string_view name) : JsonReader("rule file", name, "train", "train anew") {}

  RuleSettings settings(const Json& rule) const {
    const std::string kind = text(rule, "in 'rule', ", "kind");
    if (kind != "learned") fail("rules of kind '{}' cannot be loaded; only 'learned' ones can", kind);
    Json rest = rule;
    rest.erase("kind");
    RuleSettings s;
    read_json(settings_tree(s), rest, "rule", [&](const std::string& what) { fail("{}; train anew", what); });
    return s;
  }

  Array<double> array(const Json& rows, const char* key, Shape shape) const {
    const bool is_row = shape.rows == 1;
    const auto wrong = [&](const std::string& found) {
      fail("theta '{}' must be {} by the file's width and accumulation, but is {}; mend 'rule' or train anew",
           key,
           is_row ? fmt::format("a list of {} numbers", shape.columns)
                  : fmt::format("{} rows of {} numbers", shape.rows, shape.columns),
           found);
    };
    if (!rows.is_array()) wrong("no list");
    if (!is_row && static_cast<Index>(rows.size()) != shape.rows) wrong(fmt::format("{} rows", rows.size()));
    Array<double> a(shape.rows, shape.columns);
    for (Index i = 0; i < shape.rows; ++i) {
      const Json& row = is_row ? rows : rows[static_cast<std::size_t>(i)];
      if (!row.is_array()) wrong(fmt::format("no list in row {}", i + 1));
      if (static_cast<Index>(row.size()) != shape.columns)
        wrong(is_row ? fmt::format("{} long", row.size())
                     : fmt::format("{} long in row {}", row.size(), i + 1));
      for (Index j = 0; j < shape.columns; ++j) {
        const Json& number = row[static_cast<std::size_t>(j)];
        if (!number.is_number())
          fail("theta '{}' holds something that is not a finite number; train anew", key);
        a(i, j) = number.get<double>();
      }
    }
    return a;
  }
};

}  // namespace

RuleFile parse_rule(std::string_view text, std::string_view name) {
  const Reader reader(name);
  const Json json = reader.parse(text, format_name);
  reader.only(json, "", {"format", "rule", "theta", "manifest"});
  RuleFile rule;
  rule.settings = reader.settings(reader.member(json, "", "rule"));
  const Json& theta = reader.member(json, "", "theta");
  const Theta<Shape> shapes = theta_shapes(rule.settings);
  reader.only(theta, "in 'theta', ", shapes.names);
  for (std::size_t k = 0; k < shapes.names.size(); ++k)
    rule.theta.*rule.theta.members[k] = reader.array(reader.member(theta, "in 'theta', ", shapes.names[k]),
                                                     shapes.names[k], shapes.*shapes.members[k]);
  if (json.contains("manifest")) {
    if (!json["manifest"].is_object()) reader.fail("its 'manifest' must be an object: {{...}}");
    rule.manifest = json["manifest"].dump(2);
  }
  return rule;
}

std::string format_rule(const RuleFile& rule) {
  const Theta<Shape> shapes = theta_shapes(rule.settings);
  std::string theta;
  for (std::size_t k = 0; k < shapes.names.size(); ++k) {
    const Array<double>& a = rule.theta.*rule.theta.members[k];
    const Shape wanted = shapes.*shapes.members[k], found{a.rows(), a.cols()};
    if (found != wanted)
      autodiff::fail("save_rule", "theta {} is {}: the settings ask for {}", shapes.names[k],
                     to_string(found), to_string(wanted));
    if (!a.isFinite().all())
      autodiff::fail("save_rule", "theta {} has numbers that are not finite", shapes.names[k]);
    theta += fmt::format("{}\n    \"{}\": {}", k == 0 ? "" : ",", shapes.names[k], format_array(a, true));
  }
  const Json manifest = Json::parse(rule.manifest, nullptr, false);
  if (!manifest.is_object()) autodiff::fail("save_rule", "the manifest is no JSON object");
  Json settings{{"kind", "learned"}};
  settings.update(json_of(settings_tree(rule.settings)));
  return fmt::format(
      "{{\n  \"format\": \"{}\",\n  \"rule\": {},\n  \"theta\": {{{}\n  }},\n  \"manifest\": {}\n}}\n",
      format_name, settings.dump(), theta, manifest.dump(2));
}

RuleFile load_rule(const std::filesystem::path& path) {
  return parse_rule(read_file("rule file", path), path.native());
}

void save_rule(const std::filesystem::path& path, const RuleFile& rule) {
  write_atomically(path, format_rule(rule));
}

ENGRAM_PLASTICITY_END
