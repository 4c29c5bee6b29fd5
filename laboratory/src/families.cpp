#include <engram/laboratory/families.hpp>
#include <engram/plasticity/tasks/circles.hpp>
#include <engram/plasticity/tasks/pinwheel.hpp>
#include <engram/plasticity/tasks/spirals.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>
#include <engram/plasticity/tasks/xor.hpp>

#include <stdexcept>

namespace engram::laboratory {

using namespace plasticity;

namespace {

/// Moons of much noise (0.4 to 0.9), anywhere against each other: blurred clouds, most of which a straight
/// line tells apart as well as anything does.
TwoMoonsOptions blurred() {
  TwoMoonsOptions o = TwoMoonsOptions::diverse();
  o.noise = 0.6;
  o.noise_range = 1.5;
  o.displacement = 1.5;
  return o;
}

}  // namespace

TaskFamily training_family(TrainingTasks tasks, double noise) {
  const TaskFamily random = two_moons(TwoMoonsOptions::random(noise)),
                   diverse = two_moons(TwoMoonsOptions::diverse());
  const Placement anywhere = Placement::random();
  switch (tasks) {
    case TrainingTasks::random:
      return random;
    case TrainingTasks::diverse:
      return diverse;
    case TrainingTasks::mixed:
      return mixture("two_moons", {random, diverse});
    case TrainingTasks::wide:
      return mixture("wide",
                     {random, diverse, circles({.placement = anywhere}), xor_clouds({.placement = anywhere}),
                      spirals({.placement = anywhere}), pinwheel({.arms = 2, .placement = anywhere})});
    case TrainingTasks::overlap:
      return mixture("overlap", {random, two_moons(blurred())});
  }
  throw std::logic_error("unknown training tasks");
}

std::vector<TaskFamily> validation_families(TrainingTasks tasks, double noise) {
  std::vector<TaskFamily> families{two_moons(TwoMoonsOptions::random(noise))};
  if (tasks != TrainingTasks::random) families.push_back(training_family(tasks, noise));
  return families;
}

}  // namespace engram::laboratory
