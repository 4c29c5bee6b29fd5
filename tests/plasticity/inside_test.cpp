#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/inner_losses/supervised.hpp>
#include <engram/plasticity/inside.hpp>
#include <engram/plasticity/rules/feedback_alignment.hpp>
#include <engram/plasticity/rules/learned.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace engram::plasticity;

namespace {

const Network network{{2, 4, 2}};
const EpisodeSettings sizes{.steps = 6, .labelled = 4, .unlabelled = 0, .query = 5};
const auto near = boost::test_tools::tolerance(1e-12);

Episode<Array<double>> episode() { return draw_trial(two_moons(), network, sizes, Random(1), 0); }

}  // namespace

BOOST_AUTO_TEST_SUITE(inside_the_rule)

BOOST_AUTO_TEST_CASE(slices_are_what_the_formula_says) {
  const RuleSettings settings{.width = 3};
  const auto theta = initial_theta(settings, 2, Random(2));
  const auto slices = rule_slices(settings, theta, 2, 5, {0.1, 0.2, 0.3});
  BOOST_TEST(slices[1].at == (std::vector<double>{-2, -1, 0, 1, 2}), boost::test_tools::per_element());
  for (std::size_t k = 0; k < 3; ++k)
    for (Index i = 0; i < 5; ++i) {
      Eigen::RowVector3d f(0.1, 0.2, 0.3);
      f(static_cast<Index>(k)) = slices[k].at[static_cast<std::size_t>(i)];
      const Eigen::MatrixXd h = (f * theta.A.matrix() + theta.a.matrix()).array().tanh().matrix();
      Eigen::MatrixXd hm(1, 6);
      hm << h, h;
      const Eigen::MatrixXd g = (hm * theta.B.matrix() + theta.b.matrix()).array().tanh().matrix();
      const Array<double> o = (g * theta.C.matrix() + theta.c.matrix()).array();
      BOOST_TEST((slices[k].outputs.row(i) - o.row(0)).abs().maxCoeff() < 1e-14);
    }
  BOOST_CHECK_THROW(rule_slices(settings, theta, 1, 1), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(samples_are_met_in_every_so_many_steps) {
  const RuleSettings settings{.width = 3, .batch_accumulation = false};
  const auto theta = initial_theta(settings, 2, Random(3));
  const RuleSamples samples = rule_samples(network, settings, theta, episode(), sizes.steps, 4);
  BOOST_TEST(samples.inputs.rows() == 2 * 4 * (5 + 2));  // steps, examples, neurons above the input
  // Without accumulation an output depends on the neuron's three signals only.
  for (const Index row : {Index{0}, Index{17}, samples.inputs.rows() - 1}) {
    const auto slice = rule_slices(settings, theta, std::abs(samples.inputs(row, 0)), 2,
                                   {0, samples.inputs(row, 1), samples.inputs(row, 2)})[0];
    const Index side = samples.inputs(row, 0) > 0;
    BOOST_TEST((slice.outputs.row(side) - samples.outputs.row(row)).abs().maxCoeff() < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(a_sparse_polynomial_finds_the_terms_it_is_made_of) {
  Random random(4);
  const Array<double> x = normal(random, 300, 3);
  const Array<double> y = 2 * x.col(0) * x.col(1) - 0.5 * x.col(2).square();
  const SparsePolynomial p = sparse_polynomial(x, y, 3, 5);
  BOOST_TEST(p.terms.size() == 2u);
  BOOST_TEST(p.text() == "2 z z_bar - 0.5 z_lat^2");
  BOOST_TEST(p.explained.back() == 1.0, near);
  BOOST_TEST(p.explained.front() < 0.95);
  BOOST_TEST(p(1, 2, 3) == -0.5, boost::test_tools::tolerance(1e-10));
  const SparsePolynomial one = sparse_polynomial(x, y + normal(random, 300, 1, 0.1), 3, 1);
  BOOST_TEST(one.terms.size() == 1u);
  BOOST_TEST((one.terms[0].powers == std::array<int, 3>{1, 1, 0}));
  BOOST_TEST(sparse_polynomial(x, 0 * y, 2, 3).text() == "0");
  BOOST_CHECK_THROW(sparse_polynomial(y, y, 2, 3), std::invalid_argument);
}

// With W̄ = Wᵀ feedback alignment is backpropagation; only the scale of the two layers differs.
BOOST_AUTO_TEST_CASE(backpropagation_has_no_angle_to_itself) {
  auto e = episode();
  for (std::size_t l = 0; l < 2; ++l) e.start.feedback[l] = e.start.forward[l].transpose();
  const Method rule =
      RuleMethod{network, StepSettings(UpdateScale::none), MakeFeedbackAlignment{Activation::tanh}};
  const LearningAngles angles = learning_angles(rule, {Array<double>::Constant(1, 1, 0.5)}, e, sizes.steps);
  BOOST_TEST(angles.change.row(0).abs().maxCoeff() < 1e-5);
  BOOST_TEST(angles.feedback.row(0).abs().maxCoeff() < 1e-5);
  BOOST_TEST(angles.feedback(5, 1) > 1);  // W moves, W̄ does not
  BOOST_TEST(angles.change.rows() == 6);
}

BOOST_AUTO_TEST_CASE(random_feedback_is_about_orthogonal_and_aligns) {
  const Network wide{{2, 60, 2}};
  const auto e = draw_trial(two_moons(), wide, {.steps = 60, .labelled = 20, .unlabelled = 0}, Random(5), 0);
  const Method rule =
      RuleMethod{wide, StepSettings(UpdateScale::none), MakeFeedbackAlignment{Activation::tanh}};
  const LearningAngles angles = learning_angles(rule, {Array<double>::Constant(1, 1, 0.3)}, e, 60);
  BOOST_TEST(std::abs(angles.feedback(0, 1) - 90) < 20);
  BOOST_TEST(angles.feedback(59, 1) < angles.feedback(0, 1) - 3);
  BOOST_TEST(angles.change(59, 1) < 1e-5);  // the output layer has the gradient itself
}

/// Feedback alignment whose step size grows from 0 with what lies behind.
struct Growing {
  Network network;
  RuleMethod<MakeFeedbackAlignment> rule{network, StepSettings(UpdateScale::none), {Activation::tanh}};
  std::vector<Shape> parameters() const { return {{1, 1}}; }
  template <class T>
  std::vector<T> start(const Synapses<T>& s, std::span<const T> p) const {
    return rule.start(s, p);
  }
  template <class T>
  std::vector<T> step(std::span<const T> carry, const StepData<T>& data, std::span<const T> p) const {
    const T size = p[0] * data.progress;
    return rule.step(carry, data, std::span<const T>(&size, 1));
  }
};

BOOST_AUTO_TEST_CASE(a_rule_that_changes_with_its_progress_sees_it) {
  const LearningAngles angles =
      learning_angles(Growing{network}, {Array<double>::Constant(1, 1, 0.5)}, episode(), sizes.steps);
  BOOST_TEST(angles.change.row(0).isNaN().all());  // a step of size 0 has no direction
  BOOST_TEST(angles.change.bottomRows(5).isFinite().all());
}

BOOST_AUTO_TEST_CASE(gradient_descent_is_no_plasticity_rule) {
  const Method descent = GradientDescent<Supervised>{network, Optimizer::sgd, {}};
  BOOST_CHECK_THROW(learning_angles(descent, {Array<double>::Constant(1, 1, 0.5)}, episode(), sizes.steps),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
