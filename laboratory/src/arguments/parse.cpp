#include <engram/autodiff/version.hpp>
#include <engram/laboratory/option_groups.hpp>
#include <engram/laboratory/options_tree.hpp>
#include <engram/laboratory/setting_options.hpp>
#include <engram/laboratory/shipped.hpp>

#include <algorithm>

namespace engram::laboratory {

using namespace plasticity;

namespace {

/// "Meta-trainings, ...; unless given: 5 for figure2, 1 for peers".
std::string unless_given(const std::string& help, const std::vector<Experiment>& experiments,
                         const auto& number) {
  std::string list;
  for (const Experiment& e : experiments)
    if (e.meta_seeds > 0) list += fmt::format("{}{} for {}", list.empty() ? "" : ", ", number(e), e.name);
  return help + "; unless given: " + list;
}

/// Options whose value is the experiment's own if the user gives none.
void add_budget(CLI::App& app, Options& o, const std::vector<Experiment>& experiments) {
  CLI::Option& seeds = *add_settings(app, of_options(o, {"meta_seeds"}), "Meta-training").front();
  seeds.default_str("")->description(
      unless_given(seeds.get_description(), experiments, [](const Experiment& e) { return e.meta_seeds; }));
  CLI::Option& steps = *app.get_option("--outer-steps");
  steps.default_str("")->description(
      unless_given(steps.get_description(), experiments, [](const Experiment& e) { return e.outer_steps; }));
}

}  // namespace

std::optional<Options> parse(int argc, char** argv, const std::vector<Experiment>& experiments) {
  Options o;
  CLI::App app{
      "Experiments with plasticity rules. Each leaves a folder with its configuration, tables (CSV), figures "
      "(SVG, PNG) and one report.html. An experiment that was stopped goes on when it is started again.",
      "experiment"};
  app.set_version_flag("--version", ENGRAM_VERSION_STRING);
  configuration_file(app, "Read options from a TOML file, such as the config.toml of a folder of results");
  app.require_subcommand(0, 1);
  app.fallthrough();
  add_quick(app, o);
  path(app, "--out", o.out, "FOLDER",
       "Folder for all results; made if missing; unless given: the experiment's name and _output");
  app.add_flag("--anew", o.anew, "Remove the results in the folder, and begin anew");
  path(app, "--rule", o.rule, "FILE",
       "The rule that peers, transfer, inside and certify look at; unless given: the one that is shipped");
  add_network(app, o);
  add_training(app, o);
  add_budget(app, o, experiments);
  add_test(app, o);
  for (const Experiment& e : experiments) app.add_subcommand(e.name, e.summary);
  if (!read_arguments(app, argc, argv)) return std::nullopt;
  if (app.get_subcommands().empty()) {
    std::string names;
    for (const Experiment& e : experiments) names += fmt::format(" {}", e.name);
    throw UsageError(fmt::format("name an experiment:{}; see experiment --help", names));
  }
  o.experiment = app.get_subcommands().front()->get_name();
  const Experiment& chosen = *std::ranges::find(experiments, o.experiment, &Experiment::name);
  o.trains = chosen.meta_seeds > 0;
  if (o.trains && !o.quick) {
    if (app["--meta-seeds"]->count() == 0) o.meta_seeds = chosen.meta_seeds;
    if (app["--outer-steps"]->count() == 0) o.meta.outer_steps = chosen.outer_steps;
  }
  if (o.out.empty()) o.out = o.experiment + "_output";
  if (!o.rule.empty())
    take_rule(o);  // complains before anything is written
  else
    o.rule = shipped_rule("two_moons.json");
  settle(o);
  return o;
}

}  // namespace engram::laboratory
