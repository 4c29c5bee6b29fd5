#include <engram/plasticity/rules/hebbian.hpp>
#include <engram/plasticity/rules/oja.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::plasticity;
using P = Value<double>;

namespace {

P plain(const Array<double>& a) { return P(a); }

/// Labelled and unlabelled points of two classes.
Batches<P> batch(Index dimension, Random random) {
  const Array<double> targets = engram::autodiff::one_hot<double>(std::vector{0, 1, 1, 0, -1, -1}, 2);
  return {P(normal(random, 6, dimension)), P(targets), P(targets.rowwise().sum())};
}

const Network network{{2, 3, 2}};
const StepSettings unscaled = UpdateScale::none;

double largest_difference(const std::vector<P>& a, const std::vector<P>& b) {
  double d = 0;
  for (std::size_t i = 0; i < a.size(); ++i) d = std::max(d, (a[i].array() - b[i].array()).abs().maxCoeff());
  return d;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hebbian_rules)

BOOST_AUTO_TEST_CASE(hebb_adds_the_mean_product_of_both_outputs_and_the_delta_rule_above) {
  const auto start = map_leaves(initial_synapses(network, Random(1)), plain);
  const auto data = batch(2, Random(2));
  const auto next = inner_step(network, unscaled, Hebb<P>(P(0.5)), start, data);
  const auto a = forward(network, start.forward, data.x);
  const P h = slice_columns(a.x[1], 0, 3), error = (softmax(a.z[2]) - data.targets) * data.mask;
  BOOST_TEST(largest_difference({next.forward[0] - start.forward[0], next.forward[1] - start.forward[1]},
                                {(0.5 / 6) * matmul_tn(a.x[0], h), (-0.5 / 6) * matmul_tn(a.x[1], error)}) <
             1e-15);
  BOOST_TEST(largest_difference(next.feedback, start.feedback) == 0);
}

// A linear neuron; the data are stretched along (0.6, 0.8) in the first two of three coordinates.
BOOST_AUTO_TEST_CASE(ojas_neuron_finds_the_first_principal_component_at_length_1) {
  const Network one{{3, 1, 2}, Activation::identity, false};
  auto s = map_leaves(initial_synapses(one, Random(3)), plain);
  Random random(4);
  for (int t = 0; t < 2000; ++t) {
    Array<double> x = normal(random, 20, 3, 0.3);
    const Array<double> along = normal(random, 20, 1);
    x.col(0) += 0.6 * along.col(0), x.col(1) += 0.8 * along.col(0);
    const Batches<P> data{P(x), P(Array<double>::Zero(20, 2)), P(Array<double>::Zero(20, 1))};
    s = inner_step(one, unscaled, Oja<P>(P(0.02)), s, data);
  }
  const Array<double> w = s.forward[0].array();
  BOOST_TEST(std::sqrt(w.square().sum()) == 1.0, boost::test_tools::tolerance(0.03));
  BOOST_TEST(std::abs(0.6 * w(0, 0) + 0.8 * w(1, 0)) > 0.99);
}

BOOST_AUTO_TEST_CASE(the_learned_rule_contains_ojas) {
  Random unused(0);
  auto theta = map_leaves(MakeHebbianRule::shapes(),
                          [&](Shape form) { return normal(unused, form.rows, form.columns, 0); });
  theta.before << 0, 1, 0;
  theta.behind << 0, 1, 0, 0, 0, 0, 0, -1;
  theta.decay << 1, 0;
  theta.s << std::log(0.3);
  const auto start = map_leaves(initial_synapses(network, Random(5)), plain);
  const auto data = batch(2, Random(6));
  const HebbianRule<P> rule(map_leaves(theta, plain));
  BOOST_TEST(largest_difference(inner_step(network, unscaled, rule, start, data).forward,
                                inner_step(network, unscaled, Oja<P>(P(0.3)), start, data).forward) < 1e-15);
}

BOOST_AUTO_TEST_CASE(every_coefficient_of_the_learned_rule_counts) {
  const auto start = map_leaves(initial_synapses(network, Random(7)), plain);
  const auto data = batch(2, Random(8));
  const MakeHebbianRule make;
  const auto leaves = make.initial(network, Random(9));
  const auto step = [&](const std::vector<Array<double>>& l) {
    const std::vector<P> values(l.begin(), l.end());
    return inner_step(network, unscaled, make(std::span(values)), start, data).forward;
  };
  for (std::size_t k = 0; k < leaves.size(); ++k)
    for (Index i = 0; i < leaves[k].size(); ++i) {
      auto other = leaves;
      other[k].data()[i] += 0.1;
      const bool unused = k == 1 && i == 3;  // z̄ of hidden neurons, which have none without feedback
      if (!unused) BOOST_TEST(largest_difference(step(leaves), step(other)) > 1e-6);
    }
}

BOOST_AUTO_TEST_SUITE_END()
