/// Decision boundaries through the inner steps, with a slider: a part of a report.
#pragma once

#include <engram/plasticity/task.hpp>

#include <string>
#include <vector>

namespace engram::laboratory {

/// How one method's boundary moves.
struct Film {
  std::string title;
  /// Before the first step and after each: of class 1 on an even grid; row i goes from the lowest y to the
  /// highest.
  std::vector<plasticity::Array<double>> probability;
  std::vector<double> accuracy;  ///< on the task's test points, likewise
};

/// The rectangle that the films show, and what lies in it.
struct Scene {
  double x_low = 0, x_high = 0, y_low = 0, y_high = 0;
  plasticity::Examples labelled;
  plasticity::Array<double> unlabelled;  ///< in the order in which they are shown
  plasticity::Index unlabelled_per_step = 0;
};

/// The part in HTML. Throws std::invalid_argument if the films differ in length or size.
std::string film_strip(const Scene& scene, const std::vector<Film>& films);

}  // namespace engram::laboratory
