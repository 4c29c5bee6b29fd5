#include <engram/plasticity/recovery/true_rules.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace engram::plasticity;

namespace {

const PlasticLayer layer{.inputs = 6, .outputs = 4, .steps = 30};
const TaylorForm form{.slow = 1};

Trajectory example(const char* rule = "oja") {
  return simulate(layer, form, true_rule(rule).coefficients(layer, form, Random(3)), Random(4));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plastic_layers)

BOOST_AUTO_TEST_CASE(the_layer_follows_bcm_with_its_sliding_threshold_step_by_step) {
  const Trajectory t = example("bcm");
  Array<double> w = t.start, slow = Array<double>::Zero(1, layer.outputs);
  for (Index step = 0; step < layer.steps; ++step) {
    const Array<double> x = t.inputs.row(step);
    const Array<double> y = (x.matrix() * w.matrix()).array().tanh();
    BOOST_TEST((t.history.activity.row(step) - y).abs().maxCoeff() < 1e-12);
    w += layer.rate * (x.matrix().transpose() * (y * (y - slow)).matrix()).array();
    slow += layer.slow_rate * (y.square() - slow);
    const auto after = t.history.weights.middleRows(step * layer.inputs, layer.inputs);
    BOOST_TEST((after - w).abs().maxCoeff() < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(every_true_rule_changes_weights_and_keeps_them_bounded) {
  for (const TrueRule& rule : true_rules())
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      const auto truth = rule.coefficients(layer, form, Random(seed));
      const auto h = simulate(layer, form, truth, Random(seed).split("inputs")).history;
      BOOST_TEST(h.weights.abs().maxCoeff() < 10, rule.name);
      BOOST_TEST(variance_over_time(Observed::weights, h, layer.steps) > 1e-4, rule.name);
    }
  BOOST_CHECK_THROW(true_rule("hopfield"), std::invalid_argument);
  BOOST_CHECK_THROW(true_rule("bcm").coefficients(layer, {}, Random(1)), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(noise_and_gaps_are_as_asked_for) {
  const Trajectory t = example();
  for (const Observed what : {Observed::weights, Observed::activity}) {
    const Observations o =
        observe(t, {.what = what, .noise = 0.5, .missing = 0.25, .start_noise = 2}, Random(5));
    const double n = static_cast<double>(o.values.size());
    const double noise = (o.values - seen(what, t.history)).square().mean();
    const double asked = 0.25 * variance_over_time(what, t.history, layer.steps);
    BOOST_TEST(std::abs(noise / asked - 1) < 5 * std::sqrt(2 / n));
    BOOST_TEST(std::abs(o.mask.mean() - 0.75) < 5 * std::sqrt(0.1875 / n));
    BOOST_TEST((o.mask == 0 || o.mask == 1).all());
    const double start = (o.start - t.start).square().mean();
    const double start_asked = 4 * variance_over_time(Observed::weights, t.history, layer.steps);
    BOOST_TEST(std::abs(start / start_asked - 1) < 5 * std::sqrt(2 / static_cast<double>(o.start.size())));
    BOOST_TEST((o.inputs == t.inputs).all());
  }
  const Observations all = observe(t, {}, Random(5));
  BOOST_TEST((all.values == t.history.weights && all.mask == 1).all());
  BOOST_TEST((all.start == t.start).all());
}

BOOST_AUTO_TEST_CASE(variance_over_time_is_that_of_each_weight_and_the_mean_of_all) {
  Array<double> weights(4, 2);  // two steps of a 2 x 2 layer: differences 2, 0, 4, 6
  weights << 1, 5, 0, 0, 3, 5, 4, 6;
  BOOST_TEST(variance_over_time(Observed::weights, {weights, {}}, 2) == (1 + 0 + 4 + 9) / 4.0);
}

BOOST_AUTO_TEST_CASE(settings_out_of_bounds_are_refused_by_name) {
  const auto refused = [&](PlasticLayer bad, const ObservationSettings& o, const std::string& name) {
    BOOST_CHECK_EXCEPTION(observe(simulate(bad, form, Array<double>::Zero(6, 9), Random(1)), o, Random(1)),
                          std::invalid_argument, [&](const std::exception& e) {
                            return std::string(e.what()).find(name + " is ") != std::string::npos;
                          });
  };
  refused({.inputs = 0}, {}, "inputs");
  refused({.steps = 0}, {}, "steps");
  refused({.rate = 0}, {}, "rate");
  refused({.slow_rate = 1.5}, {}, "slow_rate");
  refused({}, {.noise = -1}, "noise");
  refused({}, {.missing = 1.01}, "missing");
  refused({}, {.start_noise = std::nan("")}, "start_noise");
}

BOOST_AUTO_TEST_SUITE_END()
