// A frozen rule where it was not trained to work, beside backprop with one setting and in its best case.
#include <engram/laboratory/baselines.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

struct Point {
  std::string label;
  double x;
  Setting setting;

  std::string name(const std::string& group) const { return group + "/" + label; }
};

/// One thing that varies, all else being as in training.
struct Sweep {
  std::string name, title;
  bool logarithmic;
  std::vector<Point> points;
};

std::vector<Sweep> sweeps(const Options& o) {
  const Setting usual = usual_setting(o);
  std::vector<Sweep> all;
  const auto sweep = [&](const char* name, const char* title, bool logarithmic, const auto& values,
                         const auto& change) {
    Sweep s{name, title, logarithmic, {}};
    for (const auto v : values) {
      Setting setting = usual;
      change(setting, v);
      s.points.push_back({fmt::format("{}", v), static_cast<double>(v), setting});
    }
    if (o.quick) s.points = {s.points.front(), s.points.back()};
    all.push_back(std::move(s));
  };
  sweep("width", "Neurons in the hidden layer", true, std::vector<Index>{8, 16, 32, 64, 128, 256, 512},
        [](Setting& s, Index n) { s.network.sizes[1] = n; });
  sweep("depth", "Hidden layers", false, std::vector<std::size_t>{1, 2, 3, 4, 5, 6},
        [](Setting& s, std::size_t n) { s.network = with_hidden_layers(s.network, n); });
  sweep("steps", "Inner steps", true, std::vector<Index>{10, 25, 50, 100, 250, 500},
        [](Setting& s, Index n) { s.episode.steps = n; });
  sweep("noise", "Noise of the moons", false, std::vector<double>{0.05, 0.1, 0.2, 0.3, 0.4},
        [](Setting& s, double v) { s.family = two_moons(TwoMoonsOptions::random(v)); });
  sweep("labelled", "Labelled points", true, std::vector<Index>{2, 4, 10, 20, 50, 100},
        [](Setting& s, Index n) { s.episode.labelled = n; });
  sweep("unlabelled", "Unlabelled points per step", false, std::vector<Index>{0, 5, 10, 20, 50},
        [](Setting& s, Index n) { s.episode.unlabelled = n; });
  return all;
}

/// Other activations and other tasks: no numbers, so no curves.
std::vector<Point> others(const Options& o) {
  const Setting usual = usual_setting(o);
  std::vector<Point> points;
  for (const Activation a : {Activation::relu, Activation::tanh, Activation::identity}) {
    Setting s = usual;
    s.network.activation = a;
    points.push_back({"activation " + std::string(to_string(a)), 0, s});
  }
  for (const Setting& s : other_tasks(o)) points.push_back({s.family.name, 0, s});
  return points;
}

/// The pieces that tune backprop for a point of that name.
TuningPieces tuning_of(const std::string& name) { return {"tuned", name + "/tuned"}; }

void add_pieces(Laboratory& lab, const RuleFile& rule, const std::string& group, const Point& point,
                std::vector<Piece>& pieces) {
  const std::string name = point.name(group);
  const Random stream = test_stream(lab.options(), 0);
  pieces.push_back(tune_piece(lab, name + "/tuned", point.setting, backprop_for(point.setting)));
  pieces.push_back(rule_piece(lab, name + "/rule", rule, point.setting, stream));
  for (const Piece& piece : baseline_pieces(lab, name + "/backprop", tuning_of(name), point.setting,
                                            backprop_for(point.setting), stream))
    pieces.push_back(piece);
}

struct Outcome {
  std::vector<Evaluation> rule;
  Baselines backprop;  // all of one seed
};

Outcome outcome(const Laboratory& lab, const std::string& name) {
  return {{evaluation_from(lab.result(name + "/rule"))},
          baselines(lab, {name + "/backprop"}, tuning_of(name))};
}

Table table(const Laboratory& lab, const std::string& group, const std::vector<Point>& points,
            const std::string& caption) {
  Table t{{"", "rule", "its best step", "one setting", "best case", "its best step", "its settings",
           "gain, one setting", "p", "gain, best case", "p"},
          {},
          caption};
  for (const Point& p : points) {
    const auto [rule, backprop] = outcome(lab, p.name(group));
    const BothGains gains = compare(rule, backprop);
    const auto best = [](const std::vector<Evaluation>& e) {
      const Index step = best_step(e);
      return fmt::format("{:.3f} at {}", accuracy_at(e, step).mean(), step);
    };
    const auto last = [](const std::vector<Evaluation>& e) { return mean_text(accuracy_at(e, e[0].last())); };
    const auto& [one_setting, best_case] = backprop;
    t.rows.push_back(
        {p.label, last(rule), best(rule), last(one_setting.evaluations), last(best_case.evaluations),
         best(best_case.evaluations), best_case.settings, gain_text(gains.one_setting.interval),
         probability_text(gains.one_setting.wilcoxon.probability), gain_text(gains.best_case.interval),
         probability_text(gains.best_case.wilcoxon.probability)});
  }
  return t;
}

CurveChart chart(const Laboratory& lab, const Sweep& sweep) {
  CurveChart c{.title = "Test accuracy on two moons",
               .x_label = sweep.title,
               .curves = {{.name = "learned rule", .x = {}, .y = {}, .low = {}, .high = {}},
                          {.name = "backprop, one setting", .x = {}, .y = {}, .low = {}, .high = {}},
                          {.name = "backprop, best case", .x = {}, .y = {}, .low = {}, .high = {}}},
               .logarithmic_x = sweep.logarithmic,
               .chance = 0.5};
  for (const Point& p : sweep.points) {
    const auto [rule, backprop] = outcome(lab, p.name(sweep.name));
    std::size_t k = 0;
    for (const auto* e : {&rule, &backprop.one_setting.evaluations, &backprop.best_case.evaluations}) {
      const Trials trials = accuracy_at(*e, e->at(0).last());
      const Interval i = interval_of(trials);
      Curve& curve = c.curves[k++];
      curve.x.push_back(p.x);
      curve.y.push_back(i.mean);
      curve.low.push_back(i.low);
      curve.high.push_back(i.high);
    }
  }
  return c;
}

void run(Laboratory& lab) {
  const Options& o = lab.options();
  const RuleFile rule = lab.given_rule();
  const auto numbers = sweeps(o);
  const auto kinds = others(o);
  const Setting usual = usual_setting(o);
  std::vector<Piece> pieces{tune_piece(lab, "tuned", usual, backprop_for(usual))};
  for (const Sweep& s : numbers)
    for (const Point& p : s.points) add_pieces(lab, rule, s.name, p, pieces);
  for (const Point& p : kinds) add_pieces(lab, rule, "others", p, pieces);
  lab.work(pieces);

  Report report("Transfer of a frozen rule",
                fmt::format("The rule was trained for networks with one hidden layer of {} neurons, {} "
                            "steps, {} labelled and {} unlabelled points per step. Here one of these varies "
                            "at a time. Backprop has two baselines. {}. Settings are picked by {}.",
                            o.meta.network.sizes[1], o.meta.episode.steps, o.meta.episode.labelled,
                            o.meta.episode.unlabelled, baselines_words(), tuning_words(o.tuning_trials)));
  const std::string how = fmt::format(
      "{} paired trials; mean and {} of the test accuracy after the last step; paired gain over backprop "
      "with its {}, and p of Wilcoxon's signed-rank test.",
      o.trials, error_words(1), interval_words(1));
  for (const Sweep& s : numbers) {
    report.heading(s.title);
    lab.add(report, s.name, chart(lab, s), "Bands: " + interval_words(1) + ".");
    lab.add(report, s.name, table(lab, s.name, s.points, s.title + ". " + how));
  }
  report.heading("Other activations, other tasks");
  lab.add(report, "others",
          table(lab, "others", kinds, "Tasks have at least 5 labelled points per class. " + how));
  report.details("The rule's manifest", rule.manifest);
  lab.finish(report);
}

}  // namespace

const Experiment transfer{"transfer", "A frozen rule in other networks, on other tasks, for more steps", run};

}  // namespace engram::demos
