#include <engram/laboratory/baselines.hpp>

namespace engram::laboratory {

using namespace plasticity;

namespace {

constexpr const char *one_setting = "_one_setting", *best_case = "_best_case";

nlohmann::ordered_json candidate(const Laboratory& lab, const std::string& tuned) {
  return lab.result(tuned).at("candidate");
}

Baseline baseline(const Laboratory& lab, const std::vector<std::string>& names, const char* kind,
                  const std::string& tuned) {
  const auto choice = lab.result(tuned);
  Baseline b{choice.at("candidate"), choice.at("method"),        choice.at("numbers"),
             choice.at("settings"),  choice.at("best_settings"), {}};
  for (const std::string& name : names) b.evaluations.push_back(evaluation_from(lab.result(name + kind)));
  return b;
}

}  // namespace

std::string Baseline::picked() const {
  return settings + (settings == most_accurate ? "" : " (highest tuning accuracy: " + most_accurate + ")");
}

std::vector<std::pair<std::string, const Baseline*>> Baselines::shown(const std::string& peer) const {
  if (same()) return {{peer + ", one setting = best case", &one_setting}};
  return {{peer + ", one setting", &one_setting}, {peer + ", best case", &best_case}};
}

BothGains compare(const std::vector<Evaluation>& rule, const Baselines& b) {
  return {compare(rule, b.one_setting.evaluations), compare(rule, b.best_case.evaluations)};
}

std::vector<Piece> baseline_pieces(const Laboratory& lab, const std::string& name, const TuningPieces& tuning,
                                   const Setting& setting, const MakePeer& peer, const Random& stream) {
  const Piece usual = peer_piece(lab, name + one_setting, tuning.usual, setting, peer, stream),
              tested = peer_piece(lab, name + best_case, tuning.tested, setting, peer, stream);
  return {usual, {tested.name, [&lab, usual, tested, tuning] {
                    const bool same = candidate(lab, tuning.usual) == candidate(lab, tuning.tested);
                    return same ? lab.result(usual.name) : tested.work();
                  }}};
}

Baselines baselines(const Laboratory& lab, const std::vector<std::string>& names,
                    const TuningPieces& tuning) {
  return {baseline(lab, names, one_setting, tuning.usual), baseline(lab, names, best_case, tuning.tested)};
}

Baselines baselines(const Laboratory& lab, const std::function<std::string(std::size_t)>& piece_name,
                    const TuningPieces& tuning) {
  std::vector<std::string> names;
  for (std::size_t seed = 1; seed <= lab.options().meta_seeds; ++seed) names.push_back(piece_name(seed));
  return baselines(lab, names, tuning);
}

std::string baselines_words() {
  return "One setting: tuned on two moons in the usual network, which rules are trained on, and left alone "
         "like the rule. Best case: tuned anew for what is tested, on other tasks";
}

}  // namespace engram::laboratory
