/// The two baselines of every comparison. A learned rule is trained on one kind of task and tested on others;
/// what it is compared with is tuned in two ways:
///
///     one setting   on what rules are trained on, two moons in the usual network, and then left alone like
///                   the rule: the paper's comparison
///     best case     on the tested setting itself, which the rule may never have met
///
/// Where the tested setting is the one that rules are trained on, the two are the same.
#pragma once

#include <engram/laboratory/protocol.hpp>

#include <functional>

namespace engram::laboratory {

/// A peer's settings and what they made of a setting's trials.
struct Baseline {
  std::size_t candidate = 0;    ///< its place in the peer's grid
  std::string method;           ///< "adam"
  std::vector<double> numbers;  ///< 0.1
  std::string settings;         ///< "adam 0.1"
  std::string most_accurate;    ///< the settings with the highest tuning accuracy, which need not be these
  std::vector<plasticity::Evaluation> evaluations;  ///< one per meta seed

  /// "adam 0.3" or, if another candidate has it, "adam 0.3 (highest tuning accuracy: adam 0.1)".
  std::string picked() const;
};

struct Baselines {
  Baseline one_setting, best_case;

  /// Whether both were tuned to the same settings, and so have the same results.
  bool same() const { return one_setting.candidate == best_case.candidate; }
  /// The one setting, and the best case if it is another: what tables and charts show.
  std::vector<std::pair<std::string, const Baseline*>> shown(const std::string& peer) const;
};

/// A rule's gain over both.
struct BothGains {
  Gain one_setting, best_case;
};
BothGains compare(const std::vector<plasticity::Evaluation>& rule, const Baselines& baselines);

/// The pieces that tune a peer for the two baselines: the same one where the tested setting is the usual one.
struct TuningPieces {
  std::string usual, tested;
};

/// The pieces NAME_one_setting and NAME_best_case, which test a peer as the tuning pieces chose. What was
/// computed for the one is taken for the other if their settings are the same.
std::vector<Piece> baseline_pieces(const Laboratory& lab, const std::string& name, const TuningPieces& tuning,
                                   const Setting& setting, const MakePeer& peer,
                                   const plasticity::Random& stream);

/// What those pieces gave, for each of the names: one per meta seed.
Baselines baselines(const Laboratory& lab, const std::vector<std::string>& names, const TuningPieces& tuning);
/// The same for the names that `piece_name` gives to the meta seeds.
Baselines baselines(const Laboratory& lab,
                    const std::function<std::string(std::size_t meta_seed)>& piece_name,
                    const TuningPieces& tuning);

/// For captions: what the two baselines are.
std::string baselines_words();

}  // namespace engram::laboratory
