#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/setting_options.hpp>

#include <cctype>

namespace engram::laboratory {

using plasticity::SettingNode;
using Kind = SettingNode::Kind;

namespace {

const char* type_name(Kind kind) {
  switch (kind) {
    case Kind::truth:
      return "[true|false]";
    case Kind::whole:
      return "N";
    case Kind::number:
      return "NUMBER";
    case Kind::list:
      return "N,N,...";
    case Kind::name:
      return "NAME";
    default:
      return "TEXT";
  }
}

std::string help_of(const SettingNode& leaf) {
  std::string help = leaf.text;
  help.at(0) = static_cast<char>(std::toupper(static_cast<unsigned char>(help[0])));
  if (!leaf.unit.empty()) help += ", in " + leaf.unit;
  if (!leaf.choices.empty()) help += " (" + plasticity::listed(leaf.choices) + ")";
  return help;
}

}  // namespace

std::vector<CLI::Option*> add_settings(CLI::App& app, const SettingNode& root, const std::string& group) {
  std::vector<CLI::Option*> options;
  for (const SettingNode* leaf : options_of(root)) {
    const std::string name = "--" + leaf->option;
    const auto set = [name, set = leaf->set, wanted = leaf->wanted](const std::vector<std::string>& parts) {
      const std::string text = fmt::format("{}", fmt::join(parts, ", "));
      if (!set(text)) throw UsageError(fmt::format("{} is '{}'; it must be {}", name, text, wanted));
    };
    CLI::Option* option = app.add_option_function<std::vector<std::string>>(name, set, help_of(*leaf));
    if (leaf->kind == Kind::list)
      option->delimiter(',');
    else
      option->expected(leaf->kind == Kind::truth ? 0 : 1, 1);
    options.push_back(option->type_name(type_name(leaf->kind))->default_str(leaf->get())->group(group));
  }
  return options;
}

}  // namespace engram::laboratory
