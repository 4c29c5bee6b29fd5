#include "arguments.hpp"

#include <engram/autodiff/version.hpp>
#include <engram/laboratory/option_groups.hpp>
#include <engram/laboratory/shell_quoted.hpp>
#include <engram/laboratory/test_settings.hpp>

#include <fmt/ranges.h>

namespace engram::demos {

using namespace laboratory;

namespace {

constexpr const char* about =
    "Meta-trains a biologically plausible plasticity rule on two moons with few labels, and compares it with "
    "tuned backpropagation on two moons and on Gaussians, which it never met: Figure 2 of Gu et al. (2019).\n"
    "Without a command: everything, from meta-training to the figure. With --rule: everything after "
    "meta-training.";

void add_meta_training(CLI::App& app, Arguments& a) {
  whole<std::uint64_t>(app, "--seed", a.options.meta.seed, 0, any_seed,
                       "Seed of meta-training and validation")
      ->group("Meta-training");
  add_training(app, a.options);
  app.add_flag("--resume", a.resume,
               "Go on with the run in the output folder; the options must be those it was started with")
      ->group("Meta-training");
}

void add_folder(CLI::App& app, Options& o) {
  path(app, "--out", o.out, "FOLDER", "Folder for all results; made if missing")->default_str(o.out.string());
  app.add_flag("--anew", o.anew, "Overwrite what a run has left in that folder");
}

/// Networks that are not like those that the rule is for.
void add_activation(CLI::App& app, Arguments& a) {
  const auto set = [&a](const std::string& name) {
    try {
      a.activation = plasticity::parse_name<plasticity::Activation>("--activation", name);
    } catch (const std::invalid_argument& e) {
      throw UsageError(e.what());
    }
  };
  app.add_option_function<std::string>(
         "--activation", set,
         "Nonlinearity of the network that learns; unless given: what the rule's file says")
      ->type_name("NAME");
}

void require(bool ok, const std::string& message) {
  if (!ok) throw UsageError(message);
}

/// What does not go together, also where the configuration file says it.
void check(const CLI::App& app, const Arguments& a) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    for (const CLI::Option* option : command->get_options())
      require(command->parsed() || option->count() == 0,
              fmt::format("the configuration file sets {} for {}, which is not the command that was given",
                          option->get_name(), command->get_name()));
  const bool has_rule = !a.options.rule.empty();
  const bool needs_rule =
      a.command == Command::evaluate || a.command == Command::figure || a.command == Command::certify;
  require(!needs_rule || has_rule, "--rule is required: give the rule file to use");
  require(a.command != Command::train || !has_rule, "train makes a rule; leave out --rule");
  require(!a.resume || !has_rule, "--resume goes on with a meta-training; leave out --rule");
  require(!a.resume || !a.options.anew,
          "--resume goes on with a run, and --anew begins one; give one of them");
}

}  // namespace

std::vector<Setting> tested_settings(const Arguments& a) {
  return a.families.empty() ? figure2_settings(a.options) : settings_named(a.options, a.families);
}

std::vector<std::string> lines_that_decide(const Arguments& a) {
  std::vector<std::string> lines = laboratory::lines_that_decide(a.options);
  lines.push_back(fmt::format("command {}", static_cast<int>(a.command)));
  lines.push_back(fmt::format("resume = {}", a.resume));
  lines.push_back(fmt::format("activation = {}", to_string(a.options.meta.network.activation)));
  lines.push_back(fmt::format("families = {}", fmt::join(a.families, ",")));
  if (!a.families.empty()) lines.push_back(line_of_data());
  return lines;
}

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments a;
  a.program = shell_quoted(argv[0]);
  a.line = "two_moons";
  for (int i = 1; i < argc; ++i) a.line += " " + shell_quoted(argv[i]);
  Options& o = a.options;
  o.experiment = "figure2";
  o.out = "two_moons_output";
  o.meta_seeds = 1;
  CLI::App app{about, "two_moons"};
  app.set_version_flag("--version", ENGRAM_VERSION_STRING);
  configuration_file(app,
                     "Read options from a TOML file, such as hidden = 30; give it before a command. What the "
                     "command line says prevails");
  app.require_subcommand(0, 1);
  add_quick(app, o);
  add_network(app, o);
  add_meta_training(app, a);
  add_test(app, o);
  path(app, "--rule", o.rule, "FILE",
       "A rule file: skip meta-training and use this rule, with the activation and update scale it has");
  add_folder(app, o);

  CLI::App& train = *app.add_subcommand("train", "Only meta-train: writes rule.json and meta_training.csv");
  add_quick(train, o);
  add_network(train, o);
  add_meta_training(train, a);
  add_folder(train, o);

  CLI::App& evaluate =
      *app.add_subcommand("evaluate", "Only test a rule: prints the table, writes the summary");
  CLI::App& figure = *app.add_subcommand("figure", "Only draw the figure for a rule: SVG, PNG and CSV");
  for (CLI::App* tests : {&evaluate, &figure}) {
    add_quick(*tests, o);
    add_network(*tests, o);
    add_activation(*tests, a);
    add_test(*tests, o, "--seed");
    path(*tests, "--rule", o.rule, "FILE", "The rule file");
  }
  evaluate
      .add_option("--families", a.families, "Families of tasks to test on; unless given: those of Figure 2")
      ->delimiter(',')
      ->type_name("NAME,NAME...");
  path(evaluate, "--json", a.json, "FILE",
       "Where to write the summary; - is standard output, without the table");
  add_folder(figure, o);

  CLI::App& certify = *app.add_subcommand(
      "certify", "Check whether a rule is biologically plausible: ends with 1 if it is not");
  path(certify, "--rule", o.rule, "FILE", "The rule file");
  path(certify, "--json", a.json, "FILE",
       "Where to write the certificate; - is standard output, without the text");

  CLI::App& watch = *app.add_subcommand("watch", "Follow a meta-training that runs elsewhere");
  path(watch, "FOLDER", o.out, "", "Its output folder")->required();

  if (!read_arguments(app, argc, argv)) return std::nullopt;
  for (const auto& [command, parsed] : {std::pair{Command::train, &train},
                                        {Command::evaluate, &evaluate},
                                        {Command::figure, &figure},
                                        {Command::certify, &certify},
                                        {Command::watch, &watch}})
    if (*parsed) a.command = command;
  check(app, a);
  o.trains = o.rule.empty();
  settle(o);
  try {
    tested_settings(a);
  } catch (const std::invalid_argument& e) {
    throw UsageError(e.what());
  }
  return a;
}

}  // namespace engram::demos
