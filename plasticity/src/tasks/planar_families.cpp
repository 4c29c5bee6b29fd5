#include <engram/plasticity/tasks/circles.hpp>
#include <engram/plasticity/tasks/pinwheel.hpp>
#include <engram/plasticity/tasks/spirals.hpp>
#include <engram/plasticity/tasks/xor.hpp>

#include <cmath>
#include <numbers>

ENGRAM_PLASTICITY_BEGIN
namespace {

using std::numbers::pi;

std::array<double, 2> polar(double radius, double angle) {
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace

TaskFamily circles(const CirclesOptions& o) {
  validate_task("circles", o);
  const auto circle = [r = o.radius](int label, double s) { return polar(label == 0 ? 1 : r, 2 * pi * s); };
  return planar_family("circles", 2, circle, o.noise, o.placement);
}

TaskFamily xor_clouds(const XorOptions& o) {
  validate_task("xor", o);
  const auto corner = [](int label, double s) -> std::array<double, 2> {
    const double x = s < 0.5 ? 1 : -1;
    return {x, label == 0 ? x : -x};
  };
  return planar_family("xor", 2, corner, o.noise, o.placement);
}

TaskFamily spirals(const SpiralsOptions& o) {
  validate_task("spirals", o);
  const auto spiral = [turns = o.turns](int label, double s) {
    const double r = std::sqrt(0.01 + 0.99 * s);
    return polar(r, 2 * pi * turns * r + label * pi);
  };
  return planar_family("spirals", 2, spiral, o.noise, o.placement);
}

TaskFamily pinwheel(const PinwheelOptions& o) {
  validate_task("pinwheel", o);
  const auto arm = [o](int label, double s) {
    const double r = 1 + o.deviation * normal_quantile(s);
    return polar(r, 2 * pi * label / o.arms + o.bend * std::exp(r));
  };
  return planar_family("pinwheel", o.arms, arm, o.noise, o.placement);
}

ENGRAM_PLASTICITY_END
