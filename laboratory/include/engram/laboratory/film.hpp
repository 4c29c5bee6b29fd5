/// Decision boundaries through the inner steps: with a slider, as a part of a report, and on paper.
#pragma once

#include <engram/plasticity/task.hpp>

#include <filesystem>
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

/// The height of the rectangle relative to its width.
double height_of(const Scene& scene);

/// Throws std::invalid_argument if there is nothing to show, or the films differ in length or size.
void validate(const Scene& scene, const std::vector<Film>& films);

/// The part in HTML. Throws as validate.
std::string film_player(const Scene& scene, const std::vector<Film>& films);

/// Some of the steps beside each other, a row for each film. Steps beyond the last show the last.
struct FilmStrip {
  std::string title;
  Scene scene;
  std::vector<Film> films;
  std::vector<std::size_t> steps;
};

/// Writes NAME.svg and NAME.png into the folder and returns the text of the SVG. Throws as validate;
/// FigureError, FileError.
std::string write_chart(const FilmStrip& strip, const std::filesystem::path& folder, const std::string& name);

}  // namespace engram::laboratory
