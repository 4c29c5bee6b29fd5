#include <engram/laboratory/boundary.hpp>
#include <engram/laboratory/figure2/claims.hpp>
#include <engram/laboratory/figure2/panels.hpp>
#include <engram/plasticity/inner_losses/supervised.hpp>
#include <engram/plasticity/methods/gradient_descent.hpp>

#include <fmt/format.h>

#include <cctype>

namespace engram::laboratory {

using namespace plasticity;

namespace {

constexpr Index boundary_grid = 120;

Band band(const std::vector<Evaluation>& e, Trials (*measure)(const std::vector<Evaluation>&, Index)) {
  Band b;
  for (Index step = 0; step <= e.at(0).last(); ++step) {
    const MeanAndError m = mean_of(measure(e, step));
    b.mean.push_back(m.mean);
    b.error.push_back(m.error);
  }
  return b;
}

Curves curves(const std::vector<Evaluation>& e) { return {band(e, accuracy_at), band(e, train_loss_at)}; }

/// "Two moons".
std::string heading_of(const TaskFamily& family) {
  std::string title = title_of(family);
  title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

FamilyCurves family_curves(const FamilyResult& r) {
  const Baselines& b = r.backprop;
  const BothGains gains = compare(r.rule(), b);
  return {r.family.name,
          heading_of(r.family),
          curves(r.rule()),
          curves(b.one_setting.evaluations),
          curves(b.best_case.evaluations),
          b.same(),
          gains.one_setting.interval,
          gains.best_case.interval};
}

/// The trial whose boundaries are shown.
Episode<Array<double>> shown_trial(const Options& o, const std::vector<Contestant>& contestants,
                                   const std::vector<FamilyResult>& results) {
  return draw_trial(results.at(0).family, o.meta.network, test_episode(o), contestants.at(0).stream, 0);
}

/// Backprop as it was tuned for two moons.
Candidate chosen_backprop(const Options& o, const std::vector<FamilyResult>& results) {
  return backprop_peer(o.meta.network, test_episode(o)).grid.at(results.at(0).backprop.best_case.candidate);
}

Boundary boundary(const Scene& scene, const Network& network, const Learned& learned) {
  return {probability_on(scene, boundary_grid, network, learned.weights),
          learned.accuracy(0, learned.accuracy.cols() - 1)};
}

}  // namespace

Figure2 figure2(const Options& o, const std::vector<Contestant>& contestants,
                const std::vector<FamilyResult>& results) {
  const Network& network = o.meta.network;
  const EpisodeSettings settings = test_episode(o);
  Figure2 f;
  f.title =
      fmt::format("Learning from {} labels: a learned neuron-local rule and backprop", settings.labelled);
  f.note = fmt::format("mean ± {}, {} trials each", error_words(contestants.size()), o.trials);
  for (Index step = 0; step <= settings.steps; ++step) f.steps.push_back(static_cast<double>(step));
  for (const FamilyResult& r : results) f.families.push_back(family_curves(r));
  f.verdicts = verdicts(results);

  const auto trial = shown_trial(o, contestants, results);
  const Scene scene = scene_of(trial, settings);
  f.labelled = scene.labelled;
  f.unlabelled = scene.unlabelled;
  f.x_low = scene.x_low, f.x_high = scene.x_high;
  f.y_low = scene.y_low, f.y_high = scene.y_high;
  const RuleFile& rule = contestants.at(0).rule;
  f.rule = boundary(scene, network, Learner(rule.method(network), settings)(rule.parameters, trial));
  f.backprop = boundary(scene, network, chosen_backprop(o, results).learn(trial, Random(0)));
  return f;
}

FilmStrip figure2_film(const Options& o, const std::vector<Contestant>& contestants,
                       const std::vector<FamilyResult>& results) {
  const Network& network = o.meta.network;
  const EpisodeSettings settings = test_episode(o);
  const auto trial = shown_trial(o, contestants, results);
  const Scene scene = scene_of(trial, settings);
  const RuleFile& rule = contestants.at(0).rule;
  const Baseline& tuned = results.at(0).backprop.best_case;
  const auto optimizer = tuned.method == to_string(Optimizer::sgd) ? Optimizer::sgd : Optimizer::adam;
  return {"One task of two moons",
          scene,
          {film_of("learned rule", rule.method(network), rule.parameters, trial, settings, scene),
           film_of("backprop", GradientDescent<Supervised>{network, optimizer},
                   {Array<double>::Constant(1, 1, tuned.numbers.at(0))}, trial, settings, scene)},
          {0, 2, 5, 10, static_cast<std::size_t>(settings.steps)}};
}

}  // namespace engram::laboratory
