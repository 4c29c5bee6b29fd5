#include "options.hpp"

#include <engram/autodiff/version.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace engram::demos {

using namespace plasticity;

namespace {

const std::map<std::string, Activation> activations{
    {"relu", Activation::relu}, {"tanh", Activation::tanh}, {"identity", Activation::identity}};
const std::map<std::string, UpdateScale> update_scales{{"published", UpdateScale::published},
                                                       {"symmetric", UpdateScale::symmetric},
                                                       {"fan_in", UpdateScale::fan_in}};
const std::map<std::string, TrainingTasks> task_names{
    {"random", TrainingTasks::random}, {"diverse", TrainingTasks::diverse}, {"mixed", TrainingTasks::mixed}};

template <class Enum>
void choice(CLI::App& app, const std::string& name, Enum& value, const std::map<std::string, Enum>& names,
            const std::string& help) {
  std::string list, now;
  for (const auto& [text, v] : names) {
    list += (list.empty() ? "" : ", ") + text;
    if (v == value) now = text;
  }
  app.add_option_function<std::string>(
         name,
         [&value, &names, name, list](const std::string& text) {
           const auto found = names.find(text);
           if (found == names.end())
             throw UsageError(fmt::format("{} is '{}'; it must be one of: {}", name, text, list));
           value = found->second;
         },
         help + " (" + list + ")")
      ->type_name("NAME")
      ->default_str(now);
}

struct Text {
  std::size_t hidden = 20;
  bool quick = false;
};

void add_sizes(CLI::App& app, Options& o, Text& text) {
  auto& e = o.meta.episode;
  const char* group = "Network and learning";
  app.add_option("--hidden", text.hidden, "Neurons in the hidden layer")->capture_default_str()->group(group);
  app.add_option("--steps", e.steps, "Inner steps, each with one mini-batch")
      ->capture_default_str()
      ->group(group);
  app.add_option("--labelled", e.labelled, "Labelled points, the same in every step")
      ->capture_default_str()
      ->group(group);
  app.add_option("--unlabelled", e.unlabelled, "Unlabelled points per step, always fresh ones")
      ->capture_default_str()
      ->group(group);
  app.add_option("--noise", o.noise, "Standard deviation of the moons' noise, in radii of a moon")
      ->capture_default_str()
      ->group(group);
  app.add_option("--threads", o.threads, "Threads; 0 is one per core. Results do not depend on it")
      ->capture_default_str();
}

void add_training(CLI::App& app, Options& o) {
  auto& m = o.meta;
  const char* group = "Meta-training";
  app.add_option("--seed", m.seed, "Seed of meta-training and validation")
      ->capture_default_str()
      ->group(group);
  app.add_option("--outer-steps", m.outer_steps, "Outer steps (Adam on the meta-gradient)")
      ->capture_default_str()
      ->group(group);
  app.add_option("--tasks", m.tasks, "Tasks per outer step")->capture_default_str()->group(group);
  app.add_option("--learning-rate", m.learning_rate, "Of Adam; falls along a cosine to a twentieth")
      ->capture_default_str()
      ->group(group);
  app.add_option("--clip", m.clip, "Largest norm of a meta-gradient; longer ones are shortened")
      ->capture_default_str()
      ->group(group);
  app.add_option("--rule-width", m.rule.width, "Width of the rule's own network")
      ->capture_default_str()
      ->group(group);
  app.add_option("--validate-every", m.validate_every,
                 "Outer steps between validations, which pick the best rule")
      ->capture_default_str()
      ->group(group);
  choice(app, "--training-tasks", o.training_tasks, task_names,
         "Two moons to train on: textbook-shaped, more diverse ones, or half of each");
  choice(app, "--activation", m.rule.activation, activations, "Of the inner network");
  choice(app, "--update-scale", m.rule.update_scale, update_scales, "What updates are divided by");
}

void add_test(CLI::App& app, Options& o, const char* seed) {
  const char* group = "Test";
  app.add_option("--trials", o.trials, "Trials per family of tasks, at least 2")
      ->capture_default_str()
      ->group(group);
  app.add_option(seed, o.test_seed,
                 "Seed of the test tasks; they differ from those of training for any seeds")
      ->capture_default_str()
      ->group(group);
}

/// What --quick cuts: a run of seconds whose figures mean nothing, for trying out and for tests.
void make_quick(Options& o) {
  o.meta.outer_steps = 20;
  o.meta.tasks = 4;
  o.meta.validate_every = 10;
  o.meta.validation_trials = 8;
  o.trials = std::min<std::size_t>(o.trials, 8);
  o.tuning_trials = 8;
  o.test_points = 100;
}

void require(bool ok, const std::string& message) {
  if (!ok) throw UsageError(message);
}

}  // namespace

std::optional<Options> parse(int argc, char** argv) {
  Options o;
  Text text;
  CLI::App app{
      "Meta-trains a biologically plausible plasticity rule on two moons with few labels, and compares it "
      "with tuned "
      "backpropagation on two moons and on two Gaussians, a family it never met: Figure 2 of Gu et al. "
      "(2019).\n"
      "Without a command: everything, from meta-training to the figure. With --rule: everything after "
      "meta-training.",
      "two_moons"};
  app.set_version_flag("--version", ENGRAM_VERSION_STRING);
  app.set_config("--config", "", "Read options from a TOML file");
  app.require_subcommand(0, 1);
  add_sizes(app, o, text);
  add_training(app, o);
  add_test(app, o, "--test-seed");
  app.add_option("--rule", o.rule, "A rule file: skip meta-training and use this rule")->type_name("FILE");
  app.add_option("--out", o.out, "Folder for all results; made if missing")
      ->capture_default_str()
      ->type_name("FOLDER");
  app.add_flag("--quick", text.quick,
               "A run of seconds to see that all works: 20 outer steps of 4 tasks, 8 trials");

  CLI::App& train = *app.add_subcommand("train", "Only meta-train: writes rule.json and meta_training.csv");
  add_sizes(train, o, text);
  add_training(train, o);
  train.add_option("--out", o.out, "Folder for the results; made if missing")
      ->capture_default_str()
      ->type_name("FOLDER");
  train.add_flag("--quick", text.quick, "20 outer steps of 4 tasks");

  CLI::App& evaluate =
      *app.add_subcommand("evaluate", "Only test a rule: prints the table, writes the summary");
  add_sizes(evaluate, o, text);
  add_test(evaluate, o, "--seed");
  evaluate.add_option("--rule", o.rule, "The rule file")->required()->type_name("FILE");
  evaluate.add_option("--json", o.json, "Where to write the summary; - is standard output")
      ->type_name("FILE");
  evaluate.add_flag("--quick", text.quick, "8 trials");

  CLI::App& figure = *app.add_subcommand("figure", "Only draw the figure for a rule: SVG, PNG and CSV");
  add_sizes(figure, o, text);
  add_test(figure, o, "--seed");
  figure.add_option("--rule", o.rule, "The rule file")->required()->type_name("FILE");
  figure.add_option("--out", o.out, "Folder for the results; made if missing")
      ->capture_default_str()
      ->type_name("FOLDER");
  figure.add_flag("--quick", text.quick, "8 trials");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) {  // help or version
      app.exit(e);
      return std::nullopt;
    }
    throw UsageError(std::string(e.what()) + "; see two_moons --help");
  }
  if (train.parsed()) o.command = Command::train;
  if (evaluate.parsed()) o.command = Command::evaluate;
  if (figure.parsed()) o.command = Command::figure;
  if (text.quick) make_quick(o);

  require(text.hidden >= 1, "--hidden is 0; the hidden layer needs a neuron");
  require(o.trials >= 2, fmt::format("--trials is {}; a standard error needs at least 2", o.trials));
  o.meta.network = {{2, static_cast<Index>(text.hidden), 2}, o.meta.rule.activation, o.meta.rule.bias_neuron};
  try {
    validate(o.meta);
    training_family(o);
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

TaskFamily training_family(const Options& options) {
  const TaskFamily random = two_moons(TwoMoonsOptions::random(options.noise)),
                   diverse = two_moons(TwoMoonsOptions::diverse());
  switch (options.training_tasks) {
    case TrainingTasks::random:
      return random;
    case TrainingTasks::diverse:
      return diverse;
    case TrainingTasks::mixed:
      return mixture("two_moons", {random, diverse});
  }
  throw std::logic_error("unknown training tasks");
}

std::vector<TaskFamily> test_families(const Options& options) {
  return {two_moons(TwoMoonsOptions::random(options.noise)), two_gaussians()};
}

std::string_view to_string(TrainingTasks tasks) {
  for (const auto& [name, value] : task_names)
    if (value == tasks) return name;
  throw std::logic_error("unknown training tasks");
}

}  // namespace engram::demos
