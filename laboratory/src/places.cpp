#include <engram/laboratory/places.hpp>
#include <engram/laboratory/trainings_table.hpp>

#include <fmt/format.h>

namespace engram::laboratory {

using namespace plasticity;

namespace {

EstimateChart gain_chart(const std::string& title) {
  return {.title = title, .x_label = "gain over backprop, best case", .estimates = {}, .reference = 0};
}

Estimate estimate(const std::string& name, const Interval& i) { return {name, i.mean, i.low, i.high}; }

}  // namespace

struct RulesInPlaces::Outcome {
  std::vector<Evaluation> rule;
  BothGains gains;
};

RulesInPlaces::RulesInPlaces(Laboratory& lab, std::vector<Place> places, std::vector<Training> trainings)
    : lab_(lab), places_(std::move(places)), trainings_(std::move(trainings)) {}

std::string RulesInPlaces::piece_name(const Place& place, std::size_t seed, const std::string& method) const {
  return fmt::format("{}/seed_{}/{}", place.key, seed, method);
}

TuningPieces RulesInPlaces::tuning_of(const Place& place) const {
  return {places_.front().key + "/tuned", place.key + "/tuned"};
}

void RulesInPlaces::work() {
  const Options& o = lab_.options();
  std::vector<Piece> pieces;
  for (const Place& p : places_)
    pieces.push_back(tune_piece(lab_, p.key + "/tuned", p.setting, backprop_for(p.setting)));
  for (std::size_t seed = 1; seed <= o.meta_seeds; ++seed) {
    const Random stream = test_stream(o, seed);
    for (const Place& p : places_)
      for (const Piece& piece : baseline_pieces(lab_, piece_name(p, seed, "backprop"), tuning_of(p),
                                                p.setting, backprop_for(p.setting), stream))
        pieces.push_back(piece);
    for (const Training& t : trainings_) {
      const RuleFile rule = t.rule(seed);
      for (const Place& p : places_)
        pieces.push_back(rule_piece(lab_, piece_name(p, seed, t.key), rule, p.setting, stream));
    }
  }
  lab_.work(pieces);
}

Baselines RulesInPlaces::backprop_at(const Place& place) const {
  return baselines(
      lab_, [&](std::size_t seed) { return piece_name(place, seed, "backprop"); }, tuning_of(place));
}

RulesInPlaces::Outcome RulesInPlaces::outcome(const Training& training, const Place& place,
                                              const Baselines& backprop) const {
  Outcome result{evaluations(lab_, [&](std::size_t seed) { return piece_name(place, seed, training.key); }),
                 {}};
  result.gains = compare(result.rule, backprop);
  return result;
}

EstimateChart RulesInPlaces::gains_in(const Place& place) const {
  EstimateChart chart = gain_chart(place.title);
  const Baselines backprop = backprop_at(place);
  for (const Training& t : trainings_)
    chart.estimates.push_back(estimate(t.title, outcome(t, place, backprop).gains.best_case.interval));
  return chart;
}

EstimateChart RulesInPlaces::gains_of(const Training& training) const {
  EstimateChart chart = gain_chart(training.title);
  for (const Place& p : places_)
    chart.estimates.push_back(
        estimate(p.title, outcome(training, p, backprop_at(p)).gains.best_case.interval));
  return chart;
}

void RulesInPlaces::add_tables(Report& report) const {
  const Options& o = lab_.options();
  Table one_setting{{""}, {}, ""}, best_case{{""}, {}, ""}, accuracies{{""}, {}, ""};
  for (const Training& t : trainings_)
    for (Table* table : {&one_setting, &best_case, &accuracies}) table->head.push_back(t.title);
  for (const auto* name : {"backprop, one setting", "backprop, best case", "its settings"})
    accuracies.head.emplace_back(name);
  for (const Place& p : places_) {
    const Baselines backprop = backprop_at(p);
    std::vector<std::string> one_row{p.title}, best_row{p.title}, accuracy_row{p.title};
    for (const Training& t : trainings_) {
      const auto [rule, gains] = outcome(t, p, backprop);
      const char* star = t.met(p) ? " *" : "";
      one_row.push_back(gain_text(gains.one_setting.interval) + star);
      best_row.push_back(gain_text(gains.best_case.interval) + star);
      accuracy_row.push_back(last_accuracy(rule));
    }
    accuracy_row.push_back(last_accuracy(backprop.one_setting.evaluations));
    accuracy_row.push_back(last_accuracy(backprop.best_case.evaluations));
    accuracy_row.push_back(backprop.best_case.settings);
    one_setting.rows.push_back(std::move(one_row));
    best_case.rows.push_back(std::move(best_row));
    accuracies.rows.push_back(std::move(accuracy_row));
  }
  for (const auto& [table, baseline] :
       {std::pair{&one_setting, "with one setting"}, {&best_case, "in its best case"}})
    table->caption = fmt::format(
        "Gain in test accuracy over backprop {} after the last step: paired, {} trials for each of {} "
        "meta-training seeds, with its {}. * Not a transfer: the rule was trained on other tasks of this "
        "family, in this network, for so many steps.",
        baseline, o.trials, o.meta_seeds, interval_words(o.meta_seeds));
  accuracies.caption = fmt::format(
      "Test accuracy after the last step: mean and {}; and what backprop was tuned to in its best case, by "
      "{}.",
      error_words(o.meta_seeds), tuning_words(o.tuning_trials));
  lab_.add(report, "gains_one_setting", one_setting);
  lab_.add(report, "gains", best_case);
  lab_.add(report, "accuracies", accuracies);
}

void RulesInPlaces::add_trainings(Report& report) const {
  std::vector<FinishedTraining> all;
  for (const Training& t : trainings_)
    for (std::size_t seed = 1; seed <= lab_.options().meta_seeds; ++seed)
      all.push_back({t.title, seed, t.rule(seed).manifest});
  report.heading("Trainings");
  lab_.add(report, "trainings", trainings_table(all, lab_.options()));
}

}  // namespace engram::laboratory
