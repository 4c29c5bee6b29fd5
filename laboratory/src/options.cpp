#include <engram/laboratory/options.hpp>
#include <engram/laboratory/options_tree.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/usage_error.hpp>
#include <engram/plasticity/read_file.hpp>

#include <fmt/format.h>

#include <sstream>

namespace engram::laboratory {

using namespace plasticity;

namespace {

void adopt_rule_settings(MetaSettings& m) {
  m.network.activation = m.rule.activation;
  m.network.bias_neuron = m.rule.bias_neuron;
}

}  // namespace

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

EpisodeSettings test_episode(const Options& options) {
  EpisodeSettings e = options.meta.episode;
  e.query = options.test_points;
  return e;
}

}  // namespace engram::laboratory
