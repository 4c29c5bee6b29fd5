/// The protocol of all experiments: which random numbers decide what, and how methods are compared.
///
/// Four kinds of tasks never meet, whatever the seeds, because their streams have names of their own:
///
///     meta-training   Random(meta seed)  "training", outer step     θ moves by these
///     validation      Random(meta seed)  "validation"               the best θ is picked by these
///     tuning          Random(test seed)  "tuning"                   others' settings are picked by these
///     test            Random(test seed)  "test", meta seed          what is reported; looked at once
///
/// Within a stream a trial is named by its family and number, so all methods meet the same tasks, labels,
/// initial weights, unlabelled points and test points: comparisons are paired. Rules of different meta seeds
/// meet different test tasks, so the means of the seeds are independent, as intervals over seeds need.
#pragma once

#include <engram/laboratory/intervals.hpp>
#include <engram/laboratory/laboratory.hpp>
#include <engram/laboratory/peers.hpp>
#include <engram/laboratory/wilcoxon.hpp>

namespace engram::laboratory {

plasticity::MetaSettings meta_training(const Options& options, std::size_t meta_seed);
plasticity::Random tuning_stream(const Options& options);
plasticity::Random test_stream(const Options& options, std::size_t meta_seed);
/// The same of a program that tests one rule, without the meta seed.
plasticity::Random test_stream(const Options& options);

/// All that decides a meta-training with these settings, as checkpoints and manifests have it.
nlohmann::ordered_json training_configuration(
    const Options& options, const plasticity::MetaSettings& settings,
    const std::optional<std::string>& training_tasks = std::nullopt);
/// Describes that meta-training, on these tasks or else the options', into a folder.
TrainingRun training_run(const Options& options, const plasticity::MetaSettings& settings,
                         const std::filesystem::path& folder,
                         const std::optional<std::string>& training_tasks = std::nullopt);

/// Everything that a trial is, but for the method.
struct Setting {
  plasticity::Network network;
  plasticity::EpisodeSettings episode;
  plasticity::TaskFamily family;
};

using MakePeer = std::function<Peer()>;
/// Backprop for a setting.
MakePeer backprop_for(const Setting& setting);
/// The same, made when it is asked for first and then kept.
MakePeer made_once(MakePeer make);
/// A piece that tunes a peer for a setting (see `choose`), by the options' number of trials or another one,
/// and one that tests it as the piece `tuned` chose.
Piece tune_piece(const Laboratory& lab, const std::string& name, const Setting& setting,
                 const MakePeer& peer);
Piece tune_piece(const Laboratory& lab, const std::string& name, const Setting& setting, const MakePeer& peer,
                 std::size_t trials);
Piece peer_piece(const Laboratory& lab, const std::string& name, const std::string& tuned,
                 const Setting& setting, const MakePeer& peer, const plasticity::Random& stream);
/// A piece that tests any method with these parameters.
Piece method_piece(const Laboratory& lab, const std::string& name, const plasticity::Method& method,
                   const std::vector<plasticity::Array<double>>& parameters, const Setting& setting,
                   const plasticity::Random& stream);
/// A piece that tests a rule.
Piece rule_piece(const Laboratory& lab, const std::string& name, const plasticity::RuleFile& rule,
                 const Setting& setting, const plasticity::Random& stream);

/// The family's name as people write it: "two Gaussians".
std::string title_of(const plasticity::TaskFamily& family);

/// The evaluations of the pieces that `piece_name` names, one per meta seed.
std::vector<plasticity::Evaluation> evaluations(
    const Laboratory& lab, const std::function<std::string(std::size_t meta_seed)>& piece_name);

/// Accuracy after a step, and training loss, of the evaluations, one per meta seed.
Trials accuracy_at(const std::vector<plasticity::Evaluation>& evaluations, plasticity::Index step);
Trials train_loss_at(const std::vector<plasticity::Evaluation>& evaluations, plasticity::Index step);
/// Mean accuracy after the last step, with its error, for tables.
std::string last_accuracy(const std::vector<plasticity::Evaluation>& evaluations);
/// The step after which the mean accuracy is highest.
plasticity::Index best_step(const std::vector<plasticity::Evaluation>& evaluations);

/// A paired comparison after the last step.
struct Gain {
  Interval interval;    ///< of a's accuracy minus b's
  SignedRank wilcoxon;  ///< over the means of the seeds, or the trials of one
};
Gain compare(const std::vector<plasticity::Evaluation>& a, const std::vector<plasticity::Evaluation>& b);

/// "0.02", "3e-11".
std::string probability_text(double p);

/// Accuracies or losses through the inner steps with their 95 % intervals as a band. Steps where a trial is
/// not finite have no value.
Curve learning_curve(const std::string& name, const std::vector<plasticity::Evaluation>& evaluations,
                     plasticity::Array<double> plasticity::Evaluation::*measure);

}  // namespace engram::laboratory
