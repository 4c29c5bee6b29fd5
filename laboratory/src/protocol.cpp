#include <engram/laboratory/protocol.hpp>
#include <engram/laboratory/ranks.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>

namespace engram::laboratory {

using namespace plasticity;
using Json = nlohmann::ordered_json;

namespace {

constexpr int curve_resamples = 500;  // for each step of each curve
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Interval nowhere{nan, nan, nan, nan};

Trials column(const std::vector<Evaluation>& evaluations, Array<double> Evaluation::*measure, Index step) {
  Trials trials(static_cast<Index>(evaluations.size()), (evaluations.at(0).*measure).rows());
  for (Index i = 0; i < trials.rows(); ++i)
    trials.row(i) = (evaluations[static_cast<std::size_t>(i)].*measure).col(step).transpose();
  return trials;
}

/// Complains if no trial's loss after the last step is a number that means something.
void require_numbers(const Evaluation& e) {
  constexpr double meaningless = 1e9;
  if (!(e.train_loss.col(e.last()) < meaningless).any())
    throw FormatError(
        fmt::format("the rule's theta is of no use: in each of {} trials the weights grow beyond all bounds; "
                    "train anew, or give another rule",
                    e.train_loss.rows()));
}

}  // namespace

MetaSettings meta_training(const Options& options, std::size_t meta_seed) {
  MetaSettings s = options.meta;
  s.seed = meta_seed;
  return s;
}

Random tuning_stream(const Options& options) { return Random(options.test_seed).split("tuning"); }

Random test_stream(const Options& options, std::size_t meta_seed) {
  return Random(options.test_seed).split("test").split(meta_seed);
}

Random test_stream(const Options& options) { return Random(options.test_seed).split("test"); }

Json training_configuration(const Options& options, const MetaSettings& settings,
                            const std::optional<std::string>& training_tasks) {
  Json c = configuration(settings);
  c.update({{"training_tasks", training_tasks.value_or(options.training_tasks)}, {"noise", options.noise}});
  return c;
}

TrainingRun training_run(const Options& options, const MetaSettings& settings,
                         const std::filesystem::path& folder,
                         const std::optional<std::string>& training_tasks) {
  const std::string trained_on = training_tasks.value_or(options.training_tasks);
  return {settings,
          training_family(trained_on, options.noise),
          validation_families(trained_on, options.noise),
          training_configuration(options, settings, trained_on),
          folder,
          options.checkpoint_every};
}

MakePeer backprop_for(const Setting& s) {
  return [s] { return backprop_peer(s.network, s.episode); };
}

MakePeer made_once(MakePeer make) {
  return [make = std::move(make), made = std::make_shared<std::optional<Peer>>()] {
    if (!*made) *made = make();
    return **made;
  };
}

Piece tune_piece(const Laboratory& lab, const std::string& name, const Setting& s, const MakePeer& make) {
  return tune_piece(lab, name, s, make, lab.options().tuning_trials);
}

Piece tune_piece(const Laboratory& lab, const std::string& name, const Setting& s, const MakePeer& make,
                 std::size_t trials) {
  return {name, [&o = lab.options(), s, make, trials] {
            const auto grid = make().grid;
            const Choice c = tune(grid, s.episode, s.family, trials, tuning_stream(o));
            return Json{{"candidate", c.chosen},
                        {"method", grid.at(c.chosen).method},
                        {"numbers", grid.at(c.chosen).numbers},
                        {"settings", to_string(grid.at(c.chosen))},
                        {"tuning_accuracy", c.accuracies.at(c.chosen)},
                        {"best_candidate", c.best},
                        {"best_settings", to_string(grid.at(c.best))},
                        {"best_accuracy", c.accuracies.at(c.best)},
                        {"all_accuracies", c.accuracies},
                        {"all_train_losses", c.train_losses},
                        {"all_behind_best", c.behind},
                        {"all_errors_of_behind", c.errors}};
          }};
}

Piece peer_piece(const Laboratory& lab, const std::string& name, const std::string& tuned, const Setting& s,
                 const MakePeer& make, const Random& stream) {
  return {name, [&lab, tuned, s, make, stream] {
            const Candidate c = make().grid.at(lab.result(tuned).at("candidate").get<std::size_t>());
            return to_json(
                evaluate(c.learn, c.network, s.episode, s.family, lab.options().trials, stream, ranks()));
          }};
}

Piece method_piece(const Laboratory& lab, const std::string& name, const Method& method,
                   const std::vector<Array<double>>& parameters, const Setting& s, const Random& stream) {
  return {name, [&lab, method, parameters, s, stream] {
            return to_json(evaluate(Learner(method, s.episode), parameters, s.family, lab.options().trials,
                                    stream, ranks()));
          }};
}

Piece rule_piece(const Laboratory& lab, const std::string& name, const RuleFile& rule, const Setting& s,
                 const Random& stream) {
  return {name, [&lab, rule, s, stream] {
            const Learner learner(rule.method(s.network), s.episode);
            const Evaluation e =
                evaluate(learner, rule.parameters, s.family, lab.options().trials, stream, ranks());
            at_all_ranks([&] { require_numbers(e); });
            return to_json(e);
          }};
}

std::string title_of(const TaskFamily& family) {
  std::string title = family.name;
  std::ranges::replace(title, '_', ' ');
  for (const std::string_view name : {"Gaussians", "Wishart", "XOR"}) {
    const auto same = [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); };
    const auto found = std::search(title.begin(), title.end(), name.begin(), name.end(), same);
    if (found != title.end()) std::ranges::copy(name, found);
  }
  return title;
}

std::vector<Evaluation> evaluations(const Laboratory& lab,
                                    const std::function<std::string(std::size_t)>& piece_name) {
  std::vector<Evaluation> list;
  for (std::size_t seed = 1; seed <= lab.options().meta_seeds; ++seed)
    list.push_back(evaluation_from(lab.result(piece_name(seed))));
  return list;
}

Trials accuracy_at(const std::vector<Evaluation>& evaluations, Index step) {
  return column(evaluations, &Evaluation::accuracy, step);
}

Trials train_loss_at(const std::vector<Evaluation>& evaluations, Index step) {
  return column(evaluations, &Evaluation::train_loss, step);
}

std::string last_accuracy(const std::vector<Evaluation>& evaluations) {
  return mean_text(accuracy_at(evaluations, evaluations.at(0).last()));
}

Index best_step(const std::vector<Evaluation>& evaluations) {
  Array<double> mean = evaluations.at(0).accuracy.colwise().mean();
  for (std::size_t i = 1; i < evaluations.size(); ++i) mean += evaluations[i].accuracy.colwise().mean();
  Index best = 0;
  mean.row(0).maxCoeff(&best);
  return best;
}

Gain compare(const std::vector<Evaluation>& a, const std::vector<Evaluation>& b) {
  const Trials x = accuracy_at(a, a.at(0).last()), y = accuracy_at(b, b.at(0).last());
  return {interval_of(x - y), wilcoxon_signed_rank(observations(x), observations(y))};
}

std::string probability_text(double p) {
  return p >= 0.001 ? fmt::format("{:.3f}", p) : fmt::format("{:.0e}", p);
}

Curve learning_curve(const std::string& name, const std::vector<Evaluation>& evaluations,
                     Array<double> Evaluation::*measure) {
  Curve curve{.name = name, .x = {}, .y = {}, .low = {}, .high = {}};
  for (Index step = 0; step <= evaluations.at(0).last(); ++step) {
    const Trials trials = column(evaluations, measure, step);
    const Interval i = trials.allFinite() ? interval_of(trials, curve_resamples) : nowhere;
    curve.x.push_back(static_cast<double>(step));
    curve.y.push_back(i.mean);
    curve.low.push_back(i.low);
    curve.high.push_back(i.high);
  }
  return curve;
}

}  // namespace engram::laboratory
