// A frozen rule against everything else that learns the same trials: other rules, semi-supervised learning, a
// meta-learned initialisation, and bounds.
#include <engram/laboratory/protocol.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/methods/kinds.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

#include <cctype>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t seed = 1;  // of the meta-learned peers; the rule is given

/// A method in a family's table, and the pieces of its result.
struct Entry {
  std::string title, source, piece;
  std::string tuned = {};  ///< the piece of its tuning, if it is tuned
};

std::string file_name(const std::string& title) {
  std::string name;
  for (const char c : title)
    if (std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 128)
      name += static_cast<char>(std::tolower(c));
    else if (!name.empty() && name.back() != '_')
      name += '_';
  return name;
}

std::vector<Setting> settings(const Options& o) {
  std::vector<Setting> all = other_tasks(o);
  all.insert(all.begin(), usual_setting(o));
  return all;
}

/// The best accuracy that any classifier can have, of the same tasks as the trials'.
Piece bayes_piece(const Laboratory& lab, const std::string& name, const TaskFamily& family,
                  const Random& stream) {
  return {name, [&lab, family, stream] {
            std::vector<double> accuracies;
            for (std::size_t i = 0; i < lab.options().trials; ++i) {
              const Random trial = stream.split(family.name).split(i);
              const auto task = family.draw(trial.split("task"));
              if (!task->log_densities(Array<double>::Zero(1, task->dimension()))) return Json(nullptr);
              accuracies.push_back(bayes_accuracy(*task, trial.split("bayes"), lab.options().test_points));
            }
            const MeanAndError m = mean_and_error(accuracies);
            return Json{{"mean", m.mean}, {"error", m.error}};
          }};
}

/// What meta-training made of the peers that are meta-learned.
struct MetaLearned {
  std::vector<Array<double>> hebbian, maml;
};

MetaLearned meta_learn(Laboratory& lab) {
  const MetaSettings s = meta_training(lab.options(), seed);
  return {lab.trained_parameters("hebbian", s, method("hebbian").made_for(s.network)),
          lab.trained_parameters("maml", s, method("maml").made_for(s.network))};
}

/// The family's methods; adds their pieces to the plan.
std::vector<Entry> plan(Laboratory& lab, const Setting& s, const RuleFile& rule, const MetaLearned& learned,
                        std::vector<Piece>& pieces) {
  const Options& o = lab.options();
  const Random stream = test_stream(o, seed);
  const auto name = [&](const std::string& title) { return s.family.name + "/" + file_name(title); };
  std::vector<Entry> entries;
  const auto add = [&](const std::string& title, const std::string& source, const Piece& piece) {
    entries.push_back({title, source, piece.name});
    pieces.push_back(piece);
  };
  add("learned rule", "Gu, Greydanus, Metz, Maheswaranathan, Sohl-Dickstein 2019",
      rule_piece(lab, name("learned rule"), rule, s, stream));
  Setting noise = s;
  noise.episode.noise_for_unlabelled = true;
  add("rule, noise for unlabelled", "control",
      rule_piece(lab, name("rule, noise for unlabelled"), rule, noise, stream));
  add("Hebbian rule, learned", "after Najarro, Risi 2020",
      method_piece(lab, name("Hebbian rule, learned"), method("hebbian").made_for(s.network), learned.hebbian,
                   s, stream));
  if (s.network.sizes == o.meta.network.sizes)  // its initial weights are of one network
    add("MAML", "Finn, Abbeel, Levine 2017",
        method_piece(lab, name("MAML"), method("maml").made_for(s.network), learned.maml, s, stream));
  for (const PeerKind& peer : laboratory::peers()) {
    const MakePeer make = [&peer, s] { return peer.made_for(s.network, s.episode); };
    const std::string title(peer.name), tuned = name(title) + "_tuned";
    pieces.push_back(tune_piece(lab, tuned, s, make));
    add(title, std::string(peer.source), peer_piece(lab, name(title), tuned, s, make, stream));
    entries.back().tuned = tuned;
  }
  pieces.push_back(bayes_piece(lab, name("Bayes"), s.family, stream));
  return entries;
}

std::vector<Evaluation> result(const Laboratory& lab, const Entry& e) {
  return {evaluation_from(lab.result(e.piece))};
}

void add_family(Laboratory& lab, Report& report, const Setting& s, const std::vector<Entry>& entries) {
  Table table{
      {"", "test accuracy", "best step", "accuracy there", "settings", "rule's gain over it", "Wilcoxon p"},
      {},
      ""};
  EstimateChart chart{.title = title_of(s.family) + ": the rule's gain",
                      .x_label = "gain in test accuracy",
                      .estimates = {},
                      .reference = 0};
  const auto rule = result(lab, entries.front());
  for (const Entry& e : entries) {
    const auto r = result(lab, e);
    const Index best = best_step(r);
    const bool is_rule = &e == &entries.front();
    const Gain gain = compare(rule, r);
    table.rows.push_back({e.title, mean_text(accuracy_at(r, r[0].last())), fmt::format("{}", best),
                          fmt::format("{:.3f}", accuracy_at(r, best).mean()),
                          e.tuned.empty() ? "" : lab.result(e.tuned).at("settings").get<std::string>(),
                          is_rule ? "" : gain_text(gain.interval),
                          is_rule ? "" : probability_text(gain.wilcoxon.probability)});
    if (!is_rule)
      chart.estimates.push_back({e.title, gain.interval.mean, gain.interval.low, gain.interval.high});
  }
  if (const Json bayes = lab.result(s.family.name + "/bayes"); !bayes.is_null())
    table.rows.push_back({"Bayes limit",
                          mean_text(MeanAndError{bayes["mean"].get<double>(), bayes["error"].get<double>()}),
                          "", "", "", "", ""});
  table.caption = fmt::format(
      "{}: {} labelled points, {} paired trials; mean and {} after the last step; the rule's paired gain "
      "with "
      "its {}.",
      title_of(s.family), s.episode.labelled, lab.options().trials, error_words(1), interval_words(1));
  report.heading(title_of(s.family));
  lab.add(report, "gain_" + s.family.name, chart, "Right of the line: the rule is better.");
  lab.add(report, s.family.name, table);
}

void run(Laboratory& lab) {
  const RuleFile rule = lab.given_rule();
  const MetaLearned learned = meta_learn(lab);
  const auto all = settings(lab.options());
  std::vector<Piece> pieces;
  std::vector<std::vector<Entry>> entries;
  for (const Setting& s : all) entries.push_back(plan(lab, s, rule, learned, pieces));
  lab.work(pieces);

  Report report(
      "A learned rule and its peers",
      fmt::format(
          "One frozen rule, meta-trained on two-moons tasks only, against other ways to learn from few "
          "labelled points, on the same trials. All take {} steps. Every peer's settings were "
          "picked by {} tuning tasks of the family, the rule's by none.",
          lab.options().meta.episode.steps, lab.options().tuning_trials));
  for (std::size_t i = 0; i < all.size(); ++i) add_family(lab, report, all[i], entries[i]);
  Table sources{{"", "source"},
                {},
                "Label spreading sees all unlabelled points and the test points at once, \"all "
                "labels\" the labels of the unlabelled points: bounds rather than peers."};
  for (const Entry& e : entries.front()) sources.rows.push_back({e.title, e.source});
  report.heading("Sources");
  lab.add(report, "sources", sources);
  report.details("The rule's manifest", rule.manifest);
  lab.finish(report);
}

}  // namespace

const Experiment peers{"peers", "A frozen rule against others: rules, semi-supervised learning, MAML, bounds",
                       run, 1, 10'000};

}  // namespace engram::demos
