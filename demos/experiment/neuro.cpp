// Known plasticity rules are recovered from what they did: from weights or from activity alone, with noise,
// with gaps, from short trajectories.
#include <engram/laboratory/intervals.hpp>
#include <engram/laboratory/laboratory.hpp>
#include <engram/plasticity/recovery/recovery.hpp>

#include "experiments.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <set>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::array<Observed, 2> kinds{Observed::weights, Observed::activity};

std::size_t seeds(const Options& o) { return o.quick ? 2 : 5; }

std::vector<TrueRule> rules(const Options& o) {
  const auto& all = true_rules();
  return o.quick ? std::vector{all.front(), all.back()} : all;
}

/// What may differ between fits.
struct Condition {
  double noise = 0.3, seen = 1, start_noise = 0;
  Index steps = 50;

  std::string name() const {
    return fmt::format("noise_{}_seen_{}_start_{}_steps_{}", noise, seen, start_noise, steps);
  }
};

/// One part of the condition varies.
struct Series {
  std::string name, title;
  bool logarithmic;
  std::vector<double> values;
  void (*set)(Condition&, double);

  Condition at(double value) const {
    Condition c;
    set(c, value);
    return c;
  }
};

std::vector<Series> series(const Options& o) {
  std::vector<Series> all{{"noise",
                           "Noise, in standard deviations of the signal",
                           true,
                           {0.1, 0.3, 1, 3, 10},
                           [](Condition& c, double v) { c.noise = v; }},
                          {"length",
                           "Steps of a trajectory",
                           true,
                           {10, 25, 50, 100},
                           [](Condition& c, double v) { c.steps = static_cast<Index>(v); }},
                          {"seen",
                           "Part of the numbers that is seen",
                           true,
                           {0.02, 0.1, 0.3, 1},
                           [](Condition& c, double v) { c.seen = v; }},
                          {"start",
                           "Error of the first weights, in standard deviations of the weights over time",
                           false,
                           {0, 0.5, 1},
                           [](Condition& c, double v) { c.start_noise = v; }}};
  if (o.quick)
    for (Series& s : all) s.values = {s.values[s.values.size() - 2], s.values.back()};
  return all;
}

RecoverySettings settings(const Options& o, Observed what, const Condition& c) {
  RecoverySettings s;
  s.layer.steps = c.steps;
  s.observation = {.what = what, .noise = c.noise, .missing = 1 - c.seen, .start_noise = c.start_noise};
  if (o.quick) {
    s.layer.inputs = s.layer.outputs = 2;
    s.layer.steps = std::min<Index>(s.layer.steps, 10);
    s.trajectories = s.held_out = s.test = 2;
    s.fit.penalties = 3;
    s.fit.iterations = 5;
  }
  return s;
}

std::vector<double> numbers(const Array<double>& a) { return {a.data(), a.data() + a.size()}; }

std::string piece_name(const TrueRule& rule, Observed what, const Condition& c) {
  return fmt::format("{}/{}/{}", rule.name, to_string(what), c.name());
}

/// The recoveries of all seeds, on all threads.
Piece piece(const Laboratory& lab, const TrueRule& rule, Observed what, const Condition& c) {
  return {piece_name(rule, what, c), [&lab, rule, what, c] {
            const Options& o = lab.options();
            std::vector<Json> of_seeds(seeds(o));
            tbb::parallel_for(std::size_t{0}, of_seeds.size(), [&](std::size_t i) {
              const Random random = Random(o.test_seed).split("neuro").split(i);
              const Recovery r = recover(settings(o, what, c), rule, random);
              of_seeds[i] = {{"error", r.error},
                             {"missed", r.missed},
                             {"invented", r.invented},
                             {"r2_weights", r.r2_weights},
                             {"r2_activity", r.r2_activity},
                             {"truth", numbers(r.truth)},
                             {"found", numbers(r.fit.coefficients)}};
            });
            return Json(of_seeds);
          }};
}

/// Which terms are hardest to tell apart near a rule, without noise.
Piece alike_piece(const Laboratory& lab, const TrueRule& rule, Observed what) {
  return {fmt::format("{}/{}/alike", rule.name, to_string(what)), [&lab, rule, what] {
            const RecoverySettings s = settings(lab.options(), what, {.noise = 0});
            const Random random = Random(lab.options().test_seed).split("neuro alike");
            const auto truth = rule.coefficients(s.layer, s.candidates, random);
            Json pairs = Json::array();
            for (const AlikeTerms& p :
                 most_alike(s.candidates, observed_loss(s, truth, s.trajectories, random), truth, 3))
              pairs.push_back(
                  fmt::format("{} and {}: {:+.4f}", to_string(p.first), to_string(p.second), p.cosine));
            return pairs;
          }};
}

/// A number of each seed.
std::vector<double> over_seeds(const Json& result, const char* key) {
  std::vector<double> values;
  for (const Json& seed : result) values.push_back(seed.at(key).get<double>());
  return values;
}

double entry(const Json& seed, const char* key, Index place) {
  return seed.at(key).at(static_cast<std::size_t>(place)).get<double>();
}

Interval interval(const std::vector<double>& of_seeds) {
  return interval_of(Eigen::Map<const Trials>(of_seeds.data(), static_cast<Index>(of_seeds.size()), 1));
}

std::string interval_text(const std::vector<double>& of_seeds) {
  const Interval i = interval(of_seeds);
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", i.mean, i.low, i.high);
}

void add_point(Curve& curve, double x, const Interval& y) {
  curve.x.push_back(x);
  curve.y.push_back(y.mean);
  curve.low.push_back(y.low);
  curve.high.push_back(y.high);
}

/// True and recovered coefficients: those of fixed rules over all seeds, those of random ones seed by seed.
void add_coefficients(Laboratory& lab, Report& report) {
  const Options& o = lab.options();
  Table table{{"rule", "term", "true", "from weights", "from activity"}, {}, ""};
  CurveChart chart{.title = "Recovered coefficient over the true one",
                   .x_label = "true coefficient",
                   .curves = {{.name = "from weights", .x = {}, .y = {}, .low = {}, .high = {}},
                              {.name = "from activity", .x = {}, .y = {}, .low = {}, .high = {}}},
                   .methods = false,
                   .agreement = true};
  for (const TrueRule& rule : rules(o)) {
    std::vector<Json> results;
    for (const Observed what : kinds) results.push_back(lab.result(piece_name(rule, what, Condition{})));
    const bool random = results[0][0].at("truth") != results[0][1].at("truth");
    const TaylorForm form = settings(o, kinds[0], {}).candidates;
    const auto add_row = [&](const std::string& name, const TaylorTerm& term, std::size_t first,
                             std::size_t count) {
      const double truth = entry(results[0][first], "truth", form.place(term));
      if (truth == 0) return;
      std::vector<std::string> row{name, to_string(term), fmt::format("{:+.3f}", truth)};
      for (std::size_t k = 0; k < results.size(); ++k) {
        std::vector<double> found;
        for (std::size_t i = first; i < first + count; ++i)
          found.push_back(entry(results[k][i], "found", form.place(term)));
        const Interval i = count > 1 ? interval(found) : Interval{found[0], 0, found[0], found[0]};
        row.push_back(count > 1 ? gain_text(i) : fmt::format("{:+.3f}", i.mean));
        add_point(chart.curves[k], truth, i);
      }
      table.rows.push_back(std::move(row));
    };
    for (std::size_t i = 0; i < (random ? seeds(o) : 1); ++i)
      for (const TaylorTerm& term : terms_of(form))
        add_row(random ? fmt::format("{}, seed {}", rule.title, i + 1) : std::string(rule.title), term,
                random ? i : 0, random ? 1 : seeds(o));
  }
  table.caption = fmt::format(
      "Coefficients at noise {}, {} steps, all numbers seen: mean and {}; each random polynomial is one fit.",
      Condition{}.noise, Condition{}.steps, interval_words(seeds(o)));
  report.heading("Coefficients");
  lab.add(report, "coefficients", chart, "Dotted: as they are. Bars: " + interval_words(seeds(o)) + ".");
  lab.add(report, "coefficients", table);
}

void add_series(Laboratory& lab, Report& report, const Series& s) {
  const Options& o = lab.options();
  report.heading(s.title);
  for (const Observed what : kinds) {
    const std::string name = fmt::format("{}_{}", s.name, to_string(what));
    Table table{{"rule", s.name, "error", "missed", "invented", "R² of weights", "R² of activity"}, {}, ""};
    CurveChart chart{.title = fmt::format("Error of the coefficients, from {}", to_string(what)),
                     .x_label = s.title,
                     .curves = {},
                     .logarithmic_x = s.logarithmic,
                     .logarithmic_y = true,
                     .methods = false};
    for (const TrueRule& rule : rules(o)) {
      Curve curve{.name = std::string(rule.title), .x = {}, .y = {}, .low = {}, .high = {}};
      for (const double value : s.values) {
        const Json result = lab.result(piece_name(rule, what, s.at(value)));
        const auto error = over_seeds(result, "error");
        add_point(curve, value, interval(error));
        table.rows.push_back({std::string(rule.title), fmt::format("{}", value), interval_text(error),
                              fmt::format("{:.1f}", interval(over_seeds(result, "missed")).mean),
                              fmt::format("{:.1f}", interval(over_seeds(result, "invented")).mean),
                              interval_text(over_seeds(result, "r2_weights")),
                              interval_text(over_seeds(result, "r2_activity"))});
      }
      chart.curves.push_back(std::move(curve));
    }
    table.caption = fmt::format(
        "{}; {} observed. Error: |found - true| / |true|, over all coefficients. Terms missed and invented, "
        "of {}. R² on new trajectories without noise: 0 is that of a rule that does nothing. Means and {}.",
        s.title, to_string(what), settings(o, what, {}).candidates.shape().size(), interval_words(seeds(o)));
    lab.add(report, name, chart,
            "An error of 1 is that of a rule that does nothing. Bands: " + interval_words(seeds(o)) +
                ", where they are above 0.");
    lab.add(report, name, table);
  }
}

void add_alike(Laboratory& lab, Report& report) {
  Table table{{"rule", "from", "1", "2", "3"}, {}, ""};
  for (const TrueRule& rule : rules(lab.options()))
    for (const Observed what : kinds) {
      table.rows.push_back({std::string(rule.title), std::string(to_string(what))});
      for (const Json& pair : lab.result(fmt::format("{}/{}/alike", rule.name, to_string(what))))
        table.rows.back().push_back(pair.get<std::string>());
    }
  table.caption =
      "The pairs of terms that are hardest to tell apart near each rule: the cosine of the angle between "
      "what they do to all that is observed. At 1 or -1 nothing tells them apart.";
  report.heading("Terms that are alike");
  lab.add(report, "alike", table);
}

void run(Laboratory& lab) {
  const Options& o = lab.options();
  const auto all = series(o);
  std::vector<Piece> pieces;
  std::set<std::string> planned;
  const auto plan = [&](const TrueRule& rule, Observed what, const Condition& c) {
    if (planned.insert(piece_name(rule, what, c)).second) pieces.push_back(piece(lab, rule, what, c));
  };
  for (const TrueRule& rule : rules(o))
    for (const Observed what : kinds) {
      plan(rule, what, {});
      pieces.push_back(alike_piece(lab, rule, what));
      for (const Series& s : all)
        for (const double value : s.values) plan(rule, what, s.at(value));
    }
  lab.work(pieces);

  const RecoverySettings s = settings(o, kinds[0], {});
  Report report(
      "Rules recovered from what they did",
      fmt::format(
          "A layer of {} by {} synapses changes by a rule that is known to us. The fit knows the inputs and "
          "sees {} trajectories of weights, or of activity alone, with noise, and {} more, which choose how "
          "many of {} terms of a polynomial the rule has. {} seeds.",
          s.layer.inputs, s.layer.outputs, s.trajectories, s.held_out, s.candidates.shape().size(),
          seeds(o)));
  add_coefficients(lab, report);
  for (const Series& one : all) add_series(lab, report, one);
  add_alike(lab, report);
  for (const TrueRule& rule : rules(o)) report.paragraph(fmt::format("{}: {}.", rule.title, rule.source));
  lab.finish(report);
}

}  // namespace

const Experiment neuro{"neuro", "Known plasticity rules, recovered from weights or from activity", run};

}  // namespace engram::demos
