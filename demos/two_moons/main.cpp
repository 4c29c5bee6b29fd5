/// The paper's experiment, from nothing to its Figure 2. See two_moons --help.
#include <engram/plasticity/atomic_file.hpp>

#include "gnuplot.hpp"
#include "options.hpp"
#include "panels.hpp"
#include "summary.hpp"
#include "training.hpp"

#include <fmt/core.h>
#include <tbb/global_control.h>
#include <tbb/info.h>

using namespace engram;
using namespace engram::demos;

namespace {

constexpr int exit_failure = 1, exit_bad_input = 2, exit_interrupted = 130;

/// One line, whatever the message had in it.
void complain(std::string message) {
  for (char& c : message)
    if (c == '\n') c = ' ';
  fmt::print(stderr, "two_moons: {}\n", message);
}

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
    complain(e.what());
    return exit_failure;
  }
}

int run(Options options) {
  const std::size_t threads =
      options.threads > 0 ? options.threads : static_cast<std::size_t>(tbb::info::default_concurrency());
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
  const bool to_stdout = options.json == "-";

  // What would fail at the end is tried now.
  const bool draws = options.command == Command::story || options.command == Command::figure;
  if (options.command != Command::evaluate) plasticity::require_writable_folder(options.out);
  if (!options.json.empty() && !to_stdout) {
    const auto folder = std::filesystem::path(options.json).parent_path();
    plasticity::require_writable_folder(folder.empty() ? "." : folder);
  }
  if (draws) {
    try {
      run_gnuplot("", {});
    } catch (const FigureError& e) {
      complain(std::string(e.what()) + " (going on; all but the pictures will be written)");
    }
  }

  plasticity::RuleFile rule;
  if (!options.rule.empty()) {
    rule = load(options);
  } else {
    fmt::print(
        "A rule that tells every synapse how to change from what its two neurons can know is learned by "
        "differentiating\n"
        "through {} steps of learning, on {} fresh two-moons tasks per outer step, {} outer steps long.\n",
        options.meta.episode.steps, options.meta.tasks, options.meta.outer_steps);
    std::fflush(stdout);
    const Trained trained = meta_train(options);
    rule = trained.rule;
    const std::string file = (options.out / "rule.json").string();
    if (trained.interrupted) {
      fmt::print("Interrupted. The best rule so far is in {}; two_moons --rule {} goes on from there.\n",
                 file, file);
      return exit_interrupted;
    }
    if (trained.best_step > 0)
      fmt::print(
          "Picked the rule of step {}: {:.3f} accuracy on validation tasks. {} steps with exploded gradients "
          "were left out.\n",
          trained.best_step, trained.validation, trained.left_out);
    if (options.command == Command::train) {
      fmt::print("The rule is in {}.\n", file);
      return 0;
    }
  }

  if (!to_stdout) {
    fmt::print(
        "On {} test tasks of each family, the rule and backprop learn from the same {} labelled points and "
        "initial weights.\n",
        options.trials, options.meta.episode.labelled);
    std::fflush(stdout);
  }
  const auto results = compare(options, rule);
  if (!to_stdout) fmt::print("\n{}\n", table(results));
  const std::string text = summary(options, rule, results).dump(2) + "\n";
  if (options.command == Command::evaluate) {
    if (to_stdout)
      fmt::print("{}", text);
    else if (!options.json.empty())
      plasticity::write_atomically(options.json, text);
    return 0;
  }
  if (options.command == Command::story) plasticity::write_atomically(options.out / "summary.json", text);
  const int code = draw(options, rule, results);
  fmt::print("Written to {}: {}\n", options.out.string(),
             code != 0                            ? "all but the pictures"
             : options.command == Command::figure ? "figure2.{png,svg,csv}"
                                                  : "figure2.{png,svg,csv}, summary.json");
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto options = parse(argc, argv);
    return options ? run(*options) : 0;
  } catch (const UsageError& e) {
    complain(e.what());
    return exit_bad_input;
  } catch (const plasticity::StoreError& e) {
    complain(e.what());
    return exit_bad_input;
  } catch (const plasticity::FileError& e) {
    complain(e.what());
    return exit_bad_input;
  } catch (const std::invalid_argument& e) {
    complain(e.what());
    return exit_bad_input;
  } catch (const std::exception& e) {
    complain(e.what());
    return exit_failure;
  }
}
