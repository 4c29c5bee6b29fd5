#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/terminal.hpp>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <system_error>

namespace engram::laboratory {
namespace {

/// CLI11's words, but for those that name no option.
std::string reason(const CLI::ParseError& e) {
  const std::string text = e.what();
  constexpr std::string_view unknown = "INI was not able to parse ";
  if (!text.starts_with(unknown)) return text;
  return fmt::format("the configuration file sets '{}', which is no option", text.substr(unknown.size()));
}

std::string not_a_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (path.empty()) return "the path is empty";
  if (!std::filesystem::exists(status))
    return fmt::format("'{}' cannot be opened: {}", path,
                       error ? error.message() : std::generic_category().message(ENOENT));
  return std::filesystem::is_regular_file(status) ? "" : fmt::format("'{}' is no ordinary file", path);
}

}  // namespace

CLI::Option* real(CLI::App& app, const std::string& name, double& value, const RealLimits& limits,
                  const std::string& help) {
  return app
      .add_option_function<std::string>(
          name, [&value, name, limits](const std::string& text) { value = parse_real(name, text, limits); },
          help)
      ->type_name("NUMBER")
      ->default_str(fmt::format("{}", value));
}

CLI::Option* configuration_file(CLI::App& app, const std::string& help) {
  app.allow_config_extras(CLI::config_extras_mode::error);
  return app.set_config("--config", "", help)->type_name("FILE")->check(CLI::Validator(not_a_file, ""));
}

std::string shell_quoted(const std::string& argument) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || std::strchr("-_./=:,+%@", c); };
  if (!argument.empty() && std::ranges::all_of(argument, plain)) return argument;
  std::string quoted = "'";
  for (const char c : argument) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

bool read_arguments(CLI::App& app, int argc, char** argv) {
  constexpr int elsewhere = 100;
  const int width = terminal_width(stdout, elsewhere);
  app.get_formatter()->column_width(static_cast<std::size_t>(std::clamp(width / 3, 8, 30)));
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() != 0) throw UsageError(fmt::format("{}; see {} --help", reason(e), app.get_name()));
    std::ostringstream text, errors;
    app.exit(e, text, errors);
    print(wrapped(text.str(), width));
    return false;
  }
}

}  // namespace engram::laboratory
