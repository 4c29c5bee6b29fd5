#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/terminal.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <system_error>

namespace engram::laboratory {
namespace {

/// What is wrong with the first of the arguments that nothing has taken; an option may be followed by its
/// value.
std::string superfluous(const CLI::App& app) {
  const std::vector<std::string> left = app.remaining(true);
  const auto option = std::ranges::find_if(left, [](const std::string& a) { return a.starts_with("-"); });
  if (option != left.end()) return fmt::format("there is no option {}", *option);
  std::vector<std::string> commands;
  if (app.get_subcommands().empty())
    for (const CLI::App* c : app.get_subcommands([](const CLI::App*) { return true; }))
      commands.push_back(c->get_name());
  if (commands.empty()) return fmt::format("'{}' is an argument too many", left.at(0));
  return fmt::format("'{}' is unknown; choose one of {}", left.at(0), fmt::join(commands, ", "));
}

/// CLI11's words, but for those that name nothing or do not tell what there is.
std::string reason(const CLI::App& app, const CLI::ParseError& e) {
  if (dynamic_cast<const CLI::ExtrasError*>(&e)) return superfluous(app);
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

bool read_arguments(CLI::App& app, int argc, char** argv) {
  constexpr int elsewhere = 100;
  const int width = terminal_width(stdout, elsewhere);
  app.get_formatter()->column_width(static_cast<std::size_t>(std::clamp(width / 3, 8, 30)));
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() != 0)
      throw UsageError(fmt::format("{}; see {} --help", reason(app, e), app.get_name()));
    std::ostringstream text, errors;
    app.exit(e, text, errors);
    print(wrapped(text.str(), width));
    return false;
  }
}

}  // namespace engram::laboratory
