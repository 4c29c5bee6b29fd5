/// engram's meta-gradient of one case, in float: a peer (see support/peer.hpp). With `--write FILE` the case
/// as JSON, for the other peers.
#include "../support/peer.hpp"
#include "case.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <tbb/global_control.h>

#include <chrono>
#include <fstream>

using namespace engram;

int main(int argc, char** argv) {
  CLI::App app{"Times one outer step's meta-gradient (see benchmarks/README.md)."};
  bench::Case c;
  c.add_options(app);
  std::size_t threads = 1;
  std::string write;
  app.add_option("--threads", threads, "Threads")->capture_default_str();
  app.add_option("--write", write, "Write the case here, as JSON, and stop");
  CLI11_PARSE(app, argc, argv);

  if (!write.empty()) {
    std::ofstream file(write);
    file << bench::to_json(c);
    return file.good() ? 0 : 1;
  }

  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
  const auto theta = flatten(c.theta());
  const auto episodes = c.episodes();
  const auto start = std::chrono::steady_clock::now();
  plasticity::MetaGradient<float> meta_gradient(plasticity::learned_method(c.network(), c.rule), c.episode,
                                                c.objective_every);
  const auto compute = [&] {
    return meta_gradient(theta, c.tasks, [&](std::size_t i) { return episodes[i]; });
  };
  const auto result = compute();
  const std::chrono::duration<double, std::milli> first_result = std::chrono::steady_clock::now() - start;
  return bench::serve({{"loss", result.loss},
                       {"gradient", bench::flat(result.gradient)},
                       {"first_result_ms", first_result.count()}},
                      compute);
}
