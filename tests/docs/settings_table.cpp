// Prints docs/settings.md: every setting of the library, from the lists in which the structs describe them.
#include <engram/plasticity/evolution.hpp>
#include <engram/plasticity/gaussian_mixture.hpp>
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/recovery/recovery.hpp>
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

void table(std::string_view title, SettingNode tree, bool has_options) {
  if (!has_options)
    for (SettingNode& node : tree.members) node.option.clear();
  fmt::print("\n## {}\n\n| name | option | usually | must be | |\n| --- | --- | --- | --- | --- |\n", title);
  for (const SettingNode& node : tree.members) row(node);
}

}  // namespace

int main() {
  fmt::print(
      "# Settings\n\n"
      "Each struct of settings describes its members once, in a list `members`. Files, command lines, checks "
      "and these tables come\n"
      "from the list. A program among the tests prints this page, and a test compares the two. An option has "
      "the same name in\n"
      "configuration files, without its dashes.\n");
  const MetaSettings meta;
  const EvolutionSettings evolution;
  const MixtureSettings mixture;
  const RecoverySettings recovery;
  const Placement anywhere = Placement::random();
  table("MetaSettings: meta-training", settings_tree(meta), true);
  table("Network: what learns", settings_tree(meta.network), false);
  table("RuleSettings: the form of a rule", settings_tree(meta.rule), true);
  table("EpisodeSettings: what is learned from", settings_tree(meta.episode), true);
  table("EvolutionSettings: estimates without derivatives", settings_tree(evolution), false);
  table("MixtureSettings: Gaussian mixtures", settings_tree(mixture), false);
  table("RecoverySettings: rules from what they did", settings_tree(recovery), false);
  table("PlasticLayer: where they did it", settings_tree(recovery.layer), false);
  table("TaylorForm: the terms that they may have", settings_tree(recovery.candidates), false);
  table("ObservationSettings: what is seen of it", settings_tree(recovery.observation), false);
  table("SparseFitSettings: how terms are searched for", settings_tree(recovery.fit), false);
  for (const FamilyKind& family : task_families())
    family.show_settings([&](const SettingNode& tree) {
      table(fmt::format("Task family `{}`, in random places", family.name), tree, false);
    });
  table("Placement: where tasks in the plane lie", settings_tree(anywhere), false);
}
