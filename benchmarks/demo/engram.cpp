/// Meta-training as the demo two_moons does it, until the rule reaches an accuracy on validation tasks.
/// Prints how long it took, as JSON.
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <tbb/global_control.h>

#include <chrono>

using namespace engram::plasticity;

int main(int argc, char** argv) {
  CLI::App app{"Meta-trains until an accuracy is reached (see benchmarks/README.md)."};
  MetaSettings settings;
  settings.validate_every = 100;
  double accuracy = 0.95;
  std::size_t threads = 1;
  app.add_option("--accuracy", accuracy, "On validation tasks")->capture_default_str();
  app.add_option("--outer-steps", settings.outer_steps, "At most so many")->capture_default_str();
  app.add_option("--seed", settings.seed, "Seed")->capture_default_str();
  app.add_option("--threads", threads, "Threads")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
  const auto start = std::chrono::steady_clock::now();
  const TaskFamily moons = two_moons(TwoMoonsOptions::random());
  MetaTrainer trainer(settings, moons, {moons});
  StepReport report;
  while (!trainer.done() && report.validation.value_or(0) < accuracy) report = trainer.step();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  fmt::print("{}\n", nlohmann::json{{"seconds", taken.count()},
                                    {"outer_steps", report.step},
                                    {"accuracy", report.validation.value_or(0)},
                                    {"reached", report.validation.value_or(0) >= accuracy}}
                         .dump());
}
