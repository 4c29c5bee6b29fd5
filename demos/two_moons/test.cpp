#include <engram/laboratory/figure2/claims.hpp>
#include <engram/laboratory/figure2/panels.hpp>
#include <engram/laboratory/figure2/report.hpp>
#include <engram/laboratory/json_text.hpp>
#include <engram/laboratory/streams.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include "commands.hpp"

namespace engram::demos {

using namespace laboratory;

namespace {

/// All settings, results and the rule's origin.
std::string summary(const Options& o, const std::vector<FamilyResult>& results,
                    const plasticity::RuleFile& rule) {
  auto text = figure2_summary(o, results);
  text["rule"] = {{"file", (o.trains ? o.out / training_files::rule : o.rule).string()},
                  {"manifest", nlohmann::ordered_json::parse(rule.manifest)}};
  return json_text(text);
}

}  // namespace

int test(const Arguments& a, const plasticity::RuleFile& rule) {
  const Options& o = a.options;
  const bool evaluates = a.command == Command::evaluate, prints_table = a.json != "-";
  if (prints_table)
    tell(fmt::format(
        "Test: on {} new tasks of each family, the rule and backprop start from the same weights and learn "
        "from the same {} labelled points. Backprop is tuned twice, by {} trials of each candidate: on two "
        "moons (one setting, then left alone like the rule), and on the tested family (best case). "
        "Meta-training uses no Gaussians.",
        o.trials, o.meta.episode.labelled, o.tuning_trials));
  Laboratory lab(o, "two_moons", a.line);
  const std::vector<Contestant> contestants{{"", rule, std::nullopt, test_stream(o)}};
  const auto results = contest(lab, contestants, tested_settings(a));
  if (!ranks().leads()) return 0;  // the rest is short
  if (evaluates) {
    const std::string text = summary(o, results, rule);
    if (prints_table) {
      tell(figure2_table(o, results));
      for (const std::string& verdict : verdicts(results)) tell(verdict);
    } else {
      print(text + "\n");
    }
    if (prints_table && !a.json.empty()) plasticity::write_atomically(a.json, text + "\n");
    return 0;
  }
  if (a.command == Command::figure) {
    try {
      write_chart(figure2(o, contestants, results), o.out, "figure2");
    } catch (const FigureError& e) {
      complain("two_moons", e.what());
      lab.fail(e.code);
    }
  } else {
    plasticity::write_atomically(o.out / "summary.json", summary(o, results, rule) + "\n");
    tell(fmt::format("Written to {}: summary.json", o.out.string()));
    report_figure2(lab, contestants, results);
    return lab.code();
  }
  tell(fmt::format("Written to {}: {}", o.out.string(),
                   lab.code() == 0 ? "figure2.{png,svg,csv}" : "figure2.csv"));
  return lab.code();
}

}  // namespace engram::demos
