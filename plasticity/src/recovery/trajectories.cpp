#include <engram/plasticity/recovery/trajectories.hpp>

#include <cmath>

ENGRAM_PLASTICITY_BEGIN

LayerHistory<Array<double>> history_of(const PlasticLayer& layer, const TaylorForm& form,
                                       const Array<double>& coefficients, const Array<double>& inputs,
                                       const Array<double>& start) {
  using P = Value<double>;
  const auto h = follow(layer, form, P(coefficients), P(inputs), P(start));
  return {h.weights.array(), h.activity.array()};
}

Trajectory simulate(const PlasticLayer& layer, const TaylorForm& form, const Array<double>& coefficients,
                    const Random& random) {
  validate(layer);
  check_bounds("Taylor form", form);
  Random inputs = random.split("inputs"), start = random.split("start");
  Trajectory t{layer.input_mean + normal(inputs, layer.steps, layer.inputs),
               normal(start, layer.inputs, layer.outputs, 1 / std::sqrt(static_cast<double>(layer.inputs))),
               {}};
  t.history = history_of(layer, form, coefficients, t.inputs, t.start);
  return t;
}

double variance_over_time(Observed what, const LayerHistory<Array<double>>& history, Index steps) {
  const Array<double>& all = seen(what, history);
  const Eigen::Map<const Array<double>> rows(all.data(), steps, all.size() / steps);
  const Eigen::Array<double, 1, Eigen::Dynamic> means = rows.colwise().mean();
  return (rows.rowwise() - means).square().mean();
}

Observations observe(const Trajectory& trajectory, const ObservationSettings& settings,
                     const Random& random) {
  check_bounds("observations", settings);
  const Array<double>& signal = seen(settings.what, trajectory.history);
  const auto noise = [&](const char* stream, Observed of, double part, const Array<double>& like) {
    Random draw = random.split(stream);
    const double variance = variance_over_time(of, trajectory.history, trajectory.inputs.rows());
    return normal(draw, like.rows(), like.cols(), part * std::sqrt(variance));
  };
  Random gaps = random.split("gaps");
  Array<double> mask(signal.rows(), signal.cols());
  for (double& is_seen : mask.reshaped<Eigen::RowMajor>())
    is_seen = gaps.uniform() < settings.missing ? 0 : 1;
  const Array<double>& start = trajectory.start;
  return {trajectory.inputs, start + noise("start", Observed::weights, settings.start_noise, start),
          signal + noise("noise", settings.what, settings.noise, signal), std::move(mask)};
}

ENGRAM_PLASTICITY_END
