#include "panels.hpp"

#include <algorithm>

namespace engram::demos {

using namespace plasticity;

namespace {

constexpr Index grid = 120;
constexpr double margin = 0.4;  // around the points, in the moons' radii

/// The first ones that the rule was shown.
Array<double> unlabelled_points(const Batches<Array<double>>& batches, const EpisodeSettings& settings) {
  const Index batch = settings.labelled + settings.unlabelled;
  const Index n = std::min<Index>(500, settings.steps * settings.unlabelled);
  Array<double> x(n, batches.x.cols());
  for (Index i = 0; i < n; ++i)
    x.row(i) = batches.x.row(i / settings.unlabelled * batch + settings.labelled + i % settings.unlabelled);
  return x;
}

template <class Mean>
Band band(const Evaluation& e, Mean mean) {
  Band b;
  for (Index step = 0; step <= e.last(); ++step) {
    const MeanAndError m = (e.*mean)(step);
    b.mean.push_back(m.mean);
    b.error.push_back(m.error);
  }
  return b;
}

Curves curves(const Evaluation& e) {
  return {band(e, &Evaluation::mean_accuracy), band(e, &Evaluation::mean_train_loss)};
}

Array<double> points_of(const Figure2& f) {
  Array<double> x(grid * grid, 2);
  for (Index i = 0; i < grid; ++i)
    for (Index j = 0; j < grid; ++j) {
      x(i * grid + j, 0) = f.x_low + (f.x_high - f.x_low) * static_cast<double>(j) / (grid - 1);
      x(i * grid + j, 1) = f.y_low + (f.y_high - f.y_low) * static_cast<double>(i) / (grid - 1);
    }
  return x;
}

Boundary boundary(const Network& network, const Learned& learned, const Array<double>& points) {
  std::vector<Value<double>> weights;
  for (const auto& w : learned.weights) weights.emplace_back(w);
  const auto p = softmax(logits(network, weights, Value<double>(points)));
  const auto class_1 = reshape(slice_columns(p, 1, 1), {grid, grid});
  return {class_1.array(), learned.accuracy(0, learned.accuracy.cols() - 1)};
}

}  // namespace

Figure2 figure2(const Options& options, const RuleFile& rule, const std::vector<FamilyResult>& results) {
  const char* titles[] = {"Two moons", "Two Gaussians"};
  const Network& network = options.meta.network;
  const EpisodeSettings settings = test_episode(options);
  Figure2 f;
  f.trials = static_cast<int>(options.trials);
  for (Index step = 0; step <= settings.steps; ++step)
    f.labelled_seen.push_back(static_cast<double>(step * settings.labelled));
  for (std::size_t i = 0; i < results.size(); ++i)
    f.families.push_back(
        {results[i].family.name, titles[i], curves(results[i].rule), curves(results[i].backprop)});

  const FamilyResult& moons = results.front();
  const auto trial = draw_trial(moons.family, network, settings, Random(options.test_seed).split("test"), 0);
  f.labelled.x = trial.labelled_x;
  for (Index i = 0; i < trial.labelled_targets.rows(); ++i)
    f.labelled.labels.push_back(trial.labelled_targets(i, 1) > 0.5);
  f.unlabelled = unlabelled_points(trial.batches, settings);
  f.x_low = trial.query_x.col(0).minCoeff() - margin;
  f.x_high = trial.query_x.col(0).maxCoeff() + margin;
  f.y_low = trial.query_x.col(1).minCoeff() - margin;
  f.y_high = trial.query_x.col(1).maxCoeff() + margin;
  const Array<double> points = points_of(f);
  f.rule =
      boundary(network, Learner::rule(network, rule.settings, settings)(flatten(rule.theta), trial), points);
  f.backprop = boundary(network, moons.tuned.learn(trial, Random(0)), points);
  return f;
}

}  // namespace engram::demos
