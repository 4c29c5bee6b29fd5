// Where do rules generalise that were trained on moons only? Two Gaussians of several distances and
// elongations, each beside backprop with one setting and in its best case, and beside what can be learnt
// there.
#include <engram/laboratory/baselines.hpp>
#include <engram/laboratory/family_facts.hpp>
#include <engram/laboratory/grid_chart.hpp>
#include <engram/laboratory/side.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

constexpr double deviation = 0.5;

/// Two Gaussians: how far their means are from each other, and their axes.
struct Cell {
  double separation, anisotropy;
  Setting setting;

  std::string name() const { return setting.family.name; }
  std::string axes() const { return fmt::format("{} : 1", anisotropy); }
};

struct Map {
  std::string key, title;
  std::vector<double> separations, anisotropies;
  std::vector<Cell> cells;  ///< all separations of the first anisotropy, of the second, ...
};

Map map_of(const Options& o, bool shared, const std::string& title, std::vector<double> anisotropies) {
  Map m{shared ? "shared" : "own", title, {1, 1.5, 2, 3, 4}, std::move(anisotropies), {}};
  if (o.quick)
    for (auto* values : {&m.separations, &m.anisotropies}) *values = {values->front(), values->back()};
  for (const double anisotropy : m.anisotropies)
    for (const double separation : m.separations) {
      Cell c{separation, anisotropy, usual_setting(o)};
      c.setting.family = two_gaussians({.mean_deviation = 0.7,
                                        .separation = separation,
                                        .covariance = Covariance::stretched,
                                        .shared = shared,
                                        .deviation = deviation,
                                        .anisotropy = anisotropy});
      c.setting.family.name = fmt::format("{}_separation_{}_anisotropy_{}", m.key, separation, anisotropy);
      m.cells.push_back(std::move(c));
    }
  return m;
}

std::vector<Map> maps(const Options& o) {
  return {map_of(o, true, "Both clouds alike", {1, 2, 4, 8}),
          map_of(o, false, "Each cloud has a direction of its own", {4, 8})};
}

/// All cells have the same network and episodes, so candidates are made once.
struct Peers {
  MakePeer backprop, classifier, mixture;
};

Peers peers_for(const Setting& s) {
  const auto made = [&s](const char* name) {
    return made_once([name, s] { return peer(name).made_for(s.network, s.episode); });
  };
  return {made("backprop"), made("Gaussian classifier"), made("Gaussian mixture")};
}

/// The classifier and the mixture are limits that nothing is claimed from to the last digit.
std::size_t limit_tuning_trials(const Options& o) { return std::max<std::size_t>(2, o.tuning_trials / 10); }

/// Backprop is tuned for textbook moons, and for each cell.
TuningPieces tuning_of(const Cell& c) { return {"two_moons/tuned", c.name() + "/tuned"}; }

std::string piece_name(const Cell& c, std::size_t seed, const char* method) {
  return fmt::format("{}/seed_{}/{}", c.name(), seed, method);
}

/// The pieces that tune all peers in a cell.
void add_tuning(const Laboratory& lab, const Peers& peers, const Cell& c, std::vector<Piece>& pieces) {
  const std::size_t few = limit_tuning_trials(lab.options());
  pieces.push_back(tune_piece(lab, c.name() + "/mixture_tuned", c.setting, peers.mixture, few));
  pieces.push_back(tune_piece(lab, c.name() + "/classifier_tuned", c.setting, peers.classifier, few));
  pieces.push_back(tune_piece(lab, c.name() + "/tuned", c.setting, peers.backprop));
}

/// The pieces that test a rule and all peers in a cell.
void add_tests(const Laboratory& lab, const RuleFile& rule, std::size_t seed, const Peers& peers,
               const Cell& c, std::vector<Piece>& pieces) {
  const Random stream = test_stream(lab.options(), seed);
  const auto name = [&](const char* method) { return piece_name(c, seed, method); };
  pieces.push_back(bayes_piece(lab, name("bayes"), c.setting.family, stream));
  pieces.push_back(
      peer_piece(lab, name("mixture"), c.name() + "/mixture_tuned", c.setting, peers.mixture, stream));
  pieces.push_back(peer_piece(lab, name("classifier"), c.name() + "/classifier_tuned", c.setting,
                              peers.classifier, stream));
  for (const Piece& piece :
       baseline_pieces(lab, name("backprop"), tuning_of(c), c.setting, peers.backprop, stream))
    pieces.push_back(piece);
  pieces.push_back(rule_piece(lab, name("rule"), rule, c.setting, stream));
}

/// What all reached in a cell, and gains over backprop.
struct Outcome {
  std::optional<MeanAndError> bayes;
  std::vector<Evaluation> mixture, classifier, rule;
  Baselines backprop;
  BothGains gains;
  Interval mixture_gain, classifier_gain;  ///< over the best case
};

Outcome outcome(const Laboratory& lab, const Cell& c) {
  const auto named = [&c](const char* method) {
    return [&c, method](std::size_t seed) { return piece_name(c, seed, method); };
  };
  const auto of = [&](const char* method) { return evaluations(lab, named(method)); };
  Outcome r{fact(lab, piece_name(c, 1, "bayes")),
            of("mixture"),
            of("classifier"),
            of("rule"),
            baselines(lab, named("backprop"), tuning_of(c)),
            {},
            {},
            {}};
  r.gains = compare(r.rule, r.backprop);
  r.mixture_gain = compare(r.mixture, r.backprop.best_case.evaluations).interval;
  r.classifier_gain = compare(r.classifier, r.backprop.best_case.evaluations).interval;
  return r;
}

Table table(const Map& m, const std::vector<Outcome>& outcomes, const Options& o) {
  Table t{{"means apart", "axes", "Bayes limit", "Gaussian mixture", "Gaussian classifier", "one setting",
           "best case", "rule", "gain, one setting", "gain, best case"},
          {},
          fmt::format("{}. Test accuracy after the last step, mean and {}; the rules' paired gain over "
                      "backprop with its {}; {} trials for each of {} trainings of {} outer steps. The Bayes "
                      "limit is that of the first training's test tasks. The one setting is {}.",
                      m.title, error_words(o.meta_seeds), interval_words(o.meta_seeds), o.trials,
                      o.meta_seeds, o.meta.outer_steps, outcomes.front().backprop.one_setting.picked())};
  const auto last = [](const std::vector<Evaluation>& e) { return mean_text(accuracy_at(e, e[0].last())); };
  for (std::size_t i = 0; i < m.cells.size(); ++i) {
    const Outcome& r = outcomes[i];
    t.rows.push_back({fmt::format("{}", m.cells[i].separation), m.cells[i].axes(),
                      r.bayes ? mean_text(*r.bayes) : "", last(r.mixture), last(r.classifier),
                      last(r.backprop.one_setting.evaluations), last(r.backprop.best_case.evaluations),
                      last(r.rule), gain_text(r.gains.one_setting.interval),
                      gain_text(r.gains.best_case.interval)});
  }
  return t;
}

/// The gains of all cells that the function picks from an outcome.
template <class Pick>
std::vector<Interval> gains(const std::vector<Outcome>& outcomes, const Pick& pick) {
  std::vector<Interval> all;
  for (const Outcome& r : outcomes) all.push_back(pick(r));
  return all;
}

GridChart chart(const Map& m, const std::string& baseline, const std::vector<Interval>& gains) {
  GridChart c{.title = "Gain over backprop, " + baseline,
              .x_label = "distance of the means",
              .y_label = "axes of the clouds",
              .columns = {},
              .rows = {},
              .cells = gains};
  for (const double s : m.separations) c.columns.push_back(fmt::format("{}", s));
  for (const double a : m.anisotropies) c.rows.push_back(fmt::format("{} : 1", a));
  return c;
}

/// " (axes 1 : 1, distance 2, 3; axes 4 : 1, distance 3)": the cells whose gains lie on that side.
/// Nothing if there are none, or if all are there.
std::string places(const Map& m, const std::vector<Interval>& gains, Side side) {
  std::string all;
  std::optional<double> row;
  if (std::ranges::all_of(gains, [&](const Interval& i) { return side_of(i) == side; })) return all;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    const Cell& c = m.cells[i];
    if (side_of(gains[i]) != side) continue;
    const std::string separator = all.empty() ? " (" : row == c.anisotropy ? ", " : "; ";
    const std::string start = row == c.anisotropy ? "" : "axes " + c.axes() + ", distance ";
    all += fmt::format("{}{}{}", separator, start, c.separation);
    row = c.anisotropy;
  }
  return all.empty() ? "" : all + ")";
}

/// In how many cells, and in which, gains lie above 0 and below it.
std::string count_text(const Map& m, const std::vector<Interval>& gains) {
  const auto count = [&](Side side) { return std::ranges::count(gains, side, side_of); };
  return fmt::format("{} of {} intervals lie above 0{}, {} below it{}, and {} around it.", count(Side::above),
                     gains.size(), places(m, gains, Side::above), count(Side::below),
                     places(m, gains, Side::below), count(Side::around));
}

void add_map(Laboratory& lab, Report& report, const Map& m) {
  std::vector<Outcome> outcomes;
  for (const Cell& c : m.cells) outcomes.push_back(outcome(lab, c));
  const auto one_setting = gains(outcomes, [](const Outcome& r) { return r.gains.one_setting.interval; });
  const auto best_case = gains(outcomes, [](const Outcome& r) { return r.gains.best_case.interval; });
  const auto mixture = gains(outcomes, [](const Outcome& r) { return r.mixture_gain; });
  const auto classifier = gains(outcomes, [](const Outcome& r) { return r.classifier_gain; });
  const std::string colours = "Blue: rules are better. Orange: backprop is. The deeper, the more.";
  report.heading(m.title);
  lab.add(report, m.key + "_one_setting", chart(m, "one setting", one_setting), colours);
  lab.add(report, m.key + "_best_case", chart(m, "best case", best_case), colours);
  report.paragraph("The rules' gain over backprop with one setting: " + count_text(m, one_setting));
  report.paragraph("The rules' gain over backprop in its best case: " + count_text(m, best_case));
  report.paragraph(fmt::format(
      "What there is to gain over the best case. The Gaussian mixture, which sees all unlabelled points at "
      "once: {} The Gaussian classifier, from the labels alone: {}",
      count_text(m, mixture), count_text(m, classifier)));
  lab.add(report, m.key, table(m, outcomes, lab.options()));
}

void run(Laboratory& lab) {
  const Options& o = lab.options();
  const Setting usual = usual_setting(o);
  const Peers peers = peers_for(usual);
  const auto all = maps(o);
  std::vector<Piece> pieces{tune_piece(lab, "two_moons/tuned", usual, peers.backprop)};
  for (const Map& m : all)
    for (const Cell& c : m.cells) add_tuning(lab, peers, c, pieces);
  for (std::size_t seed = 1; seed <= o.meta_seeds; ++seed) {
    const RuleFile rule = lab.trained_rule(fmt::format("seed_{}", seed), meta_training(o, seed));
    for (const Map& m : all)
      for (const Cell& c : m.cells) add_tests(lab, rule, seed, peers, c, pieces);
  }
  lab.work(pieces);

  Report report(
      "Where rules generalise",
      fmt::format(
          "Frozen rules, trained on {}, on two Gaussians. The distance of their means grows from left to "
          "right, the "
          "length of their clouds from below to the top: 4 : 1 says that the long axis is four times the "
          "short one. The geometric mean of the axes' deviations is {} always, and their direction is "
          "random. Backprop has two baselines. {}. Settings are picked by {}; those of the Gaussian mixture "
          "and the Gaussian classifier in each cell by {}. Of 20 intervals of 95 %, one misses the truth on "
          "average.",
          o.training_tasks, deviation, baselines_words(), tuning_words(o.tuning_trials),
          limit_tuning_trials(o)));
  for (const Map& m : all) add_map(lab, report, m);
  lab.finish(report);
}

}  // namespace

const Experiment map{"map", "Where rules generalise: two Gaussians, near to far, round to long", run, 5,
                     5'000};

}  // namespace engram::demos
