/// Which tasks rules are trained and validated on.
#pragma once

#include <engram/plasticity/names.hpp>
#include <engram/plasticity/task.hpp>

#include <vector>

namespace engram::laboratory {

/// Textbook-shaped two moons in random places; more diverse ones; half of each; those two and four other
/// families of two classes in the plane (circles, XOR, spirals, pinwheel); or textbook-shaped moons and as
/// many that are blurred and moved apart, so that a nearly straight boundary is right. Never two Gaussians.
enum class TrainingTasks { random, diverse, mixed, wide, overlap };

/// Its values' names.
constexpr auto names_of(TrainingTasks) {
  return std::array<std::string_view, 5>{"random", "diverse", "mixed", "wide", "overlap"};
}
using plasticity::to_string;

/// `noise` is that of the textbook-shaped moons.
plasticity::TaskFamily training_family(TrainingTasks tasks, double noise);

/// What the best rule is picked by: the moons that it is for, and the tasks it is trained on.
std::vector<plasticity::TaskFamily> validation_families(TrainingTasks tasks, double noise);

}  // namespace engram::laboratory
