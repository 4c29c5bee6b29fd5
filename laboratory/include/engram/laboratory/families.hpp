/// Which tasks rules are trained and validated on.
#pragma once

#include <engram/plasticity/task.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace engram::laboratory {

/// A kind of task that rules can be trained on: two classes in the plane.
struct TrainingPart {
  std::string_view name, what;
  plasticity::TaskFamily (*make)(double noise);  ///< the noise is that of the textbook-shaped moons
};

/// Moons as in the textbook, more diverse ones and blurred ones, and all other families of two classes in the
/// plane, each task in a place of its own. A new one is a line in families.cpp.
const std::vector<TrainingPart>& training_parts();

/// The parts of a mixture: "two_moons+arcs*3" has two moons once and arcs three times. Throws
/// std::invalid_argument that lists the known names where one is unknown, and UsageError where a number is
/// not a whole one from 1 to 100.
std::vector<plasticity::TaskFamily> training_families(std::string_view tasks, double noise);

/// The mixture of these parts, each as likely as its number says; a single part gives its family. The name is
/// `tasks`.
plasticity::TaskFamily training_family(std::string_view tasks, double noise);

/// The families by which the best rule is picked: the moons that it is for, and what it is trained on.
std::vector<plasticity::TaskFamily> validation_families(std::string_view tasks, double noise);

}  // namespace engram::laboratory
