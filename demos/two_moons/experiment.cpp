#include "experiment.hpp"

#include <engram/laboratory/progress.hpp>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

std::vector<FamilyResult> compare(const Options& options, const RuleFile& rule) {
  const EpisodeSettings episode = test_episode(options);
  const Random test = Random(options.test_seed).split("test"),
               tuning = Random(options.test_seed).split("tuning");
  const Learner learner = Learner::rule(options.meta.network, rule.settings, episode);
  const Peer backprop = backprop_peer(options.meta.network, episode);
  const std::vector<TaskFamily> families = test_families(options);
  std::vector<FamilyResult> results;
  Progress progress("testing", static_cast<long>(3 * families.size()));
  long done = 0;
  for (const TaskFamily& family : families) {
    const Candidate tuned = tune(backprop.grid, episode, family, options.tuning_trials, tuning).best;
    progress.update(++done, family.name + ": backprop tuned");
    const Evaluation by_rule = evaluate(learner, flatten(rule.theta), family, options.trials, test);
    progress.update(++done, family.name + ": rule tested");
    const Evaluation by_backprop =
        evaluate(tuned.learn, tuned.network, episode, family, options.trials, test);
    progress.update(++done, family.name + ": backprop tested");
    Index best_step = 0;
    by_backprop.accuracy.colwise().mean().maxCoeff(&best_step);
    results.push_back({family, by_rule, by_backprop, tuned, paired_gain(by_rule, by_backprop), best_step});
  }
  progress.finish();
  return results;
}

}  // namespace engram::demos
