/// An ordinary differential equation by steps as long as a tolerance allows.
#include "replay.hpp"

namespace engram::bench::programs {

Program adaptive_steps() {
  using V = ad::Variable<double>;
  const auto rate = [](const V&, const V& y, const V& p) {
    const V u = at(y, 0), v = at(y, 1);
    return ad::concatenate({at(p, 0) * u - at(p, 1) * u * v, at(p, 2) * u * v - at(p, 3) * v}, 1);
  };
  const auto distance = [&](const auto& p) {
    const V start = p[0].tape().constant(Eigen::MatrixXd::Ones(1, 2));
    ad::OdeOptions options;
    options.relative = options.absolute = AdaptiveSteps::tolerance;
    const V end = ad::odeint(rate, start, 0.0, AdaptiveSteps::duration, p[0], options).x;
    return sum(square(end - 1.0));
  };
  const auto& p = LotkaVolterra::parameters;
  return replay_with_gradient(distance, {{1, 4}}, {{std::begin(p), std::end(p)}});
}

}  // namespace engram::bench::programs
