#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>
#include <tbb/global_control.h>

using namespace engram::plasticity;
namespace ad = engram::autodiff;
using P = Value<double>;
using V = Variable<double>;

namespace {

const Network network{{2, 8, 2}};
const EpisodeSettings sizes{.steps = 12, .labelled = 6, .unlabelled = 3, .query = 40};

Array<double> number(double v) { return Array<double>::Constant(1, 1, v); }

}  // namespace

BOOST_AUTO_TEST_SUITE(evaluation)

BOOST_AUTO_TEST_CASE(gradient_descent_in_a_compiled_loop_is_gradient_descent) {
  const auto episode = draw_trial(two_moons(), network, sizes, Random(1), 0);
  const Learned learned = Learner::backprop(network, Optimizer::sgd, sizes)({number(0.5)}, episode);
  std::vector<Array<double>> w = episode.start.forward;
  for (Index t = 0; t <= sizes.steps; ++t) {
    ad::Tape<double> tape;
    std::vector<V> weights;
    for (const auto& a : w) weights.push_back(tape.variable(a));
    const V loss = mean_loss(network, weights, tape.constant(episode.labelled_x),
                             tape.constant(episode.labelled_targets));
    BOOST_TEST(loss.item() == learned.train_loss(0, t), boost::test_tools::tolerance(1e-12));
    const auto g = ad::gradient_values(loss, weights);
    if (t < sizes.steps)
      for (std::size_t l = 0; l < w.size(); ++l) w[l] -= 0.5 * g[l].array();
  }
  for (std::size_t l = 0; l < w.size(); ++l) BOOST_TEST((w[l] - learned.weights[l]).abs().maxCoeff() < 1e-12);
}

BOOST_AUTO_TEST_CASE(accuracy_counts_the_examples_whose_class_has_the_largest_logit) {
  const auto episode = draw_trial(two_moons(), network, sizes, Random(2), 0);
  const Learned learned = Learner::backprop(network, Optimizer::adam, sizes)({number(0.05)}, episode);
  std::vector<P> w;
  for (const auto& a : learned.weights) w.emplace_back(a);
  const P z = logits(network, w, P(episode.query_x));
  double right = 0;
  for (Index b = 0; b < sizes.query; ++b) {
    Index answer, label;
    z.array().row(b).maxCoeff(&answer);
    episode.query_targets.row(b).maxCoeff(&label);
    right += answer == label;
  }
  BOOST_TEST(learned.accuracy(0, sizes.steps) == right / static_cast<double>(sizes.query));
}

BOOST_AUTO_TEST_CASE(trials_are_paired_and_the_same_for_any_number_of_threads) {
  const auto family = two_gaussians();
  const auto a = draw_trial(family, network, sizes, Random(3), 5),
             b = draw_trial(family, network, sizes, Random(3), 5);
  const auto x = flatten(a), y = flatten(b);
  for (std::size_t i = 0; i < x.size(); ++i) BOOST_TEST((x[i] == y[i]).all());
  const Learner learner = Learner::backprop(network, Optimizer::sgd, sizes);
  const auto run = [&](std::size_t threads) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    return evaluate(learner, {number(0.3)}, family, 9, Random(3));
  };
  BOOST_TEST((run(1).accuracy == run(2).accuracy).all());
  BOOST_TEST((run(1).train_loss == run(2).train_loss).all());
}

BOOST_AUTO_TEST_CASE(a_task_that_does_not_fit_the_network_is_an_error) {
  BOOST_CHECK_THROW(draw_trial(two_gaussians({.dimension = 3}), network, sizes, Random(1), 0),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
