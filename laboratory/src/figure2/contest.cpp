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
  all.push_back({"backprop", "backprop", {}});
  return all;
}

std::string piece_name(const Contestant& c, const TaskFamily& family, const std::string& method) {
  return (c.name.empty() ? "" : c.name + "/") + family.name + "/" + method;
}

std::string tuned_name(const TaskFamily& family) { return family.name + "/tuned"; }

/// The pieces of one contestant on one family.
void add_pieces(const Laboratory& lab, const Contestant& c, const Setting& setting, const MakePeer& backprop,
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
  pieces.push_back(
      peer_piece(lab, name("backprop"), tuned_name(setting.family), setting, backprop, c.stream));
}

}  // namespace

std::vector<FamilyResult> contest(Laboratory& lab, const std::vector<Contestant>& contestants) {
  const Options& o = lab.options();
  const auto families = usual_families(o);
  const MakePeer backprop = made_once(backprop_for(usual_setting(o)));
  const auto setting_of = [&](const TaskFamily& f) { return Setting{o.meta.network, test_episode(o), f}; };
  std::vector<Piece> pieces;
  for (const TaskFamily& f : families)
    pieces.push_back(tune_piece(lab, tuned_name(f), setting_of(f), backprop));
  for (const Contestant& c : contestants)
    for (const TaskFamily& f : families) add_pieces(lab, c, setting_of(f), backprop, pieces);
  lab.work(pieces);

  std::vector<FamilyResult> results;
  for (const TaskFamily& f : families) {
    FamilyResult result{f, methods(contestants), {}};
    for (MethodResult& method : result.methods)
      for (const Contestant& c : contestants)
        method.evaluations.push_back(evaluation_from(lab.result(piece_name(c, f, method.key))));
    result.tuned = backprop().grid.at(lab.result(tuned_name(f)).at("candidate").get<std::size_t>());
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace engram::laboratory
