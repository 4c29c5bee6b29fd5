#include "panels.hpp"

#include <engram/laboratory/boundary.hpp>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

constexpr Index grid = 120;

template <class Mean>
Band band(const Evaluation& e, Mean mean) {
  Band b;
  for (Index step = 0; step <= e.last(); ++step) {
    const MeanAndError m = mean(e, step);
    b.mean.push_back(m.mean);
    b.error.push_back(m.error);
  }
  return b;
}

Curves curves(const Evaluation& e) { return {band(e, mean_accuracy), band(e, mean_train_loss)}; }

Boundary boundary(const Scene& scene, const Network& network, const Learned& learned) {
  return {probability_on(scene, grid, network, learned.weights),
          learned.accuracy(0, learned.accuracy.cols() - 1)};
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
  const Scene scene = scene_of(trial, settings);
  f.labelled = scene.labelled;
  f.unlabelled = scene.unlabelled;
  f.x_low = scene.x_low, f.x_high = scene.x_high;
  f.y_low = scene.y_low, f.y_high = scene.y_high;
  f.rule =
      boundary(scene, network, Learner::rule(network, rule.settings, settings)(flatten(rule.theta), trial));
  f.backprop = boundary(scene, network, moons.tuned.learn(trial, Random(0)));
  return f;
}

}  // namespace engram::demos
