/// Rules of several trainings, tested in several places, beside the two baselines of backprop.
#pragma once

#include <engram/laboratory/baselines.hpp>

namespace engram::laboratory {

/// Where rules are tested.
struct Place {
  std::string key, title;  ///< "layers_5", "5 hidden layers"
  Setting setting;
};

/// A way to train, which gives a rule per meta seed.
struct Training {
  std::string key, title;
  std::function<plasticity::RuleFile(std::size_t meta_seed)> rule;  ///< trained now unless that is done
  std::function<bool(const Place&)> met;                            ///< whether it trains in that place
};

/// All trainings in all places.
class RulesInPlaces {
 public:
  /// The first place is the usual one, where the one setting of backprop is tuned.
  RulesInPlaces(Laboratory& lab, std::vector<Place> places, std::vector<Training> trainings);

  /// Trains, tunes and tests what is not done yet. Throws Stopped.
  void work();

  /// Paired gains over backprop in its best case: of all trainings in one place, and of one training in all
  /// places.
  EstimateChart gains_in(const Place& place) const;
  EstimateChart gains_of(const Training& training) const;
  /// The tables gains_one_setting, gains and accuracies: a row per place, a column per training. A star
  /// stands beside what a training has met.
  void add_tables(Report& report) const;
  /// How the trainings went.
  void add_trainings(Report& report) const;

 private:
  struct Outcome;

  std::string piece_name(const Place& place, std::size_t seed, const std::string& method) const;
  TuningPieces tuning_of(const Place& place) const;
  Baselines backprop_at(const Place& place) const;
  Outcome outcome(const Training& training, const Place& place, const Baselines& backprop) const;

  Laboratory& lab_;
  std::vector<Place> places_;
  std::vector<Training> trainings_;
};

}  // namespace engram::laboratory
