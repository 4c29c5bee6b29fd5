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

PlanarTask::PlanarTask(std::string name, int classes, ClassCurve curve, double noise, const Frame& frame)
    : name_(std::move(name)), classes_(classes), curve_(std::move(curve)), noise_(noise), frame_(frame) {}

Array<double> PlanarTask::sample_points(Random& random, std::span<const int> labels) const {
  Array<double> x(static_cast<Index>(labels.size()), 2);
  for (Index i = 0; i < x.rows(); ++i) {
    const int label = labels[static_cast<std::size_t>(i)];
    if (label < 0 || label >= classes_)
      throw std::invalid_argument(
          fmt::format("[{}] class {} does not exist: use {}", name_, label,
                      classes_ == 2 ? "0 or 1" : fmt::format("0 to {}", classes_ - 1)));
    auto p = curve_(frame_.original(label), random.uniform());
    for (double& coordinate : p) coordinate += noise_ * random.normal();
    const auto placed = frame_.place(p);
    x(i, 0) = placed[0], x(i, 1) = placed[1];
  }
  return x;
}

std::optional<Array<double>> PlanarTask::log_densities(const Array<double>& x) const {
  if (noise_ == 0) return std::nullopt;
  constexpr Index nodes = 1000;  // 0.01 apart on a curve of length 10: fine for noise from 0.01 on
  const double constant =
      -2 * std::log(noise_ * frame_.scale()) - std::log(2 * std::numbers::pi * static_cast<double>(nodes));
  Array<double> log(x.rows(), classes_), exponents(1, nodes), curve(2, nodes);
  for (int c = 0; c < classes_; ++c) {
    for (Index k = 0; k < nodes; ++k) {
      const auto p = curve_(frame_.original(c), (static_cast<double>(k) + 0.5) / static_cast<double>(nodes));
      curve(0, k) = p[0], curve(1, k) = p[1];
    }
    for (Index i = 0; i < x.rows(); ++i) {
      const auto p = frame_.unplace({x(i, 0), x(i, 1)});
      exponents = ((curve.row(0) - p[0]).square() + (curve.row(1) - p[1]).square()) / (-2 * noise_ * noise_);
      const double largest = exponents.maxCoeff();
      log(i, c) = largest + std::log((exponents - largest).exp().sum()) + constant;
    }
  }
  return log;
}

TaskFamily planar_family(std::string name, int classes, const ClassCurve& curve, double noise,
                         const Placement& placement) {
  return {name, 2, classes, [=](Random random) {
            return std::make_unique<PlanarTask>(name, classes, curve, noise,
                                                Frame(placement, classes, random));
          }};
}

ENGRAM_PLASTICITY_END
