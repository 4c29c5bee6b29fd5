/// Settings that describe themselves (see setting.hpp) as options of a command line.
#pragma once

#include <engram/plasticity/settings_tree.hpp>

#include <CLI/CLI.hpp>

namespace engram::laboratory {

/// Gives `app` an option for each setting of the tree that command lines set, with its help, default and
/// bounds, in a group of the help. The settings must outlive the app. Returns the options in their order.
/// Wrong values throw UsageError when the command line is read.
std::vector<CLI::Option*> add_settings(CLI::App& app, const plasticity::SettingNode& root,
                                       const std::string& group);

}  // namespace engram::laboratory
