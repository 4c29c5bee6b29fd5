#include <engram/plasticity/tasks/planar.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

ENGRAM_PLASTICITY_BEGIN

Frame::Frame(const Placement& placement, int classes, Random& random) : classes_(classes) {
  const double angle = random.uniform(0, 2 * std::numbers::pi) * (placement.rotate ? 1 : 0);
  const double scale = std::pow(placement.scale_range, random.uniform(-1, 1));
  cos_ = scale * std::cos(angle), sin_ = scale * std::sin(angle);
  for (double& s : shift_) s = placement.shift * random.normal();
  flip_ = static_cast<int>(random.integer(static_cast<std::uint64_t>(classes))) * (placement.flip ? 1 : 0);
}

std::array<double, 2> Frame::place(std::array<double, 2> p) const {
  return {cos_ * p[0] - sin_ * p[1] + shift_[0], sin_ * p[0] + cos_ * p[1] + shift_[1]};
}

std::array<double, 2> Frame::unplace(std::array<double, 2> p) const {
  const double x = p[0] - shift_[0], y = p[1] - shift_[1], squares = cos_ * cos_ + sin_ * sin_;
  return {(cos_ * x + sin_ * y) / squares, (cos_ * y - sin_ * x) / squares};
}

double Frame::scale() const { return std::hypot(cos_, sin_); }

PlanarTask::PlanarTask(std::string name, ClassCurve curve, std::vector<double> noises, const Frame& frame)
    : name_(std::move(name)), curve_(std::move(curve)), noises_(std::move(noises)), frame_(frame) {}

Array<double> PlanarTask::sample_points(Random& random, std::span<const int> labels) const {
  Array<double> x(static_cast<Index>(labels.size()), 2);
  for (Index i = 0; i < x.rows(); ++i) {
    const int label = labels[static_cast<std::size_t>(i)];
    if (label < 0 || label >= classes())
      throw std::invalid_argument(
          fmt::format("[{}] class {} does not exist: use {}", name_, label,
                      classes() == 2 ? "0 or 1" : fmt::format("0 to {}", classes() - 1)));
    const int original = frame_.original(label);
    auto p = curve_(original, random.uniform());
    for (double& coordinate : p) coordinate += noises_[static_cast<std::size_t>(original)] * random.normal();
    const auto placed = frame_.place(p);
    x(i, 0) = placed[0], x(i, 1) = placed[1];
  }
  return x;
}

std::optional<Array<double>> PlanarTask::log_densities(const Array<double>& x) const {
  if (std::find(noises_.begin(), noises_.end(), 0) != noises_.end()) return std::nullopt;
  // 0.012 apart on a curve of length 10: fine for noise from 0.012 on. A multiple of 1 to 8, so that each of
  // so many pieces gets its share.
  constexpr Index nodes = 840;
  Array<double> log(x.rows(), classes()), exponents(1, nodes), curve(2, nodes);
  for (int c = 0; c < classes(); ++c) {
    const int original = frame_.original(c);
    const double noise = noises_[static_cast<std::size_t>(original)];
    const double constant =
        -2 * std::log(noise * frame_.scale()) - std::log(2 * std::numbers::pi * static_cast<double>(nodes));
    for (Index k = 0; k < nodes; ++k) {
      const auto p = curve_(original, (static_cast<double>(k) + 0.5) / static_cast<double>(nodes));
      curve(0, k) = p[0], curve(1, k) = p[1];
    }
    for (Index i = 0; i < x.rows(); ++i) {
      const auto p = frame_.unplace({x(i, 0), x(i, 1)});
      exponents = ((curve.row(0) - p[0]).square() + (curve.row(1) - p[1]).square()) / (-2 * noise * noise);
      const double largest = exponents.maxCoeff();
      log(i, c) = largest + std::log((exponents - largest).exp().sum()) + constant;
    }
  }
  return log;
}

TaskFamily planar_family(std::string name, int classes, const ClassCurve& curve, double noise,
                         const Placement& placement) {
  return {name, 2, classes, [=](Random random) {
            return std::make_unique<PlanarTask>(name, curve,
                                                std::vector<double>(static_cast<std::size_t>(classes), noise),
                                                Frame(placement, classes, random));
          }};
}

ENGRAM_PLASTICITY_END
