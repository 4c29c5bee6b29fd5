// The paper's Figure 2: the learned rule against tuned backprop on two moons, which it was trained for, and
// on two Gaussians, which it never met. Controls: a rule trained without unlabelled points, and noise in
// their place.
#include <engram/laboratory/boundary.hpp>
#include <engram/laboratory/protocol.hpp>
#include <engram/plasticity/inner_losses/supervised.hpp>
#include <engram/plasticity/methods/gradient_descent.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

struct MethodName {
  const char *key, *title;
};
constexpr MethodName methods[]{{"rule", "learned rule"},
                               {"noise", "rule, noise for unlabelled"},
                               {"without", "rule trained without unlabelled"},
                               {"backprop", "backprop, tuned"}};

std::vector<TaskFamily> families(const Options& o) {
  return {two_moons(TwoMoonsOptions::random(o.noise)), two_gaussians()};
}

std::string piece_name(std::size_t seed, const TaskFamily& family, const char* method) {
  return fmt::format("seed_{}/{}/{}", seed, family.name, method);
}

std::vector<Piece> plan(Laboratory& lab) {
  const Options& o = lab.options();
  std::vector<Piece> pieces;
  for (const TaskFamily& family : families(o)) {
    const Setting setting{o.meta.network, test_episode(o), family};
    pieces.push_back(tune_piece(lab, family.name + "/tuned", setting, backprop_for(setting)));
  }
  for (std::size_t seed = 1; seed <= o.meta_seeds; ++seed) {
    MetaSettings settings = meta_training(o, seed);
    const RuleFile rule = lab.trained_rule(fmt::format("seed_{}", seed), settings);
    settings.episode.unlabelled = 0;
    const RuleFile without = lab.trained_rule(fmt::format("seed_{}_without_unlabelled", seed), settings);
    for (const TaskFamily& family : families(o)) {
      const Setting setting{o.meta.network, test_episode(o), family};
      Setting noise = setting, no_unlabelled = setting;
      noise.episode.noise_for_unlabelled = true;
      no_unlabelled.episode.unlabelled = 0;
      const Random stream = test_stream(o, seed);
      const auto name = [&](const char* method) { return piece_name(seed, family, method); };
      pieces.push_back(rule_piece(lab, name("rule"), rule, setting, stream));
      pieces.push_back(rule_piece(lab, name("noise"), rule, noise, stream));
      pieces.push_back(rule_piece(lab, name("without"), without, no_unlabelled, stream));
      pieces.push_back(
          peer_piece(lab, name("backprop"), family.name + "/tuned", setting, backprop_for(setting), stream));
    }
  }
  return pieces;
}

std::vector<Evaluation> results(const Laboratory& lab, const TaskFamily& family, const char* method) {
  return evaluations(lab, [&](std::size_t seed) { return piece_name(seed, family, method); });
}

Table overall(const Laboratory& lab) {
  const Options& o = lab.options();
  Table table{
      {"", "test accuracy", "training loss", "best step", "accuracy there", "gain over backprop"}, {}, ""};
  for (const TaskFamily& family : families(o)) {
    const auto backprop = results(lab, family, "backprop");
    for (const auto& [key, title] : methods) {
      const auto r = results(lab, family, key);
      const Index best = best_step(r), last = r[0].last();
      table.rows.push_back(
          {title_of(family) + ": " + title, mean_text(accuracy_at(r, last)),
           mean_text(train_loss_at(r, last)), fmt::format("{}", best), mean_text(accuracy_at(r, best)),
           std::string_view(key) == "backprop" ? "" : gain_text(compare(r, backprop).interval)});
    }
  }
  table.caption = fmt::format(
      "After {} steps, {} trials for each of {} meta-training seeds: mean and {}. Gains: paired, with their "
      "{}.",
      o.meta.episode.steps, o.trials, o.meta_seeds, error_words(o.meta_seeds), interval_words(o.meta_seeds));
  return table;
}

Table by_seed(const Laboratory& lab) {
  Table table{{"", "rule", "backprop", "gain", "Wilcoxon p"}, {}, ""};
  for (const TaskFamily& family : families(lab.options())) {
    const auto rule = results(lab, family, "rule"), backprop = results(lab, family, "backprop");
    for (std::size_t i = 0; i < rule.size(); ++i) {
      const Gain gain = compare({rule[i]}, {backprop[i]});
      table.rows.push_back({fmt::format("{}: seed {}", title_of(family), i + 1),
                            mean_text(accuracy_at({rule[i]}, rule[i].last())),
                            mean_text(accuracy_at({backprop[i]}, backprop[i].last())),
                            gain_text(gain.interval), probability_text(gain.wilcoxon.probability)});
    }
  }
  table.caption =
      "Seed by seed: mean and " + error_words(1) + "; paired gain in test accuracy with its " +
      interval_words(1) +
      ", and the two-sided probability of Wilcoxon's signed-rank test. Both are of that seed's rule only.";
  return table;
}

void add_curves(Laboratory& lab, Report& report, const TaskFamily& family) {
  const Index labelled = lab.options().meta.episode.labelled;
  CurveChart accuracy{
      .title = title_of(family) + ": test accuracy", .x_label = "labelled examples seen", .curves = {}};
  CurveChart loss{.title = title_of(family) + ": training loss",
                  .x_label = "labelled examples seen",
                  .curves = {},
                  .logarithmic_y = true};
  for (const auto& [key, title] : methods) {
    const auto r = results(lab, family, key);
    accuracy.curves.push_back(learning_curve(title, r, &Evaluation::accuracy, labelled));
    loss.curves.push_back(learning_curve(title, r, &Evaluation::train_loss, labelled));
  }
  const std::string bands = "Bands: " + interval_words(lab.options().meta_seeds) + ".";
  lab.add(report, "accuracy_" + family.name, accuracy, "Test accuracy on " + title_of(family) + ". " + bands);
  lab.add(report, "loss_" + family.name, loss, "Training loss on " + title_of(family) + ". " + bands);
}

/// One test task, whatever became of it: the first of the first seed.
std::string boundaries(Laboratory& lab) {
  const Options& o = lab.options();
  const TaskFamily moons = families(o)[0];
  const EpisodeSettings settings = test_episode(o);
  const auto trial = draw_trial(moons, o.meta.network, settings, test_stream(o, 1), 0);
  const Scene scene = scene_of(trial, settings);
  const RuleFile rule = lab.trained_rule("seed_1", meta_training(o, 1));
  const auto index = lab.result(moons.name + "/tuned").at("candidate").get<std::size_t>();
  const Candidate tuned = backprop_peer(o.meta.network, settings).grid.at(index);
  const auto optimizer = tuned.method == to_string(Optimizer::sgd) ? Optimizer::sgd : Optimizer::adam;
  return film_strip(
      scene, {film_of("learned rule", learned_method(o.meta.network, rule.settings), flatten(rule.theta),
                      trial, settings, scene),
              film_of("backprop", GradientDescent<Supervised>{o.meta.network, optimizer},
                      {Array<double>::Constant(1, 1, tuned.numbers.at(0))}, trial, settings, scene)});
}

void run(Laboratory& lab) {
  lab.work(plan(lab));
  Report report(
      "Figure 2: a learned rule and backprop",
      fmt::format("Networks learn from {} labelled points in {} steps, by a meta-learned neuron-local rule "
                  "that also sees {} unlabelled points per step, and by tuned backpropagation.",
                  lab.options().meta.episode.labelled, lab.options().meta.episode.steps,
                  lab.options().meta.episode.unlabelled));
  lab.add(report, "results", overall(lab));
  for (const TaskFamily& family : families(lab.options())) {
    report.heading(title_of(family));
    report.paragraph("Backprop, tuned on other tasks: " +
                     lab.result(family.name + "/tuned").at("settings").get<std::string>() + ".");
    add_curves(lab, report, family);
  }
  report.heading("The boundary, step by step");
  report.paragraph(
      "One test task of two moons. Large dots: labelled points; small ones: unlabelled points seen so far.");
  report.html(boundaries(lab));
  report.heading("Seeds");
  lab.add(report, "seeds", by_seed(lab));
  lab.finish(report);
}

}  // namespace

const Experiment figure2{"figure2", "The paper's Figure 2 with several meta-training seeds and two controls",
                         run, 5, 10'000};

}  // namespace engram::demos
