// Can a rule be trained to work where the usual one fails? Trainings over several lengths, networks or tasks,
// tested in settings that most of them never met, beside backprop with one setting and in its best case.
#include <engram/laboratory/baselines.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/laboratory/trainings_table.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

/// A way to train.
struct Remedy {
  std::string key, title, what;
  std::vector<Variation> variations;
  std::optional<std::string> tasks = std::nullopt;  ///< else the options'
};

std::vector<Variation> joined(std::vector<Variation> a, const std::vector<Variation>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<Remedy> all_remedies(const Options& o) {
  const Variation usual{o.meta.network, o.meta.episode};
  std::vector<Variation> other_lengths, other_shapes;
  for (const Index fifths : {2, 10, 20}) {
    other_lengths.push_back(usual);
    other_lengths.back().episode.steps = std::max<Index>(1, usual.episode.steps * fifths / 5);
  }
  for (const Index hidden : {8, 64}) {
    other_shapes.push_back(usual);
    other_shapes.back().network.sizes[1] = hidden;
  }
  for (const std::size_t layers : {2U, 3U})
    other_shapes.push_back({with_hidden_layers(usual.network, layers), usual.episode});
  return {{"as_usual", "as usual", "the usual network and length", {}},
          {"lengths", "lengths",
           fmt::format("also {}, {} and {} inner steps", other_lengths[0].episode.steps,
                       other_lengths[1].episode.steps, other_lengths[2].episode.steps),
           joined({usual}, other_lengths)},
          {"shapes", "shapes", "also 8 and 64 hidden neurons, 2 and 3 hidden layers",
           joined({usual}, other_shapes)},
          {"lengths_and_shapes", "lengths and shapes", "all of these, one at a time",
           joined(joined({usual}, other_lengths), other_shapes)},
          {"overlap",
           "overlap",
           "the usual network and length, but half of the tasks are moons so blurred that they overlap",
           {},
           "two_moons+blurred_moons"}};
}

/// Where rules are tested.
struct Place {
  std::string key, title;
  Setting setting;
};

std::vector<Place> places(const Options& o) {
  const Setting usual = usual_setting(o);
  std::vector<Place> all;
  const auto add = [&](const char* key, const std::string& title, const auto& change) {
    Setting s = usual;
    change(s);
    all.push_back({key, title, s});
  };
  const Index steps = 10 * usual.episode.steps;
  add("usual", "two moons as usual", [](Setting&) {});
  add("width_128", "128 hidden neurons", [](Setting& s) { s.network.sizes[1] = 128; });
  add("width_512", "512 hidden neurons", [](Setting& s) { s.network.sizes[1] = 512; });
  add("layers_2", "2 hidden layers", [](Setting& s) { s.network = with_hidden_layers(s.network, 2); });
  add("layers_5", "5 hidden layers", [](Setting& s) { s.network = with_hidden_layers(s.network, 5); });
  add("long", fmt::format("{} steps", steps), [&](Setting& s) { s.episode.steps = steps; });
  add("relu", "ReLU network", [](Setting& s) { s.network.activation = Activation::relu; });
  for (const Setting& s : other_tasks(o)) {
    if (s.family.name == "two_gaussians") all.push_back({s.family.name, "two Gaussians", s});
    if (s.family.name == "circles") all.push_back({s.family.name, "circles", s});
  }
  return all;
}

/// Whether the rule met the place's network for as many steps; all rules are trained on two moons.
bool met(const Remedy& r, const Place& p, const Options& o) {
  if (p.setting.family.name != usual_setting(o).family.name) return false;
  const auto same = [&](const Variation& v) {
    return v.network == p.setting.network && v.episode.steps == p.setting.episode.steps;
  };
  return r.variations.empty() ? same({o.meta.network, o.meta.episode})
                              : std::ranges::any_of(r.variations, same);
}

std::string piece_name(const Place& p, std::size_t seed, const std::string& method) {
  return fmt::format("{}/seed_{}/{}", p.key, seed, method);
}

/// The pieces that tune backprop for a place; the usual one is a place too.
TuningPieces tuning_of(const Place& p) { return {"usual/tuned", p.key + "/tuned"}; }

std::vector<Evaluation> results(const Laboratory& lab, const Place& p, const std::string& method) {
  return evaluations(lab, [&](std::size_t seed) { return piece_name(p, seed, method); });
}

Baselines backprop_at(const Laboratory& lab, const Place& p) {
  std::vector<std::string> names;
  for (std::size_t seed = 1; seed <= lab.options().meta_seeds; ++seed)
    names.push_back(piece_name(p, seed, "backprop"));
  return baselines(lab, names, tuning_of(p));
}

RuleFile trained(Laboratory& lab, const Remedy& r, std::size_t seed) {
  MetaSettings settings = meta_training(lab.options(), seed);
  settings.variations = r.variations;
  return lab.trained_rule(fmt::format("{}_seed_{}", r.key, seed), settings, r.tasks);
}

std::vector<Piece> plan(Laboratory& lab) {
  const Options& o = lab.options();
  const auto everywhere = places(o);
  std::vector<Piece> pieces;
  for (const Place& p : everywhere)
    pieces.push_back(tune_piece(lab, p.key + "/tuned", p.setting, backprop_for(p.setting)));
  for (std::size_t seed = 1; seed <= o.meta_seeds; ++seed) {
    const Random stream = test_stream(o, seed);
    for (const Place& p : everywhere)
      for (const Piece& piece : baseline_pieces(lab, piece_name(p, seed, "backprop"), tuning_of(p), p.setting,
                                                backprop_for(p.setting), stream))
        pieces.push_back(piece);
    for (const Remedy& r : all_remedies(o)) {
      const RuleFile rule = trained(lab, r, seed);
      for (const Place& p : everywhere)
        pieces.push_back(rule_piece(lab, piece_name(p, seed, r.key), rule, p.setting, stream));
    }
  }
  return pieces;
}

Table trainings(Laboratory& lab) {
  const Options& o = lab.options();
  std::vector<FinishedTraining> all;
  for (const Remedy& r : all_remedies(o))
    for (std::size_t seed = 1; seed <= o.meta_seeds; ++seed)
      all.push_back({r.title, seed, trained(lab, r, seed).manifest});
  return trainings_table(all, o);
}

void add_results(Laboratory& lab, Report& report) {
  const Options& o = lab.options();
  Table one_setting{{""}, {}, ""}, best_case{{""}, {}, ""}, accuracies{{""}, {}, ""};
  std::vector<std::pair<std::string, EstimateChart>> charts;
  for (const Remedy& r : all_remedies(o))
    for (Table* table : {&one_setting, &best_case, &accuracies}) table->head.push_back(r.title);
  for (const auto* name : {"backprop, one setting", "backprop, best case", "its settings"})
    accuracies.head.emplace_back(name);
  for (const Place& p : places(o)) {
    const Baselines backprop = backprop_at(lab, p);
    const auto last = [](const auto& evaluations) {
      return mean_text(accuracy_at(evaluations, evaluations[0].last()));
    };
    std::vector<std::string> one_row{p.title}, best_row{p.title}, accuracy_row{p.title};
    EstimateChart chart{
        .title = p.title, .x_label = "gain over backprop, best case", .estimates = {}, .reference = 0};
    for (const Remedy& r : all_remedies(o)) {
      const auto rule = results(lab, p, r.key);
      const BothGains gains = compare(rule, backprop);
      const Interval& gain = gains.best_case.interval;
      const char* star = met(r, p, o) ? " *" : "";
      one_row.push_back(gain_text(gains.one_setting.interval) + star);
      best_row.push_back(gain_text(gain) + star);
      accuracy_row.push_back(last(rule));
      chart.estimates.push_back({r.title, gain.mean, gain.low, gain.high});
    }
    accuracy_row.push_back(last(backprop.one_setting.evaluations));
    accuracy_row.push_back(last(backprop.best_case.evaluations));
    accuracy_row.push_back(backprop.best_case.settings);
    one_setting.rows.push_back(std::move(one_row));
    best_case.rows.push_back(std::move(best_row));
    accuracies.rows.push_back(std::move(accuracy_row));
    charts.emplace_back("gains_" + p.key, std::move(chart));
  }
  for (const auto& [table, baseline] :
       {std::pair{&one_setting, "with one setting"}, {&best_case, "in its best case"}})
    table->caption = fmt::format(
        "Gain in test accuracy over backprop {} after the last step: paired, {} trials for each of {} "
        "meta-training seeds, with its {}. * Not a transfer: the rule was trained in this network for so "
        "many steps, on other two moons.",
        baseline, o.trials, o.meta_seeds, interval_words(o.meta_seeds));
  accuracies.caption = fmt::format(
      "Test accuracy after the last step: mean and {}; and what backprop was tuned to in its best case, by "
      "{}.",
      error_words(o.meta_seeds), tuning_words(o.tuning_trials));
  lab.add(report, "gains_one_setting", one_setting);
  lab.add(report, "gains", best_case);
  for (const auto& [name, chart] : charts)
    lab.add(report, name, chart, "Left of the line: worse than backprop in its best case.");
  lab.add(report, "accuracies", accuracies);
}

void run(Laboratory& lab) {
  lab.work(plan(lab));
  const MetaSettings& m = lab.options().meta;
  Report report(
      "Remedies",
      fmt::format(
          "A rule that is trained in networks with one hidden layer of {} neurons, for {} steps, "
          "on two moons, fails elsewhere. Here rules are trained on several lengths, networks or "
          "tasks: every outer step draws one of them. Trained on: {}. Backprop has two baselines. {}.",
          m.network.sizes[1], m.episode.steps, lab.options().training_tasks, baselines_words()));
  for (const Remedy& r : all_remedies(lab.options()))
    report.paragraph(fmt::format("{}: {}.", r.title, r.what));
  add_results(lab, report);
  report.heading("Trainings");
  lab.add(report, "trainings", trainings(lab));
  lab.finish(report);
}

}  // namespace

const Experiment remedies{"remedies",
                          "Rules trained on several lengths, networks or tasks, where the usual rule fails",
                          run, 3, 4'000};

}  // namespace engram::demos
