/// A layer of plastic synapses that a rule changes, what happens in it, and what an experimenter sees of
/// that.
///
/// In step t all n neurons before the layer put out x_t (1 x n), those behind it y_t = φ(x_t W_(t-1)); then
/// the weights W (n x m) and each neuron's slow mean s of y² move:
///
///     W_t = W_(t-1) + η Δ(x_t, y_t, W_(t-1), s_(t-1)),   s_t = s_(t-1) + κ (y_t² - s_(t-1)),   s_0 = 0
///
/// where Δ is a polynomial (rules/taylor.hpp). Inputs are drawn anew for every step.
#pragma once

#include <engram/plasticity/rules/taylor.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The layer, and how long it is followed.
struct PlasticLayer {
  Index inputs = 10, outputs = 5, steps = 50;
  Activation activation = Activation::tanh;
  double rate = 0.05;
  double slow_rate = 0.1;
  double input_mean = 0.5;

  static constexpr auto members = std::tuple{
      setting("inputs", &PlasticLayer::inputs, "neurons before the synapses", {1, 10'000}),
      setting("outputs", &PlasticLayer::outputs, "neurons behind them", {1, 10'000}),
      setting("steps", &PlasticLayer::steps, "steps of a trajectory", {1, 1'000'000}),
      setting("activation", &PlasticLayer::activation, "nonlinearity of the neurons behind"),
      setting("rate", &PlasticLayer::rate, "η, the step size of the weights", above_zero),
      setting("slow_rate", &PlasticLayer::slow_rate, "κ, the rate of the slow mean", {.low = 0, .high = 1}),
      setting("input_mean", &PlasticLayer::input_mean, "mean of the inputs, whose standard deviation is 1")};
};

/// Throws std::invalid_argument unless all settings are within their bounds.
inline void validate(const PlasticLayer& layer) { check_bounds("plastic layer", layer); }

/// What happens in all steps, below each other.
template <class T>
struct LayerHistory {
  T weights;   ///< W_1 ... W_T: steps n x m
  T activity;  ///< y_1 ... y_T: steps x m
};

/// Follows the layer from the weights `start` (n x m) under a rule with these coefficients, for as many steps
/// as `inputs` (steps x n) has rows.
template <Differentiable T>
LayerHistory<T> follow(const PlasticLayer& layer, const TaylorForm& form, const T& coefficients,
                       const T& inputs, const T& start) {
  using Scalar = typename T::Scalar;
  using Span = std::span<const T>;
  const auto step = [&](Span carry, Span x, Span constants) {
    const T &w = carry[0], &slow = carry[1];
    const T y = activate(layer.activation, matmul(x[0], w));
    const T next = w + layer.rate * taylor_change(form, constants[0], x[0], y, w, slow);
    return autodiff::StepResult<T>{{next, slow + layer.slow_rate * (square(y) - slow)}, {next, y}};
  };
  const T slow = constant_like(inputs, Value<Scalar>(Array<Scalar>::Zero(1, start.columns())));
  const auto all = autodiff::scan(step, std::vector{start, slow}, std::vector{inputs},
                                  std::vector{coefficients}, inputs.rows());
  return {all.results[0], all.results[1]};
}

/// A layer's inputs, its first weights, and what a rule made of them.
struct Trajectory {
  Array<double> inputs;  ///< steps x n, normal around the mean
  Array<double> start;   ///< n x m, normal with variance 1/n
  LayerHistory<Array<double>> history;
};

/// The history that follows from these coefficients.
LayerHistory<Array<double>> history_of(const PlasticLayer& layer, const TaylorForm& form,
                                       const Array<double>& coefficients, const Array<double>& inputs,
                                       const Array<double>& start);
/// A trajectory with inputs and first weights of this stream.
Trajectory simulate(const PlasticLayer& layer, const TaylorForm& form, const Array<double>& coefficients,
                    const Random& random);

/// What is seen in every step: the weights that the step has made, or what the neurons behind put out.
enum class Observed { weights, activity };
/// Its values' names.
constexpr auto names_of(Observed) { return std::array<std::string_view, 2>{"weights", "activity"}; }

/// The part of a history that is seen.
template <class T>
const T& seen(Observed what, const LayerHistory<T>& history) {
  return what == Observed::weights ? history.weights : history.activity;
}

/// How well it is seen.
struct ObservationSettings {
  Observed what = Observed::weights;
  double noise = 0;
  double missing = 0;
  double start_noise = 0;

  static constexpr auto members = std::tuple{
      setting("what", &ObservationSettings::what, "whether weights are seen, or activity only"),
      setting("noise", &ObservationSettings::noise, "standard deviation of the noise on each number",
              zero_or_more)
          .in("standard deviations of the signal over time"),
      setting("missing", &ObservationSettings::missing, "probability that a number is not seen",
              {.low = 0, .high = 1}),
      setting("start_noise", &ObservationSettings::start_noise,
              "standard deviation of the error with which the first weights are known", zero_or_more)
          .in("standard deviations of the weights over time")};
};

/// What an experimenter has: inputs as they are, first weights, and numbers with noise and gaps.
struct Observations {
  Array<double> inputs, start;
  Array<double> values;  ///< in the shape of what is seen
  Array<double> mask;    ///< of the same shape: 1 where a number is seen, else 0
};

/// The variance over time of what is seen in a history, mean over all weights or neurons.
double variance_over_time(Observed what, const LayerHistory<Array<double>>& history, Index steps);

/// Observes a trajectory with the noise and the gaps of this stream. Throws std::invalid_argument if a
/// setting is out of its bounds.
Observations observe(const Trajectory& trajectory, const ObservationSettings& settings, const Random& random);

ENGRAM_PLASTICITY_END
