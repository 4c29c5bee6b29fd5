/// Times the hand-written adjoint of W1 on the inputs that all peers get. Compiled for any machine: whether
/// this one has AVX-512 is asked before anything else runs.
#include "../../support/peer.hpp"
#include "meta_gradient.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <fstream>

using nlohmann::json;

namespace {

std::vector<double> flat(const json& rows) {
  std::vector<double> values;
  for (const json& row : rows)
    for (const double v : row) values.push_back(v);
  return values;
}

hand::RuleArrays rule_of(const json& theta) {
  return {flat(theta["A"]), flat(theta["a"]), flat(theta["B"]), flat(theta["b"]),
          flat(theta["C"]), flat(theta["c"]), flat(theta["s"])};
}

/// Leaves in the order of engram::plasticity::Episode.
hand::Episode episode_of(const json& leaves) {
  const auto leaf = [&](std::size_t i) { return flat(leaves.at(i)); };
  return {leaf(0), leaf(1), leaf(2), leaf(3),  leaf(4), leaf(5),
          leaf(6), leaf(7), leaf(8), leaf(12), leaf(13)};
}

bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The hand-written adjoint of workload W1."};
  std::string inputs;
  bool recompute = false;
  app.add_option("inputs", inputs, "What bench_meta_gradient --write wrote")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_flag("--store-weights", recompute, "Store the weights only, and compute each step again");
  CLI11_PARSE(app, argc, argv);
  if (!has_avx512()) return engram::bench::skip("this machine has no AVX-512");

  const json given = json::parse(std::ifstream(inputs));
  if (given["sizes"] != json{2, 20, 2} || given["theta"]["A"][0].size() != 16 || given["labelled"] != 10 ||
      given["episodes"][0][7].size() != 20 * given["steps"].get<std::size_t>() ||
      given["activation"] != "relu" || given["bias_neuron"] != false || given["objective_every"] != 5)
    return engram::bench::skip("it is written for the sizes of W1 only");
  std::vector<hand::Episode> episodes;
  for (const json& e : given["episodes"]) episodes.push_back(episode_of(e));
  hand::RuleArrays gradient = rule_of(given["theta"]);
  hand::MetaGradient meta_gradient(recompute ? hand::Store::weights : hand::Store::everything, gradient,
                                   episodes, given["steps"]);
  const double loss = meta_gradient(gradient);
  std::vector<double> whole;
  for (const auto* leaf :
       {&gradient.A, &gradient.a, &gradient.B, &gradient.b, &gradient.C, &gradient.c, &gradient.s})
    whole.insert(whole.end(), leaf->begin(), leaf->end());
  return engram::bench::serve({{"loss", loss}, {"gradient", whole}}, [&] { meta_gradient(gradient); });
}
