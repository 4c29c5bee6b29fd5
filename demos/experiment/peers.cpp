// A frozen rule against everything else that learns the same trials: other rules, semi-supervised learning, a
// meta-learned initialisation, and bounds. Those that are tuned have two baselines each.
#include <engram/laboratory/baselines.hpp>
#include <engram/laboratory/family_facts.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/methods/kinds.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

#include <cctype>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

constexpr std::size_t seed = 1;  // of the meta-learned peers; the rule is given

/// A method in a family's table, and the pieces of its result.
struct Entry {
  std::string title, source, piece;
  std::optional<TuningPieces> tuning = std::nullopt;  ///< if it is tuned
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

/// What meta-training made of the peers that are meta-learned.
struct MetaLearned {
  std::vector<Array<double>> hebbian, maml;
};

MetaLearned meta_learn(Laboratory& lab) {
  const MetaSettings s = meta_training(lab.options(), seed);
  return {lab.trained_parameters("hebbian", s, method("hebbian").made_for(s.network)),
          lab.trained_parameters("maml", s, method("maml").made_for(s.network))};
}

/// A bound takes long, and nothing is claimed from its last digit.
std::size_t tuning_trials(const Options& o, const PeerKind& peer) {
  return peer.kind == Peer::Kind::bound ? std::max<std::size_t>(2, o.tuning_trials / 10) : o.tuning_trials;
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
    const std::string title(peer.name), tuned = file_name(title) + "_tuned";
    const TuningPieces tuning{usual_setting(o).family.name + "/" + tuned, s.family.name + "/" + tuned};
    pieces.push_back(tune_piece(lab, tuning.tested, s, make, tuning_trials(o, peer)));
    for (const Piece& piece : baseline_pieces(lab, name(title), tuning, s, make, stream))
      pieces.push_back(piece);
    entries.push_back({title, std::string(peer.source), name(title), tuning});
  }
  pieces.push_back(bayes_piece(lab, name("Bayes"), s.family, stream));
  pieces.push_back(negentropy_piece(lab, name("negentropy"), s.family, stream));
  return entries;
}

/// What an entry reached, with the one setting and in the best case; without tuning there is one result only.
Baselines result(const Laboratory& lab, const Entry& e) {
  if (e.tuning) return baselines(lab, {e.piece}, *e.tuning);
  const Baseline only{0, "", {}, "", "", {evaluation_from(lab.result(e.piece))}};
  return {only, only};
}

std::string last_accuracy(const Baseline& b) {
  return mean_text(accuracy_at(b.evaluations, b.evaluations[0].last()));
}

/// "adam 0.1", or "adam 0.1; sgd 0.3" of one setting and the best case.
std::string settings_text(const Baselines& b) {
  return b.one_setting.settings + (b.same() ? "" : "; " + b.best_case.settings);
}

void add_family(Laboratory& lab, Report& report, const Setting& s, const std::vector<Entry>& entries) {
  Table table{{"", "one setting", "best case", "best step", "accuracy there", "settings", "gain, one setting",
               "p", "gain, best case", "p"},
              {},
              ""};
  EstimateChart chart{.title = title_of(s.family) + ": the rule's gain",
                      .x_label = "gain in test accuracy, best case",
                      .estimates = {},
                      .reference = 0};
  const auto rule = result(lab, entries.front()).one_setting.evaluations;
  for (const Entry& e : entries) {
    const Baselines r = result(lab, e);
    const auto& best_case = r.best_case.evaluations;
    const Index best = best_step(best_case);
    std::vector<std::string> row{e.title,
                                 last_accuracy(r.one_setting),
                                 last_accuracy(r.best_case),
                                 fmt::format("{}", best),
                                 fmt::format("{:.3f}", accuracy_at(best_case, best).mean()),
                                 settings_text(r)};
    if (&e == &entries.front()) {
      row.insert(row.end(), 4, "");
    } else {
      const BothGains gains = compare(rule, r);
      for (const Gain& g : {gains.one_setting, gains.best_case})
        row.insert(row.end(), {gain_text(g.interval), probability_text(g.wilcoxon.probability)});
      const Interval& i = gains.best_case.interval;
      chart.estimates.push_back({e.title, i.mean, i.low, i.high});
    }
    table.rows.push_back(std::move(row));
  }
  if (const auto bayes = fact(lab, s.family.name + "/bayes")) {
    table.rows.push_back({"Bayes limit", "", mean_text(*bayes)});
    table.rows.back().resize(table.head.size());
  }
  table.caption = fmt::format(
      "{}: {} labelled points, {} paired trials; mean and {} after the last step; the rule's paired gain "
      "over each with its {}, and p of Wilcoxon's signed-rank test.",
      title_of(s.family), s.episode.labelled, lab.options().trials, error_words(1), interval_words(1));
  if (const auto distance = fact(lab, s.family.name + "/negentropy"))
    table.caption += fmt::format(" A class's distance from a normal cloud: {} nats.", mean_text(*distance));
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
          "labelled points, on the same trials. All take {} steps. Peers have two baselines. {}. Settings "
          "are picked by {}. What is not tuned has one result, which stands in both columns.",
          lab.options().meta.episode.steps, baselines_words(), tuning_words(lab.options().tuning_trials)));
  for (std::size_t i = 0; i < all.size(); ++i) add_family(lab, report, all[i], entries[i]);
  Table sources{
      {"", "source"},
      {},
      "Label spreading sees all unlabelled points and the test points at once, \"all "
      "labels\" the labels of the unlabelled points: bounds rather than peers, tuned by a tenth of "
      "the trials. The Gaussian classifier and the Gaussian mixture suppose that classes are normal "
      "clouds; the mixture sees all unlabelled points at once. The distance from a normal cloud is the "
      "negentropy: the Kullback-Leibler divergence of a class from the normal cloud of its mean and "
      "covariance."};
  for (const Entry& e : entries.front()) sources.rows.push_back({e.title, e.source});
  report.heading("Sources");
  lab.add(report, "sources", sources);
  report.details("The rule's manifest", rule.manifest);
  lab.finish(report);
}

}  // namespace

const Experiment peers{"peers", "A frozen rule against others: rules, semi-supervised learning, MAML, bounds",
                       run, 1, 5'000};

}  // namespace engram::demos
