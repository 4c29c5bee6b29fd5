/// Tunes Adam's learning rate by gradient descent through all its steps. See hypergradient --help.
#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/gnuplot.hpp>
#include <engram/laboratory/held_folder.hpp>
#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/progress.hpp>

#include "figure.hpp"
#include "meta_training.hpp"

#include <fmt/core.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

using namespace engram;
using namespace engram::demos;
using namespace engram::laboratory;

namespace {

struct DescentSettings {
  double learning_rate = 1e-3;
  int steps = 30;
  bool quick = false, anew = false;
  std::uint64_t seed = 1;
  std::filesystem::path out = "hypergradient_output";
};

constexpr double lowest = 1e-4, highest = 1;

void read(CLI::App& app, DescentSettings& o) {
  app.description(
      "A plasticity rule is meta-trained by 30 steps of Adam. The loss of the trained rule is differentiated "
      "with respect to Adam's learning rate, through all outer steps and the inner learning in each of them, "
      "and the learning rate descends that derivative. Draws the descent into the landscape.");
  real(app, "--learning-rate", o.learning_rate, {.low = lowest, .high = highest}, "Where the descent begins");
  whole<int>(app, "--steps", o.steps, 1, 1000, "Steps of the descent");
  app.add_flag("--quick", o.quick, "A smaller meta-training and 5 steps of descent, to see that all works");
  whole<std::uint64_t>(app, "--seed", o.seed, 0, any_seed, "Seed of the rule and of all tasks");
  path(app, "--out", o.out, "FOLDER", "Folder for the results; made if missing")->default_str(o.out.string());
  app.add_flag("--anew", o.anew, "Overwrite the results in that folder");
}

/// Adam on the logarithm of the learning rate: a tenth of a decade per step at first.
std::vector<Outcome> descend(const MetaTraining& training, const DescentSettings& o) {
  using P = autodiff::Value<double>;
  std::vector<P> x{P(std::log10(o.learning_rate))};
  auto state = plasticity::adam_start(x);
  std::vector<Outcome> path;
  laboratory::Progress progress("descent", o.steps + 1);
  for (int i = 0; i <= o.steps && !laboratory::interrupted(); ++i) {
    path.push_back(training(std::pow(10, x[0].item())));
    const Outcome& now = path.back();
    x = plasticity::adam_step<P>({P(0.1), P(0.9), P(0.9), P(1e-8)}, state, x, {P(now.by_rate)});
    progress.update(i + 1, fmt::format("learning rate {:.3g}, loss {:.3f}", now.learning_rate, now.loss));
  }
  if (!laboratory::interrupted()) progress.finish();
  return path;
}

std::vector<Outcome> landscape(const MetaTraining& training) {
  std::vector<Outcome> outcomes(81);
  tbb::parallel_for(std::size_t{0}, outcomes.size(), [&](std::size_t i) {
    if (laboratory::interrupted()) return;
    outcomes[i] = training(lowest * std::pow(highest / lowest, static_cast<double>(i) / 80.0));
  });
  return outcomes;
}

int run(DescentSettings o) {
  const HeldFolder held(o.out);
  if (!o.anew) require_unfinished(o.out / "hypergradient.csv");
  const laboratory::InterruptGuard guard;
  Problem problem;
  if (o.quick) {
    problem.episode.steps = 4;
    problem.outer_steps = 10;
    problem.tasks = 2;
    problem.test_tasks = 8;
    o.steps = std::min(o.steps, 5);
  }
  const MetaTraining training(problem, o.seed);

  const double h = 1e-5, rate = o.learning_rate;
  const Outcome start = training(rate);
  const double difference =
      (training(rate * std::pow(10, h)).loss - training(rate / std::pow(10, h)).loss) / (2 * h);
  print(fmt::format(
      "At learning rate {:.3g} the trained rule's loss is {:.6f}; its derivatives with respect to\n"
      "  log10(learning rate) {:.8f} (differences: {:.8f})\n  beta1 {:.6f}, beta2 {:.6f}\n",
      rate, start.loss, start.by_rate, difference, start.by_beta1, start.by_beta2));

  HypergradientFigure figure;
  figure.descent = descend(training, o);
  if (!laboratory::interrupted()) figure.landscape = landscape(training);
  if (laboratory::interrupted()) {
    complain("hypergradient", "interrupted, so there are no results");
    return exit_interrupted;
  }
  const auto best = std::ranges::min_element(figure.descent, {}, &Outcome::loss);
  tell(fmt::format("The descent's best learning rate is {:.3g}, after {} steps, with loss {:.6f}.",
                   best->learning_rate, best - figure.descent.begin(), best->loss));
  int code = 0;
  try {
    write_figure(figure, o.out);
  } catch (const FigureError& e) {
    complain("hypergradient", e.what());
    code = e.code;
  }
  tell(fmt::format("Written to {}: hypergradient.{}", o.out.string(), code == 0 ? "{png,svg,csv}" : "csv"));
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("hypergradient", [&] {
    DescentSettings options;
    CLI::App app("", "hypergradient");
    read(app, options);
    return read_arguments(app, argc, argv) ? run(options) : 0;
  });
}
