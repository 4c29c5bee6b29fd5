#include <engram/autodiff/version.hpp>
#include <engram/laboratory/figure2/report.hpp>

#include <cmath>

namespace engram::laboratory {

using namespace plasticity;
using Json = nlohmann::ordered_json;

namespace {

Json number(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }

Json method(const std::vector<Evaluation>& e) {
  const Index last = e.at(0).last();
  const auto accuracy = mean_of(accuracy_at(e, last)), loss = mean_of(train_loss_at(e, last));
  return {{"accuracy_mean", number(accuracy.mean)},
          {"accuracy_se", number(accuracy.error)},
          {"train_loss_mean", number(loss.mean)},
          {"train_loss_se", number(loss.error)}};
}

/// All settings. Of a rule that was given, its manifest tells those of meta-training.
Json all_settings(const Options& o) {
  Json c;
  if (o.trains) {
    c = training_configuration(o, o.meta);
  } else {
    const MetaSettings& m = o.meta;
    c = {{"network", m.network.sizes},
         {"steps", m.episode.steps},
         {"labelled", m.episode.labelled},
         {"unlabelled", m.episode.unlabelled},
         {"noise", o.noise}};
  }
  c.update({{"test_points", o.test_points}, {"tuning_trials", o.tuning_trials}});
  return c;
}

}  // namespace

Json figure2_summary(const Options& o, const std::vector<FamilyResult>& results) {
  Json tasks;
  for (const FamilyResult& r : results) {
    const auto &by_rule = r.rule().evaluations, &by_backprop = r.backprop().evaluations;
    const Interval gain = compare(by_rule, by_backprop).interval;
    const Index best = best_step(by_backprop);
    Json backprop = method(by_backprop);
    backprop["optimizer"] = r.tuned.method;
    backprop["learning_rate"] = r.tuned.numbers.at(0);
    backprop["best_step"] = best;
    backprop["best_step_accuracy"] = number(mean_of(accuracy_at(by_backprop, best)).mean);
    tasks[r.family.name] = {{"rule", method(by_rule)},
                            {"backprop", std::move(backprop)},
                            {"paired_gain",
                             {{"mean", number(gain.mean)},
                              {"se", number(gain.error)},
                              {"ci95", {number(gain.low), number(gain.high)}}}}};
  }
  return {{"version", ENGRAM_VERSION_STRING},
          {"seed", o.test_seed},
          {"trials", o.trials},
          {"tasks", std::move(tasks)},
          {"configuration", all_settings(o)}};
}

}  // namespace engram::laboratory
