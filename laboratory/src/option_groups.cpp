#include <engram/laboratory/option_groups.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/setting_options.hpp>
#include <engram/plasticity/read_file.hpp>

#include <sstream>

namespace engram::laboratory {

using namespace plasticity;

namespace {

void adopt_rule_settings(MetaSettings& m) {
  m.network.activation = m.rule.activation;
  m.network.bias_neuron = m.rule.bias_neuron;
}

/// The settings of meta-training that have no group of their own. Its seed comes from elsewhere.
template <class M>
SettingNode of_training(M& meta) {
  SettingNode tree = settings_tree(meta);
  std::erase_if(tree.members, [](const SettingNode& m) {
    return m.name == "network" || m.name == "episode" || m.name == "variations" || m.name == "seed";
  });
  return tree;
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
  const char* group = "Network and learning";
  whole<Index>(app, "--hidden", o.meta.network.sizes.at(1), 1, 1000, "Neurons in the hidden layer")
      ->group(group);
  add_settings(app, settings_tree(o.meta.episode), group);
  add_settings(app, of_options(o, {"noise", "threads", "ranks", "hosts"}), group);
}

void add_training(CLI::App& app, Options& o) {
  const char* group = "Meta-training";
  add_settings(app, of_training(o.meta), group);
  add_settings(app, of_options(o, {"training_tasks", "checkpoint_every"}), group);
}

void add_test(CLI::App& app, Options& o, const std::string& seed) {
  SettingNode test = of_options(o, {"trials", "tuning_trials", "test_points", "test_seed"});
  test.members.back().option = seed.substr(2);
  add_settings(app, test, "Test");
}

std::string to_toml(const Options& o) {
  std::string text = o.quick ? "quick = true\n" : "";
  if (o.trains)
    text += to_toml(of_options(o, {"meta_seeds", "training_tasks"})) + to_toml(of_training(o.meta));
  else
    text += fmt::format("activation = \"{}\"\n", to_string(o.meta.rule.activation));
  return text + fmt::format("hidden = {}\n", o.meta.network.sizes.at(1)) +
         to_toml(settings_tree(o.meta.episode)) +
         to_toml(of_options(o, {"noise", "trials", "tuning_trials", "test_points", "test_seed"}));
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

std::vector<std::string> lines_that_decide(const Options& o) {
  std::vector<std::string> lines{fmt::format("experiment {}", o.experiment),
                                 fmt::format("seed = {}", o.meta.seed),
                                 fmt::format("checkpoint_every = {}", o.checkpoint_every),
                                 fmt::format("out = {}", o.out.string()), fmt::format("anew = {}", o.anew)};
  if (!o.rule.empty()) lines.push_back("rule file " + fingerprint(read_file("rule file", o.rule)));
  std::istringstream settings(to_toml(o));
  for (std::string line; std::getline(settings, line);) lines.push_back(line);
  return lines;
}

RuleFile take_rule(Options& o) {
  RuleFile rule = load_rule(o.rule);
  o.meta.rule = rule.settings;
  adopt_rule_settings(o.meta);
  return rule;
}

}  // namespace engram::laboratory
