#include <engram/laboratory/figure2/contest.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/test_settings.hpp>

namespace engram::laboratory {

using namespace plasticity;

namespace {

constexpr const char *noise_key = "noise", *without_key = "without", *accuracy_key = "backprop_by_accuracy";

std::vector<MethodResult> methods(const std::vector<Contestant>& contestants) {
  std::vector<MethodResult> all{{"rule", "learned rule", {}}};
  if (contestants.at(0).without_unlabelled) {
    all.push_back({noise_key, "rule, noise for unlabelled", {}});
    all.push_back({without_key, "rule trained without unlabelled", {}});
  }
  return all;
}

std::string piece_name(const Contestant& c, const TaskFamily& family, const std::string& method) {
  return (c.name.empty() ? "" : c.name + "/") + family.name + "/" + method;
}

std::string tuned_name(const TaskFamily& family) { return family.name + "/tuned"; }

TuningPieces tuning_of(const Options& o, const Setting& setting) {
  return {tuned_name(usual_setting(o).family), tuned_name(setting.family)};
}

/// The pieces that tune backprop: once where rules are trained, and once for each other setting.
std::vector<Piece> tuning(const Laboratory& lab, const std::vector<Setting>& settings) {
  const Setting usual = usual_setting(lab.options());
  std::vector<Piece> pieces{tune_piece(lab, tuned_name(usual.family), usual, backprop_for(usual))};
  for (const Setting& s : settings)
    if (s.family.name != usual.family.name)
      pieces.push_back(tune_piece(lab, tuned_name(s.family), s, backprop_for(s)));
  return pieces;
}

/// Tests backprop with the settings that have the highest tuning accuracy where rules are trained.
Piece by_accuracy_piece(const Laboratory& lab, const Contestant& c, const Setting& s) {
  return {piece_name(c, s.family, accuracy_key), [&lab, c, s] {
            const auto tuned = lab.result(tuning_of(lab.options(), s).usual);
            if (tuned.at("best_candidate") == tuned.at("candidate"))
              return lab.result(piece_name(c, s.family, "backprop_one_setting"));
            const auto grid = backprop_peer(s.network, s.episode).grid;
            const Candidate& best = grid.at(tuned.at("best_candidate").get<std::size_t>());
            return to_json(evaluate(best.learn, best.network, s.episode, s.family, lab.options().trials,
                                    c.stream, ranks()));
          }};
}

/// The pieces of one contestant in one setting.
void add_pieces(const Laboratory& lab, const Contestant& c, const Setting& setting,
                std::vector<Piece>& pieces) {
  const auto name = [&](const char* method) { return piece_name(c, setting.family, method); };
  pieces.push_back(rule_piece(lab, name("rule"), c.rule, setting, c.stream));
  if (c.without_unlabelled) {
    Setting noise = setting, without = setting;
    noise.episode.noise_for_unlabelled = true;
    without.episode.unlabelled = 0;
    pieces.push_back(rule_piece(lab, name(noise_key), c.rule, noise, c.stream));
    pieces.push_back(rule_piece(lab, name(without_key), *c.without_unlabelled, without, c.stream));
  }
  for (const Piece& piece : baseline_pieces(lab, name("backprop"), tuning_of(lab.options(), setting), setting,
                                            backprop_for(setting), c.stream))
    pieces.push_back(piece);
  pieces.push_back(by_accuracy_piece(lab, c, setting));
}

}  // namespace

std::vector<FamilyResult> contest(Laboratory& lab, const std::vector<Contestant>& contestants,
                                  const std::vector<Setting>& settings) {
  std::vector<Piece> pieces = tuning(lab, settings);
  for (const Contestant& c : contestants)
    for (const Setting& s : settings) add_pieces(lab, c, s, pieces);
  lab.work(pieces);

  std::vector<FamilyResult> results;
  for (const Setting& s : settings) {
    FamilyResult result{s.family, methods(contestants), {}, {accuracy_key, "", {}}};
    std::vector<std::string> names;
    for (const Contestant& c : contestants) {
      const auto add = [&](MethodResult& method) {
        method.evaluations.push_back(evaluation_from(lab.result(piece_name(c, s.family, method.key))));
      };
      for (MethodResult& method : result.methods) add(method);
      add(result.by_accuracy);
      names.push_back(piece_name(c, s.family, "backprop"));
    }
    result.backprop = baselines(lab, names, tuning_of(lab.options(), s));
    result.by_accuracy.title = result.backprop.one_setting.most_accurate;
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace engram::laboratory
