// What a rule does on tasks that it never met: a ladder of trainings, tested on Gaussians of every kind; and
// rules trained on all families but one, tested on that one.
#include <engram/laboratory/baselines.hpp>
#include <engram/laboratory/families.hpp>
#include <engram/laboratory/family_facts.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/negentropy.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;
using Json = nlohmann::ordered_json;

namespace {

/// A training and what its rules are tested on.
struct Rung {
  std::string key, title, tasks;
  std::vector<Setting> tests;
};

Setting gaussians(const Options& o, const char* name, Covariance covariance, bool shared) {
  TwoGaussiansOptions options;
  options.covariance = covariance;
  options.shared = shared;
  if (covariance == Covariance::axes) options.deviation_low = 0.1, options.deviation_high = 1;
  TaskFamily family = two_gaussians(options);
  family.name = name;
  return setting_for(o, family);
}

std::vector<Setting> all_gaussians(const Options& o) {
  return {gaussians(o, "isotropic", Covariance::isotropic, false),
          gaussians(o, "axes", Covariance::axes, false), gaussians(o, "axes_shared", Covariance::axes, true),
          gaussians(o, "wishart", Covariance::wishart, false),
          gaussians(o, "wishart_shared", Covariance::wishart, true)};
}

std::vector<Rung> ladder(const Options& o) {
  std::vector<Setting> tests = all_gaussians(o);
  tests.insert(tests.begin(), usual_setting(o));
  std::vector<Rung> rungs;
  const auto rung = [&](const char* key, const char* title, const char* tasks) {
    rungs.push_back({key, title, tasks, tests});
  };
  rung("moons", "textbook moons", "two_moons");
  rung("all_moons", "moons of all noises", "two_moons+diverse_moons+blurred_moons");
  rung("arcs", "moons and arcs", "two_moons+arcs*3");
  rung("arcs_and_sticks", "moons, arcs and sticks", "two_moons*2+arcs*2+sticks*2");
  return rungs;
}

/// All families but one, which is the test.
std::vector<Rung> leave_one_out(const Options& o) {
  const std::vector<std::string> families{"two_moons", "circles", "xor",    "spirals",
                                          "pinwheel",  "arcs",    "sticks", "two_gaussians"};
  std::vector<Rung> rungs;
  for (const std::string& left_out : families) {
    std::string tasks;
    for (const std::string& f : families)
      if (f != left_out) tasks += (tasks.empty() ? "" : "+") + f;
    TaskFamily family = training_family(left_out, o.noise);
    rungs.push_back({"without_" + left_out, title_of(family), tasks, {setting_for(o, family)}});
  }
  return rungs;
}

std::string tuned_name(const Setting& s) { return s.family.name + "/tuned"; }

/// Backprop is tuned for textbook moons, which all rungs have met but the one that leaves them out.
TuningPieces tuning_of(const Setting& s) { return {"two_moons/tuned", tuned_name(s)}; }

std::string piece_name(const Setting& s, std::size_t seed, const std::string& method) {
  return fmt::format("{}/seed_{}/{}", s.family.name, seed, method);
}

/// How near to normal clouds the tasks of a training are: their negentropies.
Piece distance_piece(const Laboratory& lab, const Rung& r) {
  return {"distance/" + r.key, [&o = lab.options(), r] {
            const std::size_t tasks = o.quick ? 8 : 400;
            constexpr Index points = 2'000;
            return Json(negentropies(training_family(r.tasks, o.noise), tasks, points,
                                     Random(o.test_seed).split("distance")));
          }};
}

/// Mean and fifth percentile, "0.31, 5 % below 0.04".
std::string distance_text(const Laboratory& lab, const Rung& r) {
  auto all = lab.result("distance/" + r.key).get<std::vector<double>>();
  const double mean = mean_and_error(all).mean;
  const auto fifth = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 20);
  std::nth_element(all.begin(), fifth, all.end());
  const auto rounded = [](double nats) { return std::round(nats * 1e3) / 1e3 + 0.0; };  // no -0.000
  return fmt::format("{:.3f}, 5 % below {:.3f}", rounded(mean), rounded(*fifth));
}

/// The pieces that test backprop where the rungs are tested; each setting once.
void add_backprop(const Laboratory& lab, const std::vector<Setting>& settings, std::vector<Piece>& pieces) {
  const Options& o = lab.options();
  for (const Setting& s : settings) pieces.push_back(tune_piece(lab, tuned_name(s), s, backprop_for(s)));
  for (const Setting& s : settings)
    for (std::size_t seed = 1; seed <= o.meta_seeds; ++seed)
      for (const Piece& piece : baseline_pieces(lab, piece_name(s, seed, "backprop"), tuning_of(s), s,
                                                backprop_for(s), test_stream(o, seed)))
        pieces.push_back(piece);
}

void add_rules(Laboratory& lab, const std::vector<Rung>& rungs, std::vector<Piece>& pieces) {
  const Options& o = lab.options();
  for (const Rung& r : rungs) {
    pieces.push_back(distance_piece(lab, r));
    for (std::size_t seed = 1; seed <= o.meta_seeds; ++seed) {
      const RuleFile rule =
          lab.trained_rule(fmt::format("{}_seed_{}", r.key, seed), meta_training(o, seed), r.tasks);
      for (const Setting& s : r.tests)
        pieces.push_back(rule_piece(lab, piece_name(s, seed, r.key), rule, s, test_stream(o, seed)));
    }
  }
}

/// Every tested setting once.
std::vector<Setting> tested(const std::vector<Rung>& rungs) {
  std::vector<Setting> all;
  for (const Rung& r : rungs)
    for (const Setting& s : r.tests)
      if (std::ranges::none_of(all, [&](const Setting& t) { return t.family.name == s.family.name; }))
        all.push_back(s);
  return all;
}

Baselines backprop_at(const Laboratory& lab, const Setting& s) {
  return baselines(
      lab, [&](std::size_t seed) { return piece_name(s, seed, "backprop"); }, tuning_of(s));
}

struct Outcome {
  std::vector<Evaluation> rule;
  Baselines backprop;
  BothGains gains;
};

Outcome outcome(const Laboratory& lab, const Rung& r, const Setting& s) {
  Outcome result{evaluations(lab, [&](std::size_t seed) { return piece_name(s, seed, r.key); }),
                 backprop_at(lab, s),
                 {}};
  result.gains = compare(result.rule, result.backprop);
  return result;
}

std::string accuracy_text(const std::vector<Evaluation>& e) { return mean_text(accuracy_at(e, e[0].last())); }

std::string how(const Options& o) {
  return fmt::format(
      "Test accuracy after the last step, mean and {}; paired gain over backprop with its {}; {} trials for "
      "each of {} trainings of {} outer steps.",
      error_words(o.meta_seeds), interval_words(o.meta_seeds), o.trials, o.meta_seeds, o.meta.outer_steps);
}

void add_ladder(Laboratory& lab, Report& report, const std::vector<Rung>& rungs) {
  const Options& o = lab.options();
  Table distances{
      {"trained on", "negentropy of its classes"},
      {},
      "How near the tasks of each training are to normal clouds, in nats: the mean over tasks, and "
      "what a twentieth of the tasks is below. Normal clouds have 0."};
  for (const Rung& r : rungs) distances.rows.push_back({r.title, distance_text(lab, r)});
  report.heading("Trainings");
  lab.add(report, "distances", distances);
  for (const Setting& s : rungs.front().tests) {
    Table table{{"trained on", "rule", "backprop, one setting", "backprop, best case", "gain, one setting",
                 "gain, best case"},
                {},
                fmt::format("{}. {}", title_of(s.family), how(o))};
    EstimateChart chart{.title = title_of(s.family) + ": gain of the rule",
                        .x_label = "gain over backprop, best case",
                        .estimates = {},
                        .reference = 0};
    for (const Rung& r : rungs) {
      const auto [rule, backprop, gains] = outcome(lab, r, s);
      table.rows.push_back({r.title, accuracy_text(rule), accuracy_text(backprop.one_setting.evaluations),
                            accuracy_text(backprop.best_case.evaluations),
                            gain_text(gains.one_setting.interval), gain_text(gains.best_case.interval)});
      const Interval& i = gains.best_case.interval;
      chart.estimates.push_back({r.title, i.mean, i.low, i.high});
    }
    report.heading(title_of(s.family));
    lab.add(report, "gain_" + s.family.name, chart, "Right of the line: the rule is better.");
    lab.add(report, s.family.name, table);
  }
}

void add_left_out(Laboratory& lab, Report& report, const std::vector<Rung>& rungs) {
  const Options& o = lab.options();
  Table table{{"left out, and tested", "its negentropy", "rule", "backprop, best case", "gain, one setting",
               "gain, best case"},
              {},
              "Rules trained on all families but one, tested on that one. " + how(o)};
  EstimateChart chart{.title = "Families that rules never met",
                      .x_label = "gain over backprop, best case",
                      .estimates = {},
                      .reference = 0};
  for (const Rung& r : rungs) {
    const Setting& s = r.tests.front();
    const auto [rule, backprop, gains] = outcome(lab, r, s);
    const auto distance = fact(lab, s.family.name + "/negentropy");
    table.rows.push_back({r.title, distance ? mean_text(*distance) : "", accuracy_text(rule),
                          accuracy_text(backprop.best_case.evaluations),
                          gain_text(gains.one_setting.interval), gain_text(gains.best_case.interval)});
    const Interval& i = gains.best_case.interval;
    chart.estimates.push_back({r.title, i.mean, i.low, i.high});
  }
  report.heading("All families but one");
  lab.add(report, "gain_left_out", chart, "Right of the line: the rule is better.");
  lab.add(report, "left_out", table);
}

void run(Laboratory& lab) {
  const Options& o = lab.options();
  const auto rungs = ladder(o), left_out = leave_one_out(o);
  std::vector<Rung> all = rungs;
  all.insert(all.end(), left_out.begin(), left_out.end());
  std::vector<Piece> pieces;
  add_backprop(lab, tested(all), pieces);
  for (const Rung& r : left_out)
    pieces.push_back(negentropy_piece(lab, r.tests.front().family.name + "/negentropy",
                                      r.tests.front().family, test_stream(o, 1)));
  add_rules(lab, all, pieces);
  lab.work(pieces);

  Report report("What a rule does on tasks that it never met",
                fmt::format("Rules of width {}, trained on more and more kinds of tasks. {}. Settings are "
                            "picked by {}.",
                            o.meta.rule.width, baselines_words(), tuning_words(o.tuning_trials)));
  add_ladder(lab, report, rungs);
  add_left_out(lab, report, left_out);
  lab.finish(report);
}

}  // namespace

const Experiment generalise{"generalise",
                            "Rules trained on more and more kinds of tasks, tested on those they never met",
                            run, 5, 2'000};

}  // namespace engram::demos
