// Prints docs/settings.md: every setting of the library, from the lists in which the structs describe them.
#include <engram/plasticity/evolution.hpp>
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/settings_tree.hpp>
#include <engram/plasticity/tasks/families.hpp>
#include <engram/plasticity/tasks/planar.hpp>

#include <fmt/format.h>

using namespace engram::plasticity;

namespace {

void row(const SettingNode& node) {
  const std::string option = node.option.empty() || !node.get ? "" : fmt::format("`--{}`", node.option);
  const std::string value = node.get ? fmt::format("`{}`", node.get()) : "";
  const std::string wanted = node.get ? node.wanted : "settings of their own";
  fmt::print("| `{}` | {} | {} | {}{} | {} |\n", node.name, option, value, wanted,
             node.unit.empty() ? "" : ", in " + node.unit, node.text);
}

void table(std::string_view title, const SettingNode& tree) {
  fmt::print("\n## {}\n\n| name | option | usually | must be | |\n| --- | --- | --- | --- | --- |\n", title);
  for (const SettingNode& node : tree.members) row(node);
}

template <Settings S>
void table(std::string_view title, const S& settings) {
  table(title, settings_tree(settings));
}

}  // namespace

int main() {
  fmt::print(
      "# Settings\n\n"
      "Each struct of settings describes its members once, in a list `members`. Files, command lines, checks "
      "and these tables come\n"
      "from the list. The program `settings_table` prints this page; a test compares the two. \"Option\" is "
      "the name on the command\n"
      "lines that offer the setting, and in their configuration files, without its dashes.\n");
  const MetaSettings meta;
  table("MetaSettings: meta-training", meta);
  table("Network: what learns", meta.network);
  table("RuleSettings: the form of a rule", meta.rule);
  table("EpisodeSettings: what is learned from", meta.episode);
  table("EvolutionSettings: estimates without derivatives", EvolutionSettings{});
  for (const FamilyKind& family : task_families())
    family.show_settings([&](const SettingNode& tree) {
      table(fmt::format("Task family `{}`, in random places", family.name), tree);
    });
  table("Placement: where tasks in the plane lie", Placement::random());
}
