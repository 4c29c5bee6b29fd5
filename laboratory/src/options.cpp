#include <engram/autodiff/version.hpp>
#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/options.hpp>
#include <engram/plasticity/store.hpp>

#include <algorithm>

namespace engram::laboratory {

using namespace plasticity;

namespace {

/// What --quick cuts: a run of seconds whose figures mean nothing, for trying out and for tests.
void cut(Options& o) {
  o.quick = true;
  o.meta.outer_steps = 20;
  o.meta.tasks = 4;
  o.meta.validate_every = 10;
  o.meta.validation_trials = 8;
  o.meta_seeds = 2;
  o.trials = o.tuning_trials = 8;
  o.test_points = 100;
}

void add_options(CLI::App& app, Options& o) {
  app.add_flag_callback(
      "--quick", [&o] { cut(o); },
      "Seconds, to see that all works; the figures mean nothing. Give it before what it cuts");
  path(app, "--out", o.out, "FOLDER", "Folder for all results; made if missing [NAME_output]");
  path(app, "--rule", o.rule, "FILE", "The rule that peers, transfer, inside and certify look at")
      ->default_str("the one that is shipped");
  whole<std::size_t>(app, "--threads", o.threads, 0, 1024,
                     "Threads; 0 is one per core. Results do not depend on it");

  const char* group = "Meta-training";
  MetaSettings& m = o.meta;
  whole<std::size_t>(app, "--meta-seeds", o.meta_seeds, 1, 1000, "Meta-trainings, with the seeds 1, 2, ...")
      ->default_str("as the experiment has it")
      ->group(group);
  whole<long>(app, "--outer-steps", m.outer_steps, 1, 1'000'000'000, "Outer steps of each")
      ->default_str("as the experiment has it")
      ->group(group);
  whole<std::size_t>(app, "--tasks", m.tasks, 1, 10'000, "Tasks per outer step")->group(group);
  app.add_option("--learning-rate", m.learning_rate, "Of Adam; falls along a cosine to a twentieth")
      ->capture_default_str()
      ->group(group);
  whole<long>(app, "--validate-every", m.validate_every, 1, 1'000'000'000, "Outer steps between validations")
      ->group(group);
  whole<std::size_t>(app, "--validation-trials", m.validation_trials, 1, 100'000, "Tasks of each validation")
      ->group(group);
  choice(app, "--training-tasks", o.training_tasks,
         "Textbook-shaped moons, more diverse ones, half of each, four more families, or overlapping moons")
      ->group(group);

  group = "Network and learning";
  whole<Index>(app, "--hidden", m.network.sizes.at(1), 1, 1000, "Neurons in the hidden layer")->group(group);
  whole<Index>(app, "--steps", m.episode.steps, 1, 10'000, "Inner steps")->group(group);
  whole<Index>(app, "--labelled", m.episode.labelled, 2, 10'000, "Labelled points")->group(group);
  whole<Index>(app, "--unlabelled", m.episode.unlabelled, 0, 10'000, "Unlabelled points per step")
      ->group(group);
  app.add_option("--noise", o.noise, "Standard deviation of the moons' noise, in radii of a moon")
      ->capture_default_str()
      ->group(group);

  group = "Test";
  whole<std::size_t>(app, "--trials", o.trials, 2, 100'000, "Trials per family and meta-training seed")
      ->group(group);
  whole<std::size_t>(app, "--tuning-trials", o.tuning_trials, 2, 100'000,
                     "Trials that tune each of the others' settings")
      ->group(group);
  whole<Index>(app, "--test-points", o.test_points, 1, 100'000, "Points that judge a trial")->group(group);
  whole<std::uint64_t>(app, "--test-seed", o.test_seed, 0, any_seed, "Seed of tuning and test tasks")
      ->group(group);
}

}  // namespace

std::optional<Options> parse(int argc, char** argv, const std::vector<Experiment>& experiments) {
  Options o;
  CLI::App app{
      "Experiments with plasticity rules. Each leaves a folder with its configuration, tables (CSV), figures "
      "(SVG, PNG) and one report.html. An experiment that was stopped goes on when it is started again.",
      "experiment"};
  app.set_version_flag("--version", ENGRAM_VERSION_STRING);
  app.set_config("--config", "",
                 "Read options from a TOML file, such as the config.toml of a folder of results")
      ->type_name("FILE");
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.require_subcommand(0, 1);
  app.fallthrough();
  add_options(app, o);
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
    load_rule(o.rule);  // complains before anything is written
  else
    o.rule = std::filesystem::path(ENGRAM_RULES) / "two_moons.json";
  validate(o.meta);
  training_family(o.training_tasks, o.noise);
  return o;
}

std::string to_toml(const Options& o) {
  const MetaSettings& m = o.meta;
  std::string text;
  const auto add = [&](const char* key, const auto& value) { text += fmt::format("{} = {}\n", key, value); };
  if (o.quick) add("quick", true);
  if (o.trains) {
    add("meta-seeds", o.meta_seeds);
    add("outer-steps", m.outer_steps);
    add("tasks", m.tasks);
    add("learning-rate", m.learning_rate);
    add("validate-every", m.validate_every);
    add("validation-trials", m.validation_trials);
    add("training-tasks", fmt::format("\"{}\"", to_string(o.training_tasks)));
  }
  add("hidden", m.network.sizes[1]);
  add("steps", m.episode.steps);
  add("labelled", m.episode.labelled);
  add("unlabelled", m.episode.unlabelled);
  add("noise", o.noise);
  add("trials", o.trials);
  add("tuning-trials", o.tuning_trials);
  add("test-points", o.test_points);
  add("test-seed", o.test_seed);
  return text;
}

EpisodeSettings test_episode(const Options& options) {
  EpisodeSettings e = options.meta.episode;
  e.query = options.test_points;
  return e;
}

}  // namespace engram::laboratory
