#include "case.hpp"

#include <engram/plasticity/tasks/two_moons.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace engram::bench {

using namespace plasticity;
using nlohmann::json;

void Case::add_options(CLI::App& app) {
  const auto option = [&](const char* name, auto& value, const char* text) {
    app.add_option(name, value, text)->capture_default_str();
  };
  option("--hidden", hidden, "Neurons in each hidden layer");
  option("--depth", depth, "Hidden layers");
  option("--rule-width", rule.width, "Width of the rule");
  option("--steps", episode.steps, "Inner steps");
  option("--every", objective_every, "Inner steps from one query to the next");
  option("--labelled", episode.labelled, "Labelled points per step");
  option("--unlabelled", episode.unlabelled, "Unlabelled points per step");
  option("--tasks", tasks, "Tasks per outer step");
  option("--seed", seed, "Seed of rule and tasks");
  app.add_flag_callback(
      "--trainer", [this] { rule = RuleSettings{}; }, "The meta-trainer's network: tanh, with bias neurons");
}

Network Case::network() const {
  Network network{{2}, rule.activation, rule.bias_neuron};
  for (int l = 0; l < depth; ++l) network.sizes.push_back(hidden);
  network.sizes.push_back(2);
  return network;
}

Theta<Array<double>> Case::theta() const {
  const Random random(seed);
  auto theta = initial_theta(rule, network().depth(), random.split("theta"));
  Random bias = random.split("bias");
  for (auto* leaf : {&theta.a, &theta.b, &theta.c, &theta.s})
    *leaf = normal(bias, leaf->rows(), leaf->cols(), 0.1);
  return theta;
}

std::vector<Episode<Array<double>>> Case::episodes() const {
  const TaskFamily family = two_moons(TwoMoonsOptions::random());
  const Random random(seed);
  std::vector<Episode<Array<double>>> list;
  for (std::size_t i = 0; i < tasks; ++i) {
    const Random trial = random.split(i);
    list.push_back(
        draw_episode(network(), episode, *family.draw(trial.split("task")), trial.split("episode")));
  }
  return list;
}

json to_json(const Case& c) {
  json j{{"sizes", c.network().sizes},        {"activation", to_string(c.rule.activation)},
         {"bias_neuron", c.rule.bias_neuron}, {"steps", c.episode.steps},
         {"labelled", c.episode.labelled},    {"objective_every", c.objective_every},
         {"episodes", json::array()}};
  const auto theta = c.theta();
  for (std::size_t i = 0; i < theta.members.size(); ++i)
    j["theta"][theta.names[i]] = rows(theta.*theta.members[i]);
  for (const auto& episode : c.episodes()) {
    json leaves = json::array();
    for (const auto& leaf : flatten(episode)) leaves.push_back(rows(leaf));
    j["episodes"].push_back(std::move(leaves));
  }
  return j;
}

std::vector<double> flat(const std::vector<Array<double>>& leaves) {
  std::vector<double> all;
  for (const auto& leaf : leaves) all.insert(all.end(), leaf.data(), leaf.data() + leaf.size());
  return all;
}

json rows(const Array<double>& a) {
  json list = json::array();
  for (Index r = 0; r < a.rows(); ++r) list.push_back(std::vector<double>(a.row(r).begin(), a.row(r).end()));
  return list;
}

}  // namespace engram::bench
