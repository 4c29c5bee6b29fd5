#include <engram/laboratory/figure2/claims.hpp>
#include <engram/laboratory/figure2/panels.hpp>
#include <engram/laboratory/figure2/report.hpp>
#include <engram/laboratory/streams.hpp>

#include <fmt/format.h>

namespace engram::laboratory {

using namespace plasticity;

namespace {

Table by_seed(const std::vector<FamilyResult>& results) {
  Table table{
      {"", "rule", "one setting", "best case", "gain, one setting", "p", "gain, best case", "p"}, {}, ""};
  for (const FamilyResult& r : results)
    for (std::size_t i = 0; i < r.rule().size(); ++i) {
      const std::vector<Evaluation> rule{r.rule()[i]};
      std::vector<std::string> row{fmt::format("{}: seed {}", title_of(r.family), i + 1),
                                   last_accuracy(rule)};
      std::vector<std::string> gains;
      for (const Baseline* b : {&r.backprop.one_setting, &r.backprop.best_case}) {
        const std::vector<Evaluation> backprop{b->evaluations[i]};
        const Gain gain = compare(rule, backprop);
        row.push_back(last_accuracy(backprop));
        gains.insert(gains.end(), {gain_text(gain.interval), probability_text(gain.wilcoxon.probability)});
      }
      row.insert(row.end(), gains.begin(), gains.end());
      table.rows.push_back(std::move(row));
    }
  table.caption =
      "Seed by seed: mean and " + error_words(1) + "; paired gain in test accuracy over backprop with its " +
      interval_words(1) +
      ", and p, the two-sided probability of Wilcoxon's signed-rank test. Both are of that seed's rule only.";
  return table;
}

/// All that was tested on a family, by name.
std::vector<std::pair<std::string, const std::vector<Evaluation>*>> titled(const FamilyResult& r) {
  std::vector<std::pair<std::string, const std::vector<Evaluation>*>> all;
  for (const MethodResult& m : r.methods) all.emplace_back(m.title, &m.evaluations);
  for (const auto& [title, baseline] : r.backprop.shown("backprop"))
    all.emplace_back(title, &baseline->evaluations);
  return all;
}

/// A family's curves, of all methods.
void add_curves(Laboratory& lab, Report& report, const FamilyResult& r) {
  const std::string title = title_of(r.family),
                    steps = fmt::format("steps ({} labels each)", lab.options().meta.episode.labelled);
  CurveChart accuracy{.title = title + ": test accuracy", .x_label = steps, .curves = {}, .chance = 0.5};
  CurveChart loss{.title = title + ": training loss", .x_label = steps, .curves = {}, .logarithmic_y = true};
  for (const auto& [name, evaluations] : titled(r)) {
    accuracy.curves.push_back(learning_curve(name, *evaluations, &Evaluation::accuracy));
    loss.curves.push_back(learning_curve(name, *evaluations, &Evaluation::train_loss));
  }
  const std::string bands = "Bands: " + interval_words(r.rule().size()) + ".";
  lab.add(report, "accuracy_" + r.family.name, accuracy, "Test accuracy on " + title + ". " + bands);
  lab.add(report, "loss_" + r.family.name, loss, "Training loss on " + title + ". " + bands);
}

/// What the one setting, and the gains over it, would be without the tie in tuning being broken.
std::string by_accuracy_text(const std::vector<FamilyResult>& results) {
  const Baseline& one = results.at(0).backprop.one_setting;
  if (one.settings == one.most_accurate) return "";
  std::string gains;
  for (const FamilyResult& r : results)
    gains +=
        fmt::format("{} {} on {}", gains.empty() ? "" : ",",
                    gain_text(compare(r.rule(), r.by_accuracy.evaluations).interval), title_of(r.family));
  return fmt::format(" By accuracy alone the one setting would be {}, and the rule's gain over it{}.",
                     one.most_accurate, gains);
}

}  // namespace

Table figure2_table(const Options& o, const std::vector<FamilyResult>& results) {
  Table table{{"", "test accuracy", "training loss", "gain, one setting", "gain, best case",
               "highest accuracy", "after step"},
              {},
              ""};
  std::string tuned;
  const auto add = [&](const FamilyResult& r, const std::string& title, const std::vector<Evaluation>& e,
                       const std::string& one_setting, const std::string& best_case) {
    const Index best = best_step(e), last = e.at(0).last();
    table.rows.push_back({title_of(r.family) + ": " + title, last_accuracy(e),
                          mean_text(train_loss_at(e, last)), one_setting, best_case,
                          mean_text(accuracy_at(e, best)), fmt::format("{}", best)});
  };
  for (const FamilyResult& r : results) {
    for (const MethodResult& m : r.methods) {
      const BothGains gains = compare(m.evaluations, r.backprop);
      add(r, m.title, m.evaluations, gain_text(gains.one_setting.interval),
          gain_text(gains.best_case.interval));
    }
    for (const auto& [title, baseline] : r.backprop.shown("backprop"))
      add(r, title, baseline->evaluations, "", "");
    tuned += fmt::format(", {} on {}", r.backprop.best_case.picked(), title_of(r.family));
  }
  const std::size_t seeds = results.at(0).rule().size();
  table.caption = fmt::format(
      "After {} steps, {} trials of each rule: mean and {}. Gains over backprop: paired, with their {}. {}. "
      "Backprop's one setting is {}; in the best case it is{}. Picked from 10 by {}.{}",
      o.meta.episode.steps, o.trials, error_words(seeds), interval_words(seeds), baselines_words(),
      results.at(0).backprop.one_setting.picked(), tuned.substr(1), tuning_words(o.tuning_trials),
      by_accuracy_text(results));
  return table;
}

void report_figure2(Laboratory& lab, const std::vector<Contestant>& contestants,
                    const std::vector<FamilyResult>& results) {
  const Options& o = lab.options();
  Report report(
      "Figure 2: a learned rule and backprop",
      fmt::format("Networks learn from {} labelled points in {} steps, by a meta-learned neuron-local rule "
                  "that also sees {} unlabelled points per step, and by backpropagation, tuned in two ways.",
                  o.meta.episode.labelled, o.meta.episode.steps, o.meta.episode.unlabelled));
  lab.add(report, "figure2", figure2(o, contestants, results),
          "Test accuracy, training loss, what both have made of one test task, and the rule's gains.");
  report.heading("What the paper claims, and what these numbers say");
  report.paragraph(claims_words());
  for (const std::string& verdict : verdicts(results)) {
    report.paragraph(verdict);
    tell(verdict);
  }
  lab.add(report, "results", figure2_table(o, results));
  if (results.at(0).methods.size() > 2)
    for (const FamilyResult& r : results) {
      report.heading(title_of(r.family));
      add_curves(lab, report, r);
    }
  report.heading("The boundary, step by step");
  report.paragraph(
      "One test task of two moons. Discs and triangles: labelled points of the two classes; small dots: "
      "unlabelled points seen so far.");
  const FilmStrip film = figure2_film(o, contestants, results);
  report.html("<div class=\"screen\">" + film_player(film.scene, film.films) +
              "</div>\n<div class=\"paper\">");
  lab.add(report, "film", film, "The black line is where both classes are equally likely.");
  report.html("</div>");
  if (contestants.size() > 1) {
    report.heading("Seeds");
    lab.add(report, "seeds", by_seed(results));
  }
  lab.finish(report);
}

}  // namespace engram::laboratory
