/// A small meta-training as one differentiable function of Adam's settings.
#pragma once

#include <engram/plasticity/adam.hpp>
#include <engram/plasticity/meta_loss.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace engram::demos {

struct Problem {
  plasticity::Network network{{2, 8, 2}};
  plasticity::RuleSettings rule{.width = 8};
  plasticity::EpisodeSettings episode{.steps = 10, .labelled = 6, .unlabelled = 6, .query = 40};
  autodiff::Index outer_steps = 30;
  autodiff::Index tasks = 4;        ///< per outer step
  autodiff::Index test_tasks = 32;  ///< that judge the rule after the last step
};

/// What came of all outer steps at one setting of Adam.
struct Outcome {
  double learning_rate;
  double loss;                ///< of the trained rule on the test tasks
  double by_rate;             ///< its derivative with respect to the decimal logarithm of the learning rate
  double by_beta1, by_beta2;  ///< with respect to β₁ and β₂
  std::vector<double> step_losses;  ///< meta-loss of every outer step, on that step's tasks
};

/// Everything but the settings is fixed by the seed: θ before the first step, and all tasks.
class MetaTraining {
 public:
  MetaTraining(const Problem& problem, std::uint64_t seed);
  MetaTraining(MetaTraining&&) noexcept;
  ~MetaTraining();

  Outcome operator()(double learning_rate, double beta1 = 0.9, double beta2 = 0.999) const;
  /// Operations and memory of the compiled function.
  std::string describe() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace engram::demos
