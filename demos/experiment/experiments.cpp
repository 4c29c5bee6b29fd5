#include "experiments.hpp"

namespace engram::demos {

using namespace laboratory;

const std::vector<Experiment>& experiments() {
  static const std::vector<Experiment> all{
      {"figure2", "The paper's Figure 2 with several meta-training seeds and two controls", figure2, 5,
       10'000},
      {"peers", "A frozen rule against others: rules, semi-supervised learning, MAML, bounds", peers, 1,
       10'000},
      {"transfer", "A frozen rule in other networks, on other tasks, for more steps", transfer},
      {"ablations", "Rules without one of their parts, and trained in other ways", ablations, 3, 2'000},
      {"remedies", "Rules trained on several lengths, networks or tasks, where the usual rule fails",
       remedies, 3, 4'000},
      {"inside", "What a rule answers, which formulas resemble it, angles to backprop", inside},
      {"certify", "Whether a rule is biologically plausible, clause by clause", certify},
  };
  return all;
}

}  // namespace engram::demos
