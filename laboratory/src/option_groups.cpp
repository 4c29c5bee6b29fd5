#include <engram/laboratory/option_groups.hpp>

namespace engram::laboratory {

using namespace plasticity;

namespace {

void adopt_rule_settings(MetaSettings& m) {
  m.network.activation = m.rule.activation;
  m.network.bias_neuron = m.rule.bias_neuron;
}

}  // namespace

void add_quick(CLI::App& app, Options& o) {
  app.add_flag_callback(
      "--quick",
      [&o] {
        o.quick = true;
        o.meta.outer_steps = 20;
        o.meta.tasks = 4;
        o.meta.validate_every = 10;
        o.meta.validation_trials = 8;
        o.meta_seeds = std::min<std::size_t>(o.meta_seeds, 2);
        o.trials = o.tuning_trials = 8;
        o.test_points = 100;
      },
      "Seconds, to see that all works; the figures mean nothing. Unless given: 20 outer steps of 4 tasks, "
      "validation every 10 steps; and 8 trials for validation, tuning and test, with 100 test points");
}

void add_network(CLI::App& app, Options& o) {
  EpisodeSettings& e = o.meta.episode;
  const char* group = "Network and learning";
  whole<Index>(app, "--hidden", o.meta.network.sizes.at(1), 1, 1000, "Neurons in the hidden layer")
      ->group(group);
  whole<Index>(app, "--steps", e.steps, 1, 10'000, "Inner steps, each with one mini-batch")->group(group);
  whole<Index>(app, "--labelled", e.labelled, 0, 10'000,
               "Labelled points, the same in every step; each class needs one")
      ->group(group);
  whole<Index>(app, "--unlabelled", e.unlabelled, 0, 10'000, "Unlabelled points per step, always fresh ones")
      ->group(group);
  real(app, "--noise", o.noise, {.low = 0, .high = 100},
       "Standard deviation of the moons' noise, in radii of a moon")
      ->group(group);
  whole<std::size_t>(app, "--threads", o.threads, 0, 1024,
                     "Threads; 0 is one per core. Results do not depend on it");
}

void add_training(CLI::App& app, Options& o) {
  MetaSettings& m = o.meta;
  const char* group = "Meta-training";
  whole<long>(app, "--outer-steps", m.outer_steps, 1, 1'000'000'000,
              "Outer steps (Adam on the meta-gradient)")
      ->group(group);
  whole<std::size_t>(app, "--tasks", m.tasks, 1, 10'000, "Tasks per outer step")->group(group);
  real(app, "--learning-rate", m.learning_rate, {.low = 0, .above_low = true},
       "Of Adam; falls along a cosine to a twentieth")
      ->group(group);
  real(app, "--clip", m.clip, {.low = 0, .above_low = true},
       "Largest norm of a meta-gradient; longer ones are shortened")
      ->group(group);
  whole<int>(app, "--rule-width", m.rule.width, 1, 1000, "Width of the rule's own network")->group(group);
  whole<long>(app, "--validate-every", m.validate_every, 1, 1'000'000'000,
              "Outer steps between validations, which pick the best rule")
      ->group(group);
  whole<std::size_t>(app, "--validation-trials", m.validation_trials, 1, 100'000, "Tasks of each validation")
      ->group(group);
  whole<long>(app, "--checkpoint-every", o.checkpoint_every, 1, 1'000'000'000,
              "Outer steps between checkpoints: at most so many are lost in a crash")
      ->group(group);
  choice(app, "--training-tasks", o.training_tasks,
         "Tasks to train on: textbook-shaped moons, more diverse ones, half of each, four more families, or "
         "overlapping moons")
      ->group(group);
  choice(app, "--activation", m.rule.activation, "Of the inner network")->group(group);
  choice(app, "--update-scale", m.rule.update_scale, "What updates are divided by")->group(group);
}

void add_test(CLI::App& app, Options& o, const std::string& seed) {
  const char* group = "Test";
  whole<std::size_t>(app, "--trials", o.trials, 2, 100'000,
                     "Trials per rule and family of tasks, at least 2 for a standard error")
      ->group(group);
  whole<std::size_t>(app, "--tuning-trials", o.tuning_trials, 2, 100'000,
                     "Trials that tune each of the others' settings")
      ->group(group);
  whole<Index>(app, "--test-points", o.test_points, 1, 100'000, "Points that judge a trial")->group(group);
  whole<std::uint64_t>(app, seed, o.test_seed, 0, any_seed,
                       "Seed of tuning and test tasks; they differ from those of training for any seeds")
      ->group(group);
}

void settle(Options& o) {
  adopt_rule_settings(o.meta);
  try {
    validate(o.meta);
    training_family(o.training_tasks, o.noise);
  } catch (const std::invalid_argument& e) {
    throw UsageError(e.what());
  }
}

RuleFile take_rule(Options& o) {
  RuleFile rule = load_rule(o.rule);
  o.meta.rule = rule.settings;
  adopt_rule_settings(o.meta);
  return rule;
}

}  // namespace engram::laboratory
