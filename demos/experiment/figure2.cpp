// The paper's Figure 2 with several meta-training seeds. Controls: a rule trained without unlabelled points,
// and noise in their place.
#include <engram/laboratory/figure2/report.hpp>
#include <engram/laboratory/test_settings.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

Contestant contestant(Laboratory& lab, std::size_t seed) {
  const Options& o = lab.options();
  const std::string name = fmt::format("seed_{}", seed);
  const MetaSettings settings = meta_training(o, seed);
  MetaSettings without = settings;
  without.episode.unlabelled = 0;
  const RuleFile rule = lab.trained_rule(name, settings);
  return {name, rule, lab.trained_rule(name + "_without_unlabelled", without), test_stream(o, seed)};
}

void run(Laboratory& lab) {
  std::vector<Contestant> contestants;
  for (std::size_t seed = 1; seed <= lab.options().meta_seeds; ++seed)
    contestants.push_back(contestant(lab, seed));
  report_figure2(lab, contestants, contest(lab, contestants, figure2_settings(lab.options())));
}

}  // namespace

const Experiment figure2{"figure2", "The paper's Figure 2 with several meta-training seeds and two controls",
                         run, 5, 5'000};

}  // namespace engram::demos
