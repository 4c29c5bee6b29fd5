/// What the programs' command lines have in common.
#pragma once

#include <engram/laboratory/numbers.hpp>
#include <engram/laboratory/program.hpp>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <limits>
#include <string>

namespace engram::laboratory {

/// Reads the command line. False if it asked for help or the version, which are printed then, wrapped at the
/// terminal's width. Throws UsageError.
bool read_arguments(CLI::App& app, int argc, char** argv);

/// The option --config: a TOML file with options. What it sets and nobody knows is refused.
CLI::Option* configuration_file(CLI::App& app, const std::string& help);

constexpr std::uint64_t any_seed = std::numeric_limits<std::uint64_t>::max();

/// A whole number within limits.
template <class Integer>
CLI::Option* whole(CLI::App& app, const std::string& name, Integer& value, Integer low, Integer high,
                   const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&value, name, low, high](const std::string& text) { value = parse_whole(name, text, low, high); },
          help)
      ->type_name("N")
      ->default_str(fmt::format("{}", value));
}

/// A finite number within limits.
CLI::Option* real(CLI::App& app, const std::string& name, double& value, const RealLimits& limits,
                  const std::string& help);

/// A path; an empty one is a mistake, as of a shell script whose variable is not set.
template <class Path>
CLI::Option* path(CLI::App& app, const std::string& name, Path& value, const char* type,
                  const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&value, name](const std::string& text) {
            if (text.empty()) throw UsageError(name + " is empty; it must be a path");
            value = text;
          },
          help)
      ->type_name(type);
}

}  // namespace engram::laboratory
