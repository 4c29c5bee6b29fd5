#include <engram/laboratory/figure2/contest.hpp>
#include <engram/laboratory/test_settings.hpp>

namespace engram::laboratory {

using namespace plasticity;

namespace {

constexpr const char *noise_key = "noise", *without_key = "without";

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
    FamilyResult result{s.family, methods(contestants), {}};
    std::vector<std::string> names;
    for (const Contestant& c : contestants) {
      for (MethodResult& method : result.methods)
        method.evaluations.push_back(evaluation_from(lab.result(piece_name(c, s.family, method.key))));
      names.push_back(piece_name(c, s.family, "backprop"));
    }
    result.backprop = baselines(lab, names, tuning_of(lab.options(), s));
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace engram::laboratory
