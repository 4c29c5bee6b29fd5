#include <engram/laboratory/option_groups.hpp>
#include <engram/laboratory/options_tree.hpp>
#include <engram/laboratory/setting_options.hpp>

namespace engram::laboratory {

using namespace plasticity;

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

}  // namespace engram::laboratory
