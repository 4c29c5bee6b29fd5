#include <engram/laboratory/figure2/panels.hpp>
#include <engram/laboratory/figure2/report.hpp>

#include <fmt/format.h>

namespace engram::laboratory {

using namespace plasticity;

namespace {

Table by_seed(const std::vector<FamilyResult>& results) {
  Table table{{"", "rule", "backprop", "gain", "Wilcoxon p"}, {}, ""};
  for (const FamilyResult& r : results)
    for (std::size_t i = 0; i < r.rule().evaluations.size(); ++i) {
      const std::vector<Evaluation> rule{r.rule().evaluations[i]}, backprop{r.backprop().evaluations[i]};
      const Gain gain = compare(rule, backprop);
      table.rows.push_back({fmt::format("{}: seed {}", title_of(r.family), i + 1),
                            mean_text(accuracy_at(rule, rule[0].last())),
                            mean_text(accuracy_at(backprop, backprop[0].last())), gain_text(gain.interval),
                            probability_text(gain.wilcoxon.probability)});
    }
  table.caption =
      "Seed by seed: mean and " + error_words(1) + "; paired gain in test accuracy with its " +
      interval_words(1) +
      ", and the two-sided probability of Wilcoxon's signed-rank test. Both are of that seed's rule only.";
  return table;
}

/// A family's curves, of all methods.
void add_curves(Laboratory& lab, Report& report, const FamilyResult& r) {
  const std::string title = title_of(r.family),
                    steps = fmt::format("steps ({} labels each)", lab.options().meta.episode.labelled);
  CurveChart accuracy{.title = title + ": test accuracy", .x_label = steps, .curves = {}, .chance = 0.5};
  CurveChart loss{.title = title + ": training loss", .x_label = steps, .curves = {}, .logarithmic_y = true};
  for (const MethodResult& m : r.methods) {
    accuracy.curves.push_back(learning_curve(m.title, m.evaluations, &Evaluation::accuracy));
    loss.curves.push_back(learning_curve(m.title, m.evaluations, &Evaluation::train_loss));
  }
  const std::string bands = "Bands: " + interval_words(r.rule().evaluations.size()) + ".";
  lab.add(report, "accuracy_" + r.family.name, accuracy, "Test accuracy on " + title + ". " + bands);
  lab.add(report, "loss_" + r.family.name, loss, "Training loss on " + title + ". " + bands);
}

}  // namespace

Table figure2_table(const Options& o, const std::vector<FamilyResult>& results) {
  Table table{
      {"", "test accuracy", "training loss", "gain over backprop", "highest accuracy", "after step"}, {}, ""};
  std::string tuned;
  for (const FamilyResult& r : results) {
    for (const MethodResult& m : r.methods) {
      const auto& e = m.evaluations;
      const Index best = best_step(e), last = e.at(0).last();
      table.rows.push_back(
          {title_of(r.family) + ": " + m.title, mean_text(accuracy_at(e, last)),
           mean_text(train_loss_at(e, last)),
           &m == &r.backprop() ? "" : gain_text(compare(e, r.backprop().evaluations).interval),
           mean_text(accuracy_at(e, best)), fmt::format("{}", best)});
    }
    tuned += fmt::format("{} {} on {}", tuned.empty() ? "" : ",", to_string(r.tuned), title_of(r.family));
  }
  const std::size_t seeds = results.at(0).rule().evaluations.size();
  table.caption = fmt::format(
      "After {} steps, {} trials of each rule: mean and {}. Gains: paired, with their {}. Backprop's "
      "optimizer "
      "and step size are the best of 10 on other tasks:{}.",
      o.meta.episode.steps, o.trials, error_words(seeds), interval_words(seeds), tuned);
  return table;
}

void report_figure2(Laboratory& lab, const std::vector<Contestant>& contestants,
                    const std::vector<FamilyResult>& results) {
  const Options& o = lab.options();
  Report report(
      "Figure 2: a learned rule and backprop",
      fmt::format("Networks learn from {} labelled points in {} steps, by a meta-learned neuron-local rule "
                  "that also sees {} unlabelled points per step, and by tuned backpropagation.",
                  o.meta.episode.labelled, o.meta.episode.steps, o.meta.episode.unlabelled));
  lab.add(report, "figure2", figure2(o, contestants, results),
          "Test accuracy, training loss, and what both have made of one test task.");
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
