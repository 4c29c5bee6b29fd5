/// The options that programs have in common, in the groups in which their help lists them.
#pragma once

#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/options.hpp>
#include <engram/plasticity/settings_tree.hpp>
#include <engram/plasticity/store.hpp>

#include <algorithm>

namespace engram::laboratory {

/// --quick. It is added before all others, so that an option given explicitly prevails.
void add_quick(CLI::App& app, Options& options);
/// The network, its episodes and tasks, and threads.
void add_network(CLI::App& app, Options& options);
void add_training(CLI::App& app, Options& options);
/// `seed` is what the option for the seed of the test tasks is called.
void add_test(CLI::App& app, Options& options, const std::string& seed = "--test-seed");

/// The settings of these names, among the options' own.
template <class O>
plasticity::SettingNode of_options(O& options, std::initializer_list<std::string_view> names) {
  plasticity::SettingNode tree = plasticity::settings_tree(options);
  std::erase_if(tree.members, [&](const auto& m) { return std::ranges::find(names, m.name) == names.end(); });
  return tree;
}

/// Looks at all options when they are read. Throws UsageError for what makes no sense.
void settle(Options& options);
/// All that ranks must have in common, as lines.
std::vector<std::string> lines_that_decide(const Options& options);
/// Takes the rule that was given, and with it the activation and bias neurons that its networks have. Throws
/// FormatError if it cannot be read.
plasticity::RuleFile take_rule(Options& options);

}  // namespace engram::laboratory
