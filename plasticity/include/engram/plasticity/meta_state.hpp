/// Where a meta-training stands.
#pragma once

#include <engram/plasticity/random.hpp>
#include <engram/plasticity/setting.hpp>

#include <vector>

ENGRAM_PLASTICITY_BEGIN

/// The numbers of a meta-training's state.
struct MetaCounts {
  long step = 0;
  long best_step = 0;
  long skipped = 0;
  long skipped_in_a_row = 0;
  long rolled_back = 0;
  long clipped_tasks = 0;
  long lost_tasks = 0;
  double best_validation = -1;
  double beta1_power = 1;
  double beta2_power = 1;

  static constexpr auto members = std::tuple{
      setting("step", &MetaCounts::step, "outer steps done", {0, 1'000'000'000}),
      setting("best_step", &MetaCounts::best_step, "the step after which θ was best; 0 if none was validated",
              {0, 1'000'000'000}),
      setting("skipped", &MetaCounts::skipped, "steps left out", {0, 1'000'000'000}),
      setting("skipped_in_a_row", &MetaCounts::skipped_in_a_row, "of the last steps", {0, 1'000'000'000}),
      setting("rolled_back", &MetaCounts::rolled_back, "how often θ went back to the best rule",
              {0, 1'000'000'000}),
      setting("clipped_tasks", &MetaCounts::clipped_tasks, "tasks whose gradients were shortened",
              {0, 1'000'000'000'000}),
      setting("lost_tasks", &MetaCounts::lost_tasks, "tasks whose gradients were not finite",
              {0, 1'000'000'000'000}),
      setting("best_validation", &MetaCounts::best_validation,
              "the best accuracy on validation tasks; -1 if none was validated", {-1, 1}),
      setting("beta1_power", &MetaCounts::beta1_power, "Adam's", {0, 1}),
      setting("beta2_power", &MetaCounts::beta2_power, "Adam's", {0, 1})};
};

/// Where a meta-training stands: with its settings and families all that is needed to go on, to the last bit.
/// Random numbers have no state of their own, since step n draws from streams named by the seed and n.
struct MetaState : MetaCounts {
  /// Leaves; m and v are Adam's moments.
  std::vector<Array<double>> theta, average, best, m, v;
};

/// Whether leaves have the same shapes.
bool alike(const std::vector<Array<double>>& a, const std::vector<Array<double>>& b);

/// Throws std::invalid_argument that says what makes no sense in the state of a training with so many outer
/// steps: numbers out of their bounds or against each other, leaves of unlike shapes, negative second
/// moments.
void validate(const MetaState& state, long outer_steps);

ENGRAM_PLASTICITY_END
