/// The options that programs have in common, in the groups in which their help lists them.
#pragma once

#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/options.hpp>

namespace engram::laboratory {

/// --quick. It is added before all others, so that an option given explicitly prevails.
void add_quick(CLI::App& app, Options& options);
/// The network, its episodes and tasks, and threads.
void add_network(CLI::App& app, Options& options);
void add_training(CLI::App& app, Options& options);
/// `seed` is what the option for the seed of the test tasks is called.
void add_test(CLI::App& app, Options& options, const std::string& seed = "--test-seed");

}  // namespace engram::laboratory
