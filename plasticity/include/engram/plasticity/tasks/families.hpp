/// The families of tasks that need no data, by name.
#pragma once

#include <engram/plasticity/registry.hpp>
#include <engram/plasticity/settings_tree.hpp>
#include <engram/plasticity/task.hpp>

ENGRAM_PLASTICITY_BEGIN

/// A family: a struct of settings, whose `random()` are those with every task in a place of its own, and a
/// function that makes the family of them.
struct FamilyKind {
  std::string_view name;
  TaskFamily (*random)();  ///< with every task in a place of its own
  /// Shows the settings of `random`.
  void (*show_settings)(const std::function<void(const SettingNode&)>& show);
};

/// All families. A new one is a line in families.cpp.
const std::vector<FamilyKind>& task_families();
/// The family of that name. Throws std::invalid_argument that lists the known ones.
const FamilyKind& task_family(std::string_view name);

ENGRAM_PLASTICITY_END
