#include "options.hpp"

#include <engram/autodiff/version.hpp>
#include <engram/laboratory/command_line.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

/// What --quick cuts: a run of seconds whose figures mean nothing, for trying out and for tests. Comes first
/// in every command, so that what is asked for in so many words prevails.
void add_quick(CLI::App& app, Options& o) {
  app.add_flag_callback(
      "--quick",
      [&o] {
        o.meta.outer_steps = 20;
        o.meta.tasks = 4;
        o.meta.validate_every = 10;
        o.meta.validation_trials = 8;
        o.trials = 8;
        o.tuning_trials = 8;
        o.test_points = 100;
      },
      "Seconds, to see that all works; the figures mean nothing. Unless given: 20 outer steps of 4 tasks, "
      "validation every 10 steps; and 8 trials for validation, tuning and test, with 100 test points");
}

constexpr const char* folder_help = "Folder for all results; made if missing";

void add_sizes(CLI::App& app, Options& o) {
  auto& e = o.meta.episode;
  const char* group = "Network and learning";
  whole<Index>(app, "--hidden", o.meta.network.sizes.at(1), 1, 1000, "Neurons in the hidden layer")
      ->group(group);
  whole<Index>(app, "--steps", e.steps, 1, 10'000, "Inner steps, each with one mini-batch")->group(group);
  whole<Index>(app, "--labelled", e.labelled, 0, 10'000,
               "Labelled points, the same in every step; each class needs one")
      ->group(group);
  whole<Index>(app, "--unlabelled", e.unlabelled, 0, 10'000, "Unlabelled points per step, always fresh ones")
      ->group(group);
  app.add_option("--noise", o.noise, "Standard deviation of the moons' noise, in radii of a moon")
      ->capture_default_str()
      ->group(group);
  whole<std::size_t>(app, "--threads", o.threads, 0, 1024,
                     "Threads; 0 is one per core. Results do not depend on it");
}

void add_training(CLI::App& app, Options& o) {
  auto& m = o.meta;
  const char* group = "Meta-training";
  whole<std::uint64_t>(app, "--seed", m.seed, 0, any_seed, "Seed of meta-training and validation")
      ->group(group);
  whole<long>(app, "--outer-steps", m.outer_steps, 1, 1'000'000'000,
              "Outer steps (Adam on the meta-gradient)")
      ->group(group);
  whole<std::size_t>(app, "--tasks", m.tasks, 1, 10'000, "Tasks per outer step")->group(group);
  app.add_option("--learning-rate", m.learning_rate, "Of Adam; falls along a cosine to a twentieth")
      ->capture_default_str()
      ->group(group);
  app.add_option("--clip", m.clip, "Largest norm of a meta-gradient; longer ones are shortened")
      ->capture_default_str()
      ->group(group);
  whole<int>(app, "--rule-width", m.rule.width, 1, 1000, "Width of the rule's own network")->group(group);
  whole<long>(app, "--validate-every", m.validate_every, 1, 1'000'000'000,
              "Outer steps between validations, which pick the best rule")
      ->group(group);
  whole<long>(app, "--checkpoint-every", o.checkpoint_every, 1, 1'000'000'000,
              "Outer steps between checkpoints: at most so many are lost in a crash")
      ->group(group);
  app.add_flag("--resume", o.resume,
               "Go on with the run in the output folder; the options must be those it was started with")
      ->group(group);
  choice(app, "--training-tasks", o.training_tasks,
         "Tasks to train on: textbook-shaped moons, more diverse ones, half of each, four more families, or "
         "overlapping moons")
      ->group(group);
  choice(app, "--activation", m.rule.activation, "Of the inner network")->group(group);
  choice(app, "--update-scale", m.rule.update_scale, "What updates are divided by")->group(group);
}

void add_test(CLI::App& app, Options& o, const char* seed) {
  const char* group = "Test";
  whole<std::size_t>(app, "--trials", o.trials, 2, 100'000,
                     "Trials per family of tasks, at least 2 for a standard error")
      ->group(group);
  whole<std::uint64_t>(app, seed, o.test_seed, 0, any_seed,
                       "Seed of the test tasks; they differ from those of training for any seeds")
      ->group(group);
}

void require(bool ok, const std::string& message) {
  if (!ok) throw UsageError(message);
}

}  // namespace

std::optional<Options> parse(int argc, char** argv) {
  Options o;
  CLI::App app{
      "Meta-trains a biologically plausible plasticity rule on two moons with few labels, and compares it "
      "with tuned "
      "backpropagation on two moons and on two Gaussians, a family it never met: Figure 2 of Gu et al. "
      "(2019).\n"
      "Without a command: everything, from meta-training to the figure. With --rule: everything after "
      "meta-training.",
      "two_moons"};
  app.set_version_flag("--version", ENGRAM_VERSION_STRING);
  CLI::Option* config =
      app.set_config("--config", "",
                     "Read options from a TOML file, such as hidden = 30; give it before a command. What the "
                     "command line says prevails")
          ->type_name("FILE");
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.require_subcommand(0, 1);
  add_quick(app, o);
  add_sizes(app, o);
  add_training(app, o);
  add_test(app, o, "--test-seed");
  path(app, "--rule", o.rule, "FILE",
       "A rule file: skip meta-training and use this rule, with the activation and update scale it has");
  path(app, "--out", o.out, "FOLDER", folder_help)->default_str(o.out.string());

  CLI::App& train = *app.add_subcommand("train", "Only meta-train: writes rule.json and meta_training.csv");
  add_quick(train, o);
  add_sizes(train, o);
  add_training(train, o);
  path(train, "--out", o.out, "FOLDER", folder_help)->default_str(o.out.string());

  CLI::App& evaluate =
      *app.add_subcommand("evaluate", "Only test a rule: prints the table, writes the summary");
  add_quick(evaluate, o);
  add_sizes(evaluate, o);
  add_test(evaluate, o, "--seed");
  path(evaluate, "--rule", o.rule, "FILE", "The rule file");
  path(evaluate, "--json", o.json, "FILE",
       "Where to write the summary; - is standard output, without the table");

  CLI::App& figure = *app.add_subcommand("figure", "Only draw the figure for a rule: SVG, PNG and CSV");
  add_quick(figure, o);
  add_sizes(figure, o);
  add_test(figure, o, "--seed");
  path(figure, "--rule", o.rule, "FILE", "The rule file");
  path(figure, "--out", o.out, "FOLDER", folder_help)->default_str(o.out.string());

  CLI::App& certify = *app.add_subcommand(
      "certify", "Check whether a rule is biologically plausible: ends with 1 if it is not");
  path(certify, "--rule", o.rule, "FILE", "The rule file");
  path(certify, "--json", o.json, "FILE",
       "Where to write the certificate; - is standard output, without the text");

  CLI::App& watch = *app.add_subcommand("watch", "Follow a meta-training that runs elsewhere");
  watch.add_option("FOLDER", o.out, "Its output folder")->required();

  if (!read_arguments(app, argc, argv)) return std::nullopt;
  if (train.parsed()) o.command = Command::train;
  if (evaluate.parsed()) o.command = Command::evaluate;
  if (figure.parsed()) o.command = Command::figure;
  if (certify.parsed()) o.command = Command::certify;
  if (watch.parsed()) o.command = Command::watch;

  require(config->count() == 0 || !config->as<std::string>().empty(), "--config is empty; it must be a path");
  for (const CLI::App* command :
       {&train, &evaluate, &figure, &certify})  // a section of the configuration file
    for (const CLI::Option* option : command->get_options())
      require(command->parsed() || option->count() == 0,
              fmt::format("the configuration file sets {} for {}, which is not the command that was given",
                          option->get_name(), command->get_name()));
  const bool needs_rule = evaluate.parsed() || figure.parsed() || certify.parsed();
  require(!needs_rule || !o.rule.empty(), "--rule is required: give the rule file to use");
  require(o.command != Command::train || o.rule.empty(), "train makes a rule; leave out --rule");
  require(!o.resume || o.rule.empty(), "--resume goes on with a meta-training; leave out --rule");
  o.meta.network.activation = o.meta.rule.activation;
  o.meta.network.bias_neuron = o.meta.rule.bias_neuron;
  try {
    validate(o.meta);
    training_family(o.training_tasks, o.noise);
  } catch (const std::invalid_argument& e) {
    throw UsageError(e.what());
  }
  return o;
}

EpisodeSettings test_episode(const Options& options) {
  EpisodeSettings e = options.meta.episode;
  e.query = options.test_points;
  return e;
}

std::vector<TaskFamily> test_families(const Options& options) {
  return {two_moons(TwoMoonsOptions::random(options.noise)), two_gaussians()};
}

}  // namespace engram::demos
