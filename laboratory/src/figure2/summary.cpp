#include <engram/autodiff/version.hpp>
#include <engram/laboratory/figure2/claims.hpp>
#include <engram/laboratory/figure2/report.hpp>
#include <engram/laboratory/test_settings.hpp>

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

Json baseline(const Baseline& b, const std::string& tuned_on) {
  const Index best = best_step(b.evaluations);
  Json json = method(b.evaluations);
  json["optimizer"] = b.method;
  json["learning_rate"] = b.numbers.at(0);
  json["tuned_on"] = tuned_on;
  json["highest_tuning_accuracy"] = b.most_accurate;
  json["best_step"] = best;
  json["best_step_accuracy"] = number(mean_of(accuracy_at(b.evaluations, best)).mean);
  return json;
}

Json gain(const Gain& g) {
  const Interval& i = g.interval;
  return {{"mean", number(i.mean)}, {"se", number(i.error)}, {"ci95", {number(i.low), number(i.high)}}};
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

Json by_accuracy(const FamilyResult& r) {
  Json json = gain(compare(r.rule(), r.by_accuracy.evaluations));
  json["settings"] = r.by_accuracy.title;
  return json;
}

}  // namespace

Json figure2_summary(const Options& o, const std::vector<FamilyResult>& results) {
  const std::string usual = usual_setting(o).family.name;
  Json tasks;
  for (const FamilyResult& r : results) {
    const BothGains gains = compare(r.rule(), r.backprop);
    tasks[r.family.name] = {{"rule", method(r.rule())},
                            {"backprop",
                             {{"one_setting", baseline(r.backprop.one_setting, usual)},
                              {"best_case", baseline(r.backprop.best_case, r.family.name)}}},
                            {"gain_one_setting", gain(gains.one_setting)},
                            {"gain_best_case", gain(gains.best_case)},
                            {"gain_by_accuracy", by_accuracy(r)}};
  }
  return {
      {"version", ENGRAM_VERSION_STRING}, {"seed", o.test_seed},         {"trials", o.trials},
      {"tasks", std::move(tasks)},        {"claims", verdicts(results)}, {"configuration", all_settings(o)}};
}

}  // namespace engram::laboratory
