/// The paper's experiment, from nothing to its Figure 2. See two_moons --help.
#include <engram/laboratory/certification.hpp>
#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/training.hpp>
#include <engram/laboratory/watch.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include "options.hpp"
#include "panels.hpp"
#include "summary.hpp"

#include <fmt/core.h>
#include <tbb/global_control.h>
#include <tbb/info.h>

using namespace engram;
using namespace engram::demos;
using namespace engram::laboratory;

namespace {

constexpr const char* program = "two_moons";

plasticity::RuleFile load(Options& options) {
  plasticity::RuleFile rule = plasticity::load_rule(options.rule);
  options.meta.rule = rule.settings;
  options.meta.network.activation = rule.settings.activation;
  options.meta.network.bias_neuron = rule.settings.bias_neuron;
  return rule;
}

/// 0, or the exit code after a figure that could not be drawn: the rest is written all the same.
int draw(const Options& options, const plasticity::RuleFile& rule, const std::vector<FamilyResult>& results) {
  try {
    write_figure2(figure2(options, rule, results), options.out);
    return 0;
  } catch (const FigureError& e) {
    complain(program, e.what());
    return exit_failure;
  }
}

/// What would fail at the end is tried now.
void try_outputs(const Options& options) {
  if (options.command != Command::evaluate && options.command != Command::certify) {
    plasticity::require_writable_folder(options.out);
  } else if (!options.json.empty() && options.json != "-") {
    if (std::filesystem::is_directory(options.json))
      throw UsageError(fmt::format("--json is {}, a folder; give a file in it", options.json));
    plasticity::require_writable_folder(std::filesystem::path(options.json).parent_path());
  }
  if (options.command == Command::story || options.command == Command::figure) {
    try {
      run_gnuplot("", {});
    } catch (const FigureError& e) {
      complain(program, std::string(e.what()) + " (going on; all but the pictures will be written)");
    }
  }
}

TrainingRun training_run(const Options& o) {
  return {o.meta,
          training_family(o.training_tasks, o.noise),
          validation_families(o.training_tasks, o.noise),
          training_configuration(o),
          o.out,
          o.checkpoint_every};
}

Trained train(const Options& options) {
  const auto& m = options.meta;
  tell(fmt::format(
      "Meta-training: how a network learns is learned itself. In each of {} outer steps, networks of {} "
      "neurons learn\n"
      "{} two-moons tasks by the rule, in {} steps from {} labelled points and {} fresh unlabelled ones per "
      "step. Their\n"
      "test loss is differentiated through all that learning, and the rule moves against the gradient. "
      "Ctrl-C ends it early.",
      m.outer_steps, m.network.sizes[1], m.tasks, m.episode.steps, m.episode.labelled, m.episode.unlabelled));
  const laboratory::InterruptGuard guard;
  Trained trained = meta_train(training_run(options), options.resume ? Start::resume : Start::anew);
  const std::string file = (options.out / "rule.json").string();
  if (trained.steps == 0) {
    tell("Stopped before the first step; nothing was written.");
    return trained;
  }
  if (trained.resumed_from > 0) tell(fmt::format("Went on after step {}.", trained.resumed_from));
  if (trained.interrupted)
    tell(fmt::format("Stopped after step {} of {}; the same command with --resume goes on.", trained.steps,
                     m.outer_steps));
  if (trained.best_step > 0)
    tell(fmt::format("Picked the rule of step {}: {:.3f} accuracy on validation tasks.", trained.best_step,
                     trained.validation));
  else
    tell("Picked the last rule: none was validated yet.");
  if (trained.left_out > 0)
    tell(fmt::format("{} steps, whose gradients had exploded, were left out.", trained.left_out));
  tell(fmt::format("Written to {}: rule.json, meta_training.csv", options.out.string()));
  if (trained.interrupted) tell(fmt::format("To test this rule: two_moons --rule {}", file));
  return trained;
}

int test(const Options& options, const plasticity::RuleFile& rule) {
  const bool prints_table = options.json != "-";
  if (prints_table)
    tell(fmt::format(
        "Test: on {} new tasks of each family, the rule and backprop start from the same weights and learn "
        "from the same\n"
        "{} labelled points. Backprop's step size is tuned. Meta-training uses no Gaussians.",
        options.trials, options.meta.episode.labelled));
  const auto results = compare(options, rule);
  if (prints_table) tell("\n" + table(results));
  const std::string text = summary(options, rule, results).dump(2);
  switch (options.command) {
    case Command::evaluate:
      if (!prints_table)
        tell(text);
      else if (!options.json.empty())
        plasticity::write_atomically(options.json, text + "\n");
      return 0;
    case Command::figure:
      break;
    default:
      plasticity::write_atomically(options.out / "summary.json", text + "\n");
  }
  const int code = draw(options, rule, results);
  tell(fmt::format("Written to {}: {}{}", options.out.string(),
                   options.command == Command::figure ? "" : "summary.json, ",
                   code == 0 ? "figure2.{png,svg,csv}" : "figure2.csv"));
  return code;
}

int certify(const Options& options, const plasticity::RuleFile& rule) {
  const plasticity::Certificate certificate = plasticity::certify(rule.settings, rule.theta);
  const std::string json = to_json(certificate).dump(2);
  if (options.json == "-")
    tell(json);
  else
    fmt::print("{}", certificate.text());
  if (!options.json.empty() && options.json != "-") plasticity::write_atomically(options.json, json + "\n");
  return certificate.passed() ? 0 : exit_failure;
}

int run(Options options) {
  if (options.command == Command::watch) return watch(options.out);
  const std::size_t threads =
      options.threads > 0 ? options.threads : static_cast<std::size_t>(tbb::info::default_concurrency());
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
  plasticity::RuleFile rule;
  if (!options.rule.empty()) rule = load(options);
  try_outputs(options);
  if (options.rule.empty()) {
    Trained trained = train(options);
    if (trained.interrupted) return exit_interrupted;
    if (options.command == Command::train) return 0;
    rule = std::move(trained.rule);
  }
  return options.command == Command::certify ? certify(options, rule) : test(options, rule);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(program, [&] {
    const auto options = parse(argc, argv);
    return options ? run(*options) : 0;
  });
}
