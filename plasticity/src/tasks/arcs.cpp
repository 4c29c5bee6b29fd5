#include <engram/plasticity/tasks/arcs.hpp>

ENGRAM_PLASTICITY_BEGIN
namespace {

struct Arc {
  std::array<double, 2> centre;
  double radius, angle, middle;  // the direction in which its middle lies

  std::array<double, 2> at(double s) const {
    const auto p = polar(radius, middle + (s - 0.5) * angle);
    return {centre[0] + p[0], centre[1] + p[1]};
  }
};

Arc drawn_arc(const ArcsOptions& o, double side, Random& random) {
  Arc arc{};
  arc.angle = std::numbers::pi * random.uniform(o.angle_low, o.angle_high);
  arc.middle = side * std::numbers::pi / 2 + o.turn * random.normal();
  arc.radius = std::pow(o.radius_range, random.uniform(-1, 1));
  arc.centre[0] = -side * 0.5 + o.displacement * random.normal();
  arc.centre[1] = -side * 0.25 + o.displacement * random.normal();
  return arc;
}

PlanarTask drawn(const ArcsOptions& o, Random random) {
  const Frame frame(o.placement, 2, random);
  const double noise = random.log_uniform(o.noise_low, o.noise_high);
  std::vector<double> noises;
  std::vector<Arc> arcs;
  for (const double side : {1, -1}) {  // above its centre, and below
    noises.push_back(noise * std::pow(o.noise_range, random.uniform(-1, 1)));
    arcs.push_back(drawn_arc(o, side, random));
  }
  const auto curve = [arcs](int label, double s) { return arcs[static_cast<std::size_t>(label)].at(s); };
  return {"arcs", curve, noises, frame};
}

}  // namespace

TaskFamily arcs(const ArcsOptions& options) {
  validate_task("arcs", options);
  return {"arcs", 2, 2,
          [options](Random random) { return std::make_unique<PlanarTask>(drawn(options, random)); }};
}

ENGRAM_PLASTICITY_END
