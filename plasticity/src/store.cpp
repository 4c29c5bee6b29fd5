#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/read_file.hpp>
#include <engram/plasticity/rules/kinds.hpp>
#include <engram/plasticity/store.hpp>

#include "json_reader.hpp"

ENGRAM_PLASTICITY_BEGIN
namespace {

using autodiff::Shape;

constexpr std::string_view rule_format = "engram-rule-1";

/// The settings that a kind has.
SettingNode settings_of(const RuleKind& kind, RuleSettings& settings) {
  SettingNode tree = settings_tree(settings);
  if (!kind.has_network)
    std::erase_if(tree.members,
                  [](const SettingNode& m) { return m.name == "width" || m.name == "batch_accumulation"; });
  return tree;
}

class RuleReader : public JsonReader {
 public:
  explicit RuleReader(std::string_view name) : JsonReader("rule file", name, "train", "train anew") {}

  const RuleKind& kind(const Json& rule) const {
    try {
      return rule_kind(text(rule, "in 'rule', ", "kind"));
    } catch (const std::invalid_argument& e) {
      fail("in 'rule', 'kind': {}", e.what());
    }
  }

  RuleSettings settings(const RuleKind& kind, Json rule) const {
    rule.erase("kind");
    RuleSettings s;
    read_json(settings_of(kind, s), rule, "rule",
              [&](const std::string& what) { fail("{}; train anew", what); });
    return s;
  }

  Array<double> array(const Json& rows, const char* key, Shape shape) const {
    const bool is_row = shape.rows == 1;
    const auto wrong = [&](const std::string& found) {
      fail("theta '{}' must be {} by the file's settings, but is {}; mend 'rule' or train anew", key,
           is_row ? fmt::format("a list of {} numbers", shape.columns)
                  : fmt::format("{} rows of {} numbers", shape.rows, shape.columns),
           found);
    };
    if (!rows.is_array()) wrong("no list");
    if (!is_row && static_cast<Index>(rows.size()) != shape.rows) wrong(fmt::format("{} rows", rows.size()));
    for (Index i = 0; i < shape.rows; ++i) {  // before there is memory for what the settings promise
      const Json& row = is_row ? rows : rows[static_cast<std::size_t>(i)];
      if (!row.is_array()) wrong(fmt::format("no list in row {}", i + 1));
      if (static_cast<Index>(row.size()) != shape.columns)
        wrong(is_row ? fmt::format("{} long", row.size())
                     : fmt::format("{} long in row {}", row.size(), i + 1));
    }
    Array<double> a(shape.rows, shape.columns);
    for (Index i = 0; i < shape.rows; ++i) {
      const Json& row = is_row ? rows : rows[static_cast<std::size_t>(i)];
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

Method RuleFile::method(const Network& network) const { return rule_kind(kind).method(network, settings); }

Theta<Array<double>> RuleFile::theta() const {
  if (kind != "learned")
    autodiff::fail("rule", "a rule of kind '{}' has no network to look into; give a learned one", kind);
  return unflatten(theta_shapes(settings), std::span(parameters));
}

RuleFile parse_rule(std::string_view text, std::string_view name) {
  const RuleReader reader(name);
  const Json json = reader.parse(text, rule_format);
  reader.only(json, "", {"format", "rule", "theta", "manifest"});
  const Json& about = reader.member(json, "", "rule");
  const RuleKind& kind = reader.kind(about);
  RuleFile rule{std::string(kind.name), reader.settings(kind, about), {}, "{}"};
  const Json& theta = reader.member(json, "", "theta");
  for (const char* key : kind.parameter_names) reader.member(theta, "in 'theta', ", key);
  reader.only(theta, "in 'theta', ", kind.parameter_names);
  const std::vector<Shape> shapes = kind.shapes(rule.settings);
  for (std::size_t k = 0; k < shapes.size(); ++k)
    rule.parameters.push_back(
        reader.array(theta.at(kind.parameter_names[k]), kind.parameter_names[k], shapes[k]));
  if (json.contains("manifest")) {
    if (!json["manifest"].is_object()) reader.fail("its 'manifest' must be an object: {{...}}");
    constexpr std::size_t largest = std::size_t{1} << 20;
    if (json["manifest"].dump().size() > largest)
      reader.fail("its 'manifest' has more than 1 MiB; shorten it");
    rule.manifest = json["manifest"].dump(2);
  }
  return rule;
}

std::string format_rule(const RuleFile& rule) {
  const RuleKind& kind = rule_kind(rule.kind);
  RuleSettings settings = rule.settings;
  validate(settings);
  const std::vector<Shape> shapes = kind.shapes(settings);
  if (rule.parameters.size() != shapes.size())
    autodiff::fail("save_rule", "{} parameters; rules of kind '{}' have {}", rule.parameters.size(),
                   rule.kind, shapes.size());
  std::string theta;
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    const Array<double>& a = rule.parameters[k];
    const char* name = kind.parameter_names[k];
    if (const Shape found{a.rows(), a.cols()}; found != shapes[k])
      autodiff::fail("save_rule", "theta {} is {}: the settings ask for {}", name, to_string(found),
                     to_string(shapes[k]));
    if (!a.isFinite().all()) autodiff::fail("save_rule", "theta {} has numbers that are not finite", name);
    theta += fmt::format("{}\n    \"{}\": {}", k == 0 ? "" : ",", name, format_array(a, true));
  }
  Json about{{"kind", rule.kind}};
  about.update(json_of(settings_of(kind, settings)));
  return fmt::format(
      "{{\n  \"format\": \"{}\",\n  \"rule\": {},\n  \"theta\": {{{}\n  }},\n  \"manifest\": {}\n}}\n",
      rule_format, about.dump(), theta, object_text(rule.manifest, "save_rule", "the manifest"));
}

RuleFile load_rule(const std::filesystem::path& path) {
  return parse_rule(read_file("rule file", path), path.native());
}

void save_rule(const std::filesystem::path& path, const RuleFile& rule) {
  write_atomically(path, format_rule(rule));
}

ENGRAM_PLASTICITY_END
