#include <engram/plasticity/tasks/two_moons.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

ENGRAM_PLASTICITY_BEGIN
namespace {

void validate(const TwoMoonsOptions& o) {
  const auto require = [](bool ok, const char* what, double value, const char* wanted) {
    if (!ok)
      throw std::invalid_argument(fmt::format("[two_moons] {} is {}: it must be {}", what, value, wanted));
  };
  require(std::isfinite(o.noise) && o.noise >= 0, "noise", o.noise, "0 or more");
  require(std::isfinite(o.noise_range) && o.noise_range >= 1, "noise_range", o.noise_range, "1 or more");
  require(std::isfinite(o.displacement) && o.displacement >= 0, "displacement", o.displacement, "0 or more");
  require(std::isfinite(o.shift) && o.shift >= 0, "shift", o.shift, "0 or more");
  require(std::isfinite(o.scale_range) && o.scale_range >= 1, "scale_range", o.scale_range, "1 or more");
}

}  // namespace

TwoMoons::TwoMoons(const TwoMoonsOptions& options, Random random) : noise_(options.noise) {
  validate(options);
  // All are drawn whether used or not: switching one off leaves the others as they were.
  const double angle = random.uniform(0, 2 * std::numbers::pi) * (options.rotate ? 1 : 0);
  const double scale = std::pow(options.scale_range, random.uniform(-1, 1));
  const double dx = options.shift * random.normal();
  const double dy = options.shift * random.normal();
  flipped_ = random.integer(2) == 1 && options.flip;
  noise_ *= std::pow(options.noise_range, random.uniform(-1, 1));
  const double move_x = options.displacement * random.normal();
  const double move_y = options.displacement * random.normal();
  displacement_ << move_x / 2, move_y / 2;
  turn_ << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
  turn_ *= scale;
  shift_ << dx, dy;
}

Array<double> TwoMoons::sample_points(Random& random, std::span<const int> labels) const {
  Array<double> x(static_cast<Index>(labels.size()), 2);
  for (Index i = 0; i < x.rows(); ++i) {
    const int label = labels[static_cast<std::size_t>(i)];
    if (label != 0 && label != 1)
      throw std::invalid_argument(fmt::format("[two_moons] class {} does not exist: use 0 or 1", label));
    const double t = random.uniform(0, std::numbers::pi);
    const bool upper = (label == 0) != flipped_;
    Eigen::Vector2d p(upper ? std::cos(t) : 1 - std::cos(t), upper ? std::sin(t) : 0.5 - std::sin(t));
    p -= Eigen::Vector2d(0.5, 0.25);
    p += (upper ? -1.0 : 1.0) * displacement_;
    p.x() += noise_ * random.normal();
    p.y() += noise_ * random.normal();
    x.row(i) = (turn_ * p + shift_).transpose().array();
  }
  return x;
}

TaskFamily two_moons(const TwoMoonsOptions& options) {
  validate(options);
  return {"two_moons", 2, 2,
          [options](Random random) { return std::make_unique<TwoMoons>(options, random); }};
}

ENGRAM_PLASTICITY_END
