// What each part of the rule and of its training is worth: rules trained without it, on the same test trials.
#include <engram/laboratory/estimators.hpp>
#include <engram/laboratory/protocol.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/laboratory/trainings_table.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

struct Ablation {
  std::string name, title;
  std::function<void(MetaSettings&)> change;
};

const std::vector<Ablation>& all() {
  static const std::vector<Ablation> list{
      {"full", "full rule", [](MetaSettings&) {}},
      {"no_lateral", "no lateral signals", [](MetaSettings& s) { s.rule.lateral = false; }},
      {"no_feedback", "no feedback", [](MetaSettings& s) { s.rule.feedback = FeedbackWeights::none; }},
      {"fixed_feedback", "fixed feedback weights",
       [](MetaSettings& s) { s.rule.feedback = FeedbackWeights::fixed; }},
      {"no_accumulation", "no batch accumulation",
       [](MetaSettings& s) { s.rule.batch_accumulation = false; }},
      {"no_bias", "no bias neuron",
       [](MetaSettings& s) { s.rule.bias_neuron = s.network.bias_neuron = false; }},
      {"relu", "ReLU network",
       [](MetaSettings& s) { s.rule.activation = s.network.activation = Activation::relu; }},
      {"published", "update scale as published",
       [](MetaSettings& s) { s.rule.update_scale = UpdateScale::published; }},
      {"fan_in", "update scale fan_in", [](MetaSettings& s) { s.rule.update_scale = UpdateScale::fan_in; }},
      {"width_8", "rule width 8", [](MetaSettings& s) { s.rule.width = 8; }},
      {"width_32", "rule width 32", [](MetaSettings& s) { s.rule.width = 32; }},
      {"last_step", "objective at the last step only",
       [](MetaSettings& s) { s.objective_every = s.episode.steps; }},
      {"every_step", "objective after every step", [](MetaSettings& s) { s.objective_every = 1; }},
      {"window_5", "derivatives through 5 steps", [](MetaSettings& s) { s.window = 5; }},
      {"window_10", "derivatives through 10 steps", [](MetaSettings& s) { s.window = 10; }},
      {"window_25", "derivatives through 25 steps", [](MetaSettings& s) { s.window = 25; }},
      {"no_carry_clip", "carries not clipped", [](MetaSettings& s) { s.carry_clip = 0; }},
      {"no_task_clip", "tasks not clipped", [](MetaSettings& s) { s.task_clip = 0; }},
      {"no_clip", "neither clipped", [](MetaSettings& s) { s.carry_clip = s.task_clip = 0; }},
      {"no_averaging", "no average of the rule", [](MetaSettings& s) { s.averaging = 0; }},
      {"no_cool_down", "no cooling down", [](MetaSettings& s) { s.cool_down = 1; }},
      {"slow", "a quarter of the learning rate", [](MetaSettings& s) { s.learning_rate /= 4; }},
  };
  return list;
}

std::string piece_name(const Ablation& a, std::size_t seed, const TaskFamily& family) {
  return fmt::format("{}/seed_{}/{}", a.name, seed, family.name);
}

std::string rule_name(const Ablation& a, std::size_t seed) { return fmt::format("{}_seed_{}", a.name, seed); }

std::vector<Piece> plan(Laboratory& lab) {
  const Options& o = lab.options();
  std::vector<Piece> pieces;
  for (const Ablation& a : all())
    for (std::size_t seed = 1; seed <= o.meta_seeds; ++seed) {
      MetaSettings settings = meta_training(o, seed);
      a.change(settings);
      const RuleFile rule = lab.trained_rule(rule_name(a, seed), settings);
      for (const TaskFamily& family : usual_families(o))
        pieces.push_back(rule_piece(lab, piece_name(a, seed, family), rule,
                                    {settings.network, test_episode(o), family}, test_stream(o, seed)));
    }
  return pieces;
}

std::vector<Evaluation> results(const Laboratory& lab, const Ablation& a, const TaskFamily& family) {
  return evaluations(lab, [&](std::size_t seed) { return piece_name(a, seed, family); });
}

Table trainings(Laboratory& lab) {
  const Options& o = lab.options();
  std::vector<FinishedTraining> finished;
  for (const Ablation& a : all())
    for (std::size_t seed = 1; seed <= o.meta_seeds; ++seed) {
      MetaSettings settings = meta_training(o, seed);
      a.change(settings);
      finished.push_back({a.title, seed, lab.trained_rule(rule_name(a, seed), settings).manifest});
    }
  return trainings_table(finished, o);
}

void run(Laboratory& lab) {
  lab.work(plan(lab));
  const Options& o = lab.options();
  Report report(
      "Ablations",
      fmt::format(
          "Rules that miss a part, or were trained otherwise: {} trainings of {} outer steps for each, "
          "tested on the same {} trials per seed as the full rule.",
          o.meta_seeds, o.meta.outer_steps, o.trials));
  for (const TaskFamily& family : usual_families(o)) {
    Table table{{"", "test accuracy", "seed by seed", "gain over the full rule"}, {}, ""};
    table.caption = fmt::format(
        "{}: mean and {}, means of the seeds, and the paired gain over the full rule with its {}.",
        title_of(family), error_words(o.meta_seeds), interval_words(o.meta_seeds));
    EstimateChart chart{.title = title_of(family) + ": gain over the full rule",
                        .x_label = "test accuracy",
                        .estimates = {},
                        .reference = 0};
    const auto full = results(lab, all().front(), family);
    for (const Ablation& a : all()) {
      const auto r = results(lab, a, family);
      const Trials accuracy = accuracy_at(r, r[0].last());
      std::string seeds;
      for (Index i = 0; i < accuracy.rows(); ++i)
        seeds += fmt::format("{}{:.3f}", i ? " " : "", accuracy.row(i).mean());
      const bool is_full = &a == &all().front();
      const Interval gain = compare(r, full).interval;
      table.rows.push_back({a.title, mean_text(accuracy), seeds, is_full ? "" : gain_text(gain)});
      if (!is_full) chart.estimates.push_back({a.title, gain.mean, gain.low, gain.high});
    }
    report.heading(title_of(family));
    lab.add(report, "gains_" + family.name, chart, "Left of the line: worse than the full rule.");
    lab.add(report, family.name, table);
  }
  report.heading("Trainings");
  lab.add(report, "trainings", trainings(lab));
  const MetaSettings settings = meta_training(o, 1);
  add_estimators(lab, report, settings, lab.trained_rule("full_seed_1", settings));
  lab.finish(report);
}

}  // namespace

const Experiment ablations{"ablations", "Rules without one of their parts, and trained in other ways", run, 5,
                           2'000};

}  // namespace engram::demos
