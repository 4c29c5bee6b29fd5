#include <engram/plasticity/tasks/two_moons.hpp>

#include <cmath>
#include <numbers>

ENGRAM_PLASTICITY_BEGIN
namespace {

// All are drawn whether used or not: switching one off leaves the others as they were.
PlanarTask drawn(const TwoMoonsOptions& o, Random random) {
  validate_task("two_moons", o);
  const Frame frame(o.placement, 2, random);
  const double noise = o.noise * std::pow(o.noise_range, random.uniform(-1, 1));
  const double move_x = o.displacement * random.normal() / 2;
  const double move_y = o.displacement * random.normal() / 2;
  const auto moon = [=](int label, double s) -> std::array<double, 2> {
    const double t = std::numbers::pi * s;
    if (label == 0) return {std::cos(t) - 0.5 - move_x, std::sin(t) - 0.25 - move_y};
    return {1 - std::cos(t) - 0.5 + move_x, 0.5 - std::sin(t) - 0.25 + move_y};
  };
  return {"two_moons", moon, {noise, noise}, frame};
}

}  // namespace

TwoMoons::TwoMoons(const TwoMoonsOptions& options, Random random) : PlanarTask(drawn(options, random)) {}

TaskFamily two_moons(const TwoMoonsOptions& options) {
  validate_task("two_moons", options);
  return {"two_moons", 2, 2,
          [options](Random random) { return std::make_unique<TwoMoons>(options, random); }};
}

ENGRAM_PLASTICITY_END
