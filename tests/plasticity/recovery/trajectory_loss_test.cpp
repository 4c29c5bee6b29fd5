#include <engram/plasticity/recovery/recovery.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numeric>

using namespace engram::plasticity;
using V = Variable<double>;
using P = Value<double>;

namespace {

const PlasticLayer layer{.inputs = 3, .outputs = 2, .steps = 8, .rate = 0.2};
const TaylorForm form{.before = 1, .behind = 2, .weight = 1, .slow = 1};

Array<double> truth() { return true_rule("bcm").coefficients(layer, form, Random(1)); }

std::vector<Observations> observations(const ObservationSettings& s, std::uint64_t count = 3) {
  std::vector<Observations> all;
  for (std::uint64_t i = 0; i < count; ++i)
    all.push_back(observe(simulate(layer, form, truth(), Random(i)), s, Random(10 + i)));
  return all;
}

std::vector<Index> all_terms() {
  std::vector<Index> all(static_cast<std::size_t>(form.shape().size()));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// The mean square of all residuals on a tape: what TrajectoryLoss computes.
V recorded_loss(const V& coefficients, Observed what, const std::vector<Observations>& observed) {
  V sum = 0.0 * engram::autodiff::sum(coefficients);
  double count = 0;
  for (const Observations& o : observed) {
    const auto leaf = [&](const Array<double>& a) { return coefficients.tape().constant(a); };
    const ObservationLeaves<V> leaves{leaf(o.inputs), leaf(o.start), leaf(o.values), leaf(o.mask)};
    sum = sum + engram::autodiff::sum(square(residuals(layer, form, what, coefficients, leaves)));
    count += o.mask.sum();
  }
  return sum / count;
}

const ObservationSettings settings[]{{.what = Observed::weights, .noise = 0.5, .missing = 0.3},
                                     {.what = Observed::activity, .noise = 0.5, .missing = 0.3}};

Array<double> somewhere() {
  Random random(7);
  return normal(random, form.shape().rows, form.shape().columns, 0.3);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trajectory_losses)

BOOST_AUTO_TEST_CASE(derivatives_through_the_whole_trajectory_agree_with_differences) {
  for (const auto& s : settings) {
    const auto observed = observations(s, 1);
    const auto report = engram::autodiff::gradcheck(
        [&](const std::vector<V>& x) { return std::vector{recorded_loss(x[0], s.what, observed)}; },
        {P(somewhere())});
    BOOST_TEST(report.passed, report.text);
  }
}

BOOST_AUTO_TEST_CASE(loss_and_gradient_are_those_of_the_reverse_sweep) {
  for (const auto& s : settings) {
    const auto observed = observations(s);
    const TrajectoryLoss loss(layer, form, s.what, observed);
    engram::autodiff::Tape<double> tape;
    const V x = tape.variable(somewhere());
    const V y = recorded_loss(x, s.what, observed);
    const Array<double> g = gradient_values(y, std::vector{x})[0].array();
    const LinearisedLoss near = loss.linearised(somewhere(), all_terms());
    BOOST_TEST(std::abs(near.loss - y.value()(0, 0)) < 1e-12 * near.loss);
    BOOST_TEST(std::abs(near.loss - loss(somewhere())) < 1e-12 * near.loss);
    for (Index j = 0; j < g.size(); ++j)
      BOOST_TEST(std::abs(near.gradient[j] - g.data()[j]) < 1e-10 * (1 + std::abs(g.data()[j])));
  }
}

// Where residuals are 0 the quadratic form is the Hessian.
BOOST_AUTO_TEST_CASE(the_curvature_at_the_truth_is_how_the_gradient_changes) {
  constexpr double step = 1e-5;
  for (const Observed what : {Observed::weights, Observed::activity}) {
    const TrajectoryLoss loss(layer, form, what, observations({.what = what}));
    const auto terms = all_terms();
    const Eigen::MatrixXd curvature = loss.linearised(truth(), terms).curvature;
    for (const Index j : terms) {
      Array<double> high = truth(), low = truth();
      high.data()[j] += step, low.data()[j] -= step;
      const Eigen::VectorXd change =
          (loss.linearised(high, terms).gradient - loss.linearised(low, terms).gradient) / (2 * step);
      BOOST_TEST((change - curvature.col(j)).norm() < 1e-6 * (1e-3 + curvature.norm()));
    }
  }
}

BOOST_AUTO_TEST_CASE(some_terms_have_the_derivatives_that_they_have_among_all) {
  const TrajectoryLoss loss(layer, form, Observed::weights, observations(settings[0]));
  const auto all = loss.linearised(somewhere(), all_terms()), some = loss.linearised(somewhere(), {5, 2});
  BOOST_TEST(some.gradient[0] == all.gradient[5]);
  BOOST_TEST(some.gradient[1] == all.gradient[2]);
  BOOST_TEST(some.curvature(0, 1) == all.curvature(5, 2), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_trajectory_that_runs_away_costs_infinitely_much) {
  const TrajectoryLoss loss(layer, form, Observed::weights, observations({}));
  BOOST_TEST(loss(Array<double>::Constant(6, 4, 1e60)) == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_CASE(observations_that_do_not_fit_are_refused) {
  const auto make = [&](std::vector<Observations> o) {
    TrajectoryLoss(layer, form, Observed::weights, std::move(o));
  };
  BOOST_CHECK_THROW(make({}), std::invalid_argument);
  BOOST_CHECK_THROW(make(observations({.what = Observed::activity})), std::invalid_argument);
  auto unseen = observations({.missing = 1});
  BOOST_CHECK_THROW(make(unseen), std::invalid_argument);
  unseen[1].mask(0, 0) = 1;
  BOOST_CHECK_NO_THROW(make(unseen));
}

BOOST_AUTO_TEST_SUITE_END()
