/// One outer step's meta-gradient, timed: workload W1 is 16 tasks, 50 inner steps of a 2-20-2 network without
/// bias neurons on 10 labelled and 10 unlabelled points, a rule of width 16, the query loss of 100 points
/// after every fifth step, in float.
///
/// `--write FILE` writes the inputs as JSON for other programs that compute the same; the timed loop then
/// runs on these inputs, drawn beforehand, and prints loss, gradient norm and milliseconds per outer step as
/// JSON.
#include <engram/plasticity/meta_gradient.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <tbb/global_control.h>

#include <algorithm>
#include <chrono>
#include <fstream>

using namespace engram::plasticity;
using nlohmann::json;

namespace {

json to_json(const Array<double>& a) {
  json rows = json::array();
  for (Index r = 0; r < a.rows(); ++r) rows.push_back(std::vector<double>(a.row(r).begin(), a.row(r).end()));
  return rows;
}

/// Random biases too: a fresh rule's zeros would hide mistakes.
Theta<Array<double>> random_theta(const RuleSettings& settings, std::size_t depth, Random random) {
  auto theta = initial_theta(settings, depth, random.split("theta"));
  Random bias = random.split("bias");
  for (auto* leaf : {&theta.a, &theta.b, &theta.c, &theta.s})
    *leaf = normal(bias, leaf->rows(), leaf->cols(), 0.1);
  return theta;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Times one outer step's meta-gradient (see benchmarks/README.md)."};
  Index hidden = 20;
  int depth = 1, repetitions = 20, threads = 1;
  std::size_t tasks = 16;
  std::uint64_t seed = 1;
  RuleSettings rule{.width = 16, .activation = Activation::relu, .bias_neuron = false};
  EpisodeSettings episode;
  std::string write;
  app.add_option("--hidden", hidden, "Neurons in each hidden layer")->capture_default_str();
  app.add_option("--depth", depth, "Hidden layers")->capture_default_str();
  app.add_option("--rule-width", rule.width, "Width of the rule")->capture_default_str();
  app.add_option("--steps", episode.steps, "Inner steps")->capture_default_str();
  app.add_option("--labelled", episode.labelled, "Labelled points per step")->capture_default_str();
  app.add_option("--unlabelled", episode.unlabelled, "Unlabelled points per step")->capture_default_str();
  app.add_option("--tasks", tasks, "Tasks per outer step")->capture_default_str();
  app.add_option("--threads", threads, "Threads")->capture_default_str();
  app.add_option("--repetitions", repetitions, "Timed outer steps")->capture_default_str();
  app.add_option("--seed", seed, "Seed of rule and tasks")->capture_default_str();
  app.add_option("--write", write, "Write the inputs here, as JSON, and stop");
  CLI11_PARSE(app, argc, argv);

  const tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
  Network network{{2}, rule.activation, rule.bias_neuron};
  for (int l = 0; l < depth; ++l) network.sizes.push_back(hidden);
  network.sizes.push_back(2);
  const Index every = 5;
  const Random random(seed);
  const auto theta = random_theta(rule, network.depth(), random);
  const TaskFamily family = two_moons(TwoMoonsOptions::random());
  std::vector<Episode<Array<double>>> episodes;
  for (std::size_t i = 0; i < tasks; ++i) {
    const Random trial = random.split(i);
    episodes.push_back(
        draw_episode(network, episode, *family.draw(trial.split("task")), trial.split("episode")));
  }

  if (!write.empty()) {
    json j{{"sizes", network.sizes},
           {"steps", episode.steps},
           {"objective_every", every},
           {"episodes", json::array()}};
    for (std::size_t i = 0; i < theta.members.size(); ++i)
      j["theta"][theta.names[i]] = to_json(theta.*theta.members[i]);
    for (const auto& e : episodes) {
      json leaves = json::array();
      for (const auto& leaf : flatten(e)) leaves.push_back(to_json(leaf));
      j["episodes"].push_back(std::move(leaves));
    }
    std::ofstream(write) << j;
    return 0;
  }

  using Clock = std::chrono::steady_clock;
  const auto milliseconds = [](Clock::time_point from) {
    return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
  };
  const auto begin = Clock::now();
  MetaGradient<float> meta_gradient(learned_method(network, rule), episode, every);
  const double compile_ms = milliseconds(begin);
  const auto draw = [&](std::size_t i) { return episodes[i]; };
  MetaResult result = meta_gradient(flatten(theta), tasks, draw);
  std::vector<double> times;
  for (int r = 0; r < repetitions; ++r) {
    const auto start = Clock::now();
    result = meta_gradient(flatten(theta), tasks, draw);
    times.push_back(milliseconds(start));
  }
  std::sort(times.begin(), times.end());
  double squares = 0;
  for (const auto& leaf : result.gradient) squares += leaf.square().sum();
  fmt::print("{}\n", json{{"peer", "engram"},
                          {"loss", result.loss},
                          {"gradient_norm", std::sqrt(squares)},
                          {"ms", times[times.size() / 2]},
                          {"ms_min", times.front()},
                          {"compile_ms", compile_ms},
                          {"threads", threads}}
                         .dump());
}
