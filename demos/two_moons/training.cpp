#include "training.hpp"

#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/interrupt.hpp>
#include <engram/plasticity/progress.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include "summary.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace engram::demos {

using namespace plasticity;

namespace {

std::string log_line(const StepReport& r) {
  return fmt::format("{},{:.9g},{:.9g},{},{},{}\n", r.step, r.loss, r.gradient_norm, r.skipped ? 1 : 0,
                     r.rolled_back ? 1 : 0, r.validation ? fmt::format("{:.6f}", *r.validation) : "");
}

}  // namespace

Trained meta_train(const Options& options) {
  // Validation: the moons that the rule is for, and the ones it is trained on. Never two Gaussians.
  std::vector<TaskFamily> validation{test_families(options)[0]};
  if (options.training_tasks != TrainingTasks::random) validation.push_back(training_family(options));
  const InterruptGuard guard;
  MetaTrainer trainer(options.meta, training_family(options), std::move(validation));

  std::string log = "step,loss,gradient_norm,skipped,rolled_back,validation_accuracy\n";
  const auto start = std::chrono::steady_clock::now();
  Trained result;
  {
    Progress progress("meta-training", options.meta.outer_steps);
    std::string metric;
    while (!trainer.done() && !interrupted()) {
      const StepReport report = trainer.step();
      log += log_line(report);
      result.steps = report.step;
      result.left_out += report.skipped;
      if (report.validation)
        metric = fmt::format("validation accuracy {:.3f}, best {:.3f}", *report.validation,
                             trainer.best_validation());
      if (report.rolled_back)
        progress.note(fmt::format("step {}: gradients exploded; back to the best rule", report.step));
      progress.update(report.step, metric);
    }
    result.interrupted = interrupted();
    if (trainer.done()) progress.finish();
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  if (result.steps == 0) return result;
  result.best_step = trainer.best_step();
  result.validation = trainer.best_validation();

  nlohmann::ordered_json manifest;
  manifest["program"] = "two_moons";
  manifest["version"] = ENGRAM_VERSION_STRING;
  manifest["configuration"] = configuration(options);
  manifest["outer_steps_done"] = result.steps;
  manifest["steps_left_out"] = result.left_out;
  manifest["best_step"] = trainer.best_step();
  if (trainer.best_step() > 0) manifest["validation_accuracy"] = trainer.best_validation();
  manifest["seconds"] = seconds;
  result.rule = {options.meta.rule, trainer.best(), manifest.dump()};
  save_rule(options.out / "rule.json", result.rule);
  write_atomically(options.out / "meta_training.csv", log);
  return result;
}

}  // namespace engram::demos
