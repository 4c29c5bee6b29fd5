/// What tasks in the plane have in common: every class is a curve, seen through normal noise, and all of it
/// may be turned, scaled and shifted.
#pragma once

#include <engram/plasticity/setting.hpp>
#include <engram/plasticity/task.hpp>

#include <array>
#include <cmath>
#include <numbers>

ENGRAM_PLASTICITY_BEGIN

/// Where in the plane a task lies, and which class is called which. The default is the textbook's place.
struct Placement {
  bool rotate = false;
  double shift = 0.0;
  double scale_range = 1.0;
  bool flip = false;

  static constexpr auto members = std::tuple{
      setting("rotate", &Placement::rotate, "whether tasks are turned by an angle uniform in [0, 2 pi)"),
      setting("shift", &Placement::shift, "standard deviation of the normal shift of each coordinate",
              zero_or_more),
      setting("scale_range", &Placement::scale_range,
              "tasks are scaled, noise included, by a factor log-uniform in [1/scale_range, scale_range]",
              {.low = 1}),
      setting("flip", &Placement::flip,
              "whether classes are counted on from a random one: two are exchanged with probability 1/2")};

  /// Every task lies in a place of its own.
  static Placement random() { return {.rotate = true, .shift = 0.3, .scale_range = 1.25, .flip = true}; }
};

/// Throws std::invalid_argument, naming `where`, if a setting is out of its bounds.
template <Settings S>
void validate_task(std::string_view where, const S& settings) {
  check_bounds(where, settings);
  if constexpr (requires { settings.placement; }) check_bounds(where, settings.placement);
}

/// One place, drawn.
class Frame {
 public:
  /// Draws the same numbers whatever is switched on: switching one off leaves the others as they were.
  Frame(const Placement& placement, int classes, Random& random);

  std::array<double, 2> place(std::array<double, 2> p) const;
  std::array<double, 2> unplace(std::array<double, 2> p) const;
  /// The textbook's number of a class.
  int original(int label) const { return (label + flip_) % classes_; }
  double scale() const;

 private:
  double cos_, sin_;  // times the scale
  std::array<double, 2> shift_;
  int flip_, classes_;
};

/// The point at a distance and angle from the origin.
inline std::array<double, 2> polar(double radius, double angle) {
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// The point of a class's curve at s; examples lie at s uniform in (0, 1).
using ClassCurve = std::function<std::array<double, 2>(int label, double s)>;

/// One task: a curve per class, noise, a place.
class PlanarTask : public SemiSupervisedTask {
 public:
  /// `noises` has each class's standard deviation on each coordinate, before scaling; `name` is for errors.
  PlanarTask(std::string name, ClassCurve curve, std::vector<double> noises, const Frame& frame);

  Index dimension() const override { return 2; }
  int classes() const override { return static_cast<int>(noises_.size()); }
  Array<double> sample_points(Random& random, std::span<const int> labels) const override;
  /// Integrated along the curve. A curve may jump where s is a multiple of 1/k, k from 1 to 8. Nothing if a
  /// class has no noise.
  std::optional<Array<double>> log_densities(const Array<double>& x) const override;

 private:
  std::string name_;
  ClassCurve curve_;
  std::vector<double> noises_;
  Frame frame_;
};

/// The family of one set of curves in random places.
TaskFamily planar_family(std::string name, int classes, const ClassCurve& curve, double noise,
                         const Placement& placement);

ENGRAM_PLASTICITY_END
