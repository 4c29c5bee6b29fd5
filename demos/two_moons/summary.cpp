#include "summary.hpp"

#include <engram/autodiff/version.hpp>
#include <engram/laboratory/training.hpp>

#include <fmt/core.h>

#include <cmath>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;
using json = nlohmann::ordered_json;

namespace {

json number(double v) { return std::isfinite(v) ? json(v) : json(nullptr); }

json method(const Evaluation& e) {
  const auto accuracy = mean_accuracy(e, e.last()), loss = mean_train_loss(e, e.last());
  return {{"accuracy_mean", number(accuracy.mean)},
          {"accuracy_se", number(accuracy.error)},
          {"train_loss_mean", number(loss.mean)},
          {"train_loss_se", number(loss.error)}};
}

}  // namespace

namespace {

/// All settings. Of a rule that is loaded, its manifest tells those of meta-training.
json all_settings(const Options& o) {
  json c;
  if (o.rule.empty()) {
    c = training_configuration(o);
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

json training_configuration(const Options& o) {
  json c = configuration(o.meta);
  c.update({{"training_tasks", to_string(o.training_tasks)}, {"noise", o.noise}});
  return c;
}

json summary(const Options& options, const RuleFile& rule, const std::vector<FamilyResult>& results) {
  json tasks;
  for (const FamilyResult& r : results) {
    json backprop = method(r.backprop);
    backprop["optimizer"] = r.tuned.method;
    backprop["learning_rate"] = r.tuned.numbers[0];
    backprop["best_step"] = r.best_step;
    backprop["best_step_accuracy"] = number(mean_accuracy(r.backprop, r.best_step).mean);
    tasks[r.family.name] = {{"rule", method(r.rule)},
                            {"backprop", std::move(backprop)},
                            {"paired_gain",
                             {{"mean", number(r.gain.mean)},
                              {"se", number(r.gain.error)},
                              {"ci95", {number(r.gain.low), number(r.gain.high)}}}}};
  }
  return {{"version", ENGRAM_VERSION_STRING},
          {"seed", options.test_seed},
          {"trials", options.trials},
          {"tasks", std::move(tasks)},
          {"configuration", all_settings(options)},
          {"rule",
           {{"file", options.rule.empty() ? (options.out / "rule.json").string() : options.rule},
            {"manifest", json::parse(rule.manifest)}}}};
}

std::string table(const std::vector<FamilyResult>& results) {
  const auto with_error = [](MeanAndError m) { return fmt::format("{:.3f} ± {:.3f}", m.mean, m.error); };
  std::string text = fmt::format("{:14} {:10} {:>16} {:>16}\n", "", "", "test accuracy", "training loss");
  for (const FamilyResult& r : results) {
    const auto line = [&](std::string_view first, std::string_view name, const Evaluation& e) {
      text += fmt::format("{:14} {:10} {:>16} {:>16}\n", first, name, with_error(mean_accuracy(e, e.last())),
                          with_error(mean_train_loss(e, e.last())));
    };
    line(r.family.name, "rule", r.rule);
    line("", "backprop", r.backprop);
    text += fmt::format("{:14} {:10} {:+.3f}, 95 % interval {:+.3f} to {:+.3f}\n", "", "gain", r.gain.mean,
                        r.gain.low, r.gain.high);
    text += fmt::format(
        "{:14} backprop is {} at step size {}, the best of 10 settings on other tasks; its best step, {}, "
        "has {:.3f}\n",
        "", r.tuned.method, r.tuned.numbers[0], r.best_step, mean_accuracy(r.backprop, r.best_step).mean);
  }
  return text;
}

}  // namespace engram::demos
