/// What the demos' command lines have in common.
#pragma once

#include <engram/plasticity/names.hpp>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>

namespace engram::laboratory {

/// The command line was wrong: one line that says what to do.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

constexpr int exit_failure = 1, exit_bad_input = 2, exit_interrupted = 130;

/// One line on standard error, whatever the message has in it: "PROGRAM: message".
void complain(const char* program, std::string message);

/// Prints a line that a newcomer should see at once, also where output goes to a file.
void tell(const std::string& text);

/// Runs `body` and returns its exit code, or after an exception the code for it, having complained.
int run_program(const char* program, const std::function<int()>& body);

/// Reads the command line. False if it asked for help or the version, which are printed then. Throws
/// UsageError.
bool read_arguments(CLI::App& app, int argc, char** argv);

/// An argument as a shell needs it written.
std::string shell_quoted(const std::string& argument);

constexpr std::uint64_t any_seed = std::numeric_limits<std::uint64_t>::max();

/// One of several named values.
template <plasticity::NamedEnum Enum>
CLI::Option* choice(CLI::App& app, const std::string& name, Enum& value, const std::string& help) {
  const std::string list = plasticity::listed(names_of(Enum{}));
  return app
      .add_option_function<std::string>(
          name,
          [&value, name, list](const std::string& text) {
            constexpr auto names = names_of(Enum{});
            const auto found = std::ranges::find(names, text);
            if (found == names.end())
              throw UsageError(fmt::format("{} is '{}'; it must be one of: {}", name, text, list));
            value = static_cast<Enum>(found - names.begin());
          },
          help + " (" + list + ")")
      ->type_name("NAME")
      ->default_str(std::string(plasticity::to_string(value)));
}

/// A whole number within limits. CLI11 would read -1 as a very large one.
template <class Integer>
CLI::Option* whole(CLI::App& app, const std::string& name, Integer& value, Integer low, Integer high,
                   const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&value, name, low, high](const std::string& text) {
            Integer given{};
            const char* end = text.data() + text.size();
            const auto [stop, error] = std::from_chars(text.data(), end, given);
            if (error != std::errc() || stop != end || given < low || given > high)
              throw UsageError(
                  fmt::format("{} is '{}'; it must be a whole number from {} to {}", name, text, low, high));
            value = given;
          },
          help)
      ->type_name("N")
      ->default_str(fmt::format("{}", value));
}

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
