#include <engram/plasticity/inner_loop.hpp>
#include <engram/plasticity/meta_loss.hpp>
#include <engram/plasticity/rules/feedback_alignment.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace engram::plasticity;
namespace ad = engram::autodiff;
using P = Value<double>;
using V = Variable<double>;

namespace {

const std::vector<Network> networks{{{2, 2}, Activation::relu, true},
                                    {{3, 5, 2}, Activation::tanh, true},
                                    {{3, 5, 2}, Activation::tanh, false},
                                    {{2, 4, 6, 3}, Activation::relu, true},
                                    {{2, 4, 3, 3}, Activation::identity, false}};

/// A batch whose last two examples have no label.
Batches<P> batch_for(const Network& network, Random random) {
  const int classes = static_cast<int>(network.sizes.back());
  const std::vector<int> labels{0, 1, classes - 1, 1, -1, -1};
  const Array<double> targets = ad::one_hot<double>(labels, classes);
  return {P(normal(random, 6, network.sizes.front())), P(targets), P(targets.rowwise().sum())};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(feedback_alignment)

BOOST_DATA_TEST_CASE(with_the_transposed_weights_as_feedback_it_is_backpropagation,
                     boost::unit_test::data::xrange(networks.size()), n) {
  const Network& network = networks[n];
  auto weights = initial_synapses(network, Random(11));
  for (std::size_t l = 0; l < network.depth(); ++l) weights.feedback[l] = weights.forward[l].transpose();
  const auto synapses = map_leaves(weights, [](const Array<double>& a) { return P(a); });
  const auto batch = batch_for(network, Random(12));

  const FeedbackAlignment<P> rule(network.activation, P(1.0));
  const auto next = inner_step(network, UpdateScale::fan_in, rule, synapses, batch);

  ad::Tape<double> tape;
  std::vector<V> w;
  for (const P& p : synapses.forward) w.push_back(tape.variable(p));
  const V loss = sum(cross_entropy(logits(network, w, tape.constant(batch.x)), tape.constant(batch.targets)));
  const auto g = ad::gradient_values(loss, w);
  for (std::size_t l = 0; l < w.size(); ++l) {
    const auto& before = weights.forward[l];
    const double divisor =
        6 * forward_divisor(UpdateScale::fan_in, before.rows(), before.cols(), network.depth());
    const Array<double> moved = (before - next.forward[l].array()) * divisor;
    BOOST_TEST((moved - g[l].array()).abs().maxCoeff() < 1e-13);
    BOOST_TEST(g[l].array().abs().maxCoeff() > 1e-3);
    BOOST_TEST((next.feedback[l].array() == weights.feedback[l]).all());
  }
}

// Of three layers, so that the two ways differ.
BOOST_AUTO_TEST_CASE(with_direct_feedback_every_layer_hears_the_error_of_the_top) {
  const Network network{{2, 4, 3, 2}, Activation::tanh, true, true};
  const auto synapses =
      map_leaves(initial_synapses(network, Random(21)), [](const Array<double>& a) { return P(a); });
  const auto batch = batch_for(network, Random(22));
  const auto signals =
      step_signals(network, {}, FeedbackAlignment<P>(network.activation, P(1.0)), synapses, batch);
  const P error = signals.local[3].z_bar;
  for (std::size_t l = 0; l < 3; ++l) {
    BOOST_TEST(synapses.feedback[l].rows() == 2);
    BOOST_TEST((signals.local[l].z_bar.array() == matmul(error, synapses.feedback[l]).array()).all());
  }
}

BOOST_AUTO_TEST_CASE(the_wiring_of_the_feedback_leaves_the_forward_weights_as_they_are_drawn) {
  const Network layered{{2, 4, 3, 2}}, direct{{2, 4, 3, 2}, Activation::tanh, true, true};
  const auto a = initial_synapses(layered, Random(23)).forward,
             b = initial_synapses(direct, Random(23)).forward;
  for (std::size_t l = 0; l < a.size(); ++l) BOOST_TEST((a[l] == b[l]).all());
}

BOOST_AUTO_TEST_SUITE_END()
