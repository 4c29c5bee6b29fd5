#include <engram/plasticity/tasks/sticks.hpp>

#include <algorithm>

ENGRAM_PLASTICITY_BEGIN
namespace {

struct Stick {
  std::array<double, 2> middle, along;  // from end to end

  std::array<double, 2> at(double s) const {
    return {middle[0] + (s - 0.5) * along[0], middle[1] + (s - 0.5) * along[1]};
  }
};

std::vector<Stick> drawn_sticks(const SticksOptions& o, Random& random) {
  std::vector<Stick> sticks(1 + random.integer(static_cast<std::uint64_t>(o.sticks)));
  for (Stick& stick : sticks) {
    for (double& coordinate : stick.middle) coordinate = o.spread * random.normal();
    const double length = random.uniform(o.length_low, o.length_high);
    stick.along = polar(length, random.uniform(0, 2 * std::numbers::pi));
  }
  return sticks;
}

PlanarTask drawn(const SticksOptions& o, Random random) {
  std::vector<double> noises;
  std::vector<std::vector<Stick>> classes;
  for (int c = 0; c < 2; ++c) {
    noises.push_back(random.log_uniform(o.noise_low, o.noise_high));
    classes.push_back(drawn_sticks(o, random));
  }
  const auto curve = [classes](int label, double s) {
    const auto& sticks = classes[static_cast<std::size_t>(label)];
    const double place = s * static_cast<double>(sticks.size());
    const std::size_t i = std::min(static_cast<std::size_t>(place), sticks.size() - 1);
    return sticks[i].at(place - static_cast<double>(i));
  };
  return {"sticks", curve, noises, Frame(Placement{}, 2, random)};
}

}  // namespace

TaskFamily sticks(const SticksOptions& options) {
  validate_task("sticks", options);
  return {"sticks", 2, 2,
          [options](Random random) { return std::make_unique<PlanarTask>(drawn(options, random)); }};
}

ENGRAM_PLASTICITY_END
