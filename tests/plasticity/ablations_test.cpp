#include <engram/plasticity/meta_loss.hpp>
#include <engram/plasticity/rules/learned_loss.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::plasticity;
namespace ad = engram::autodiff;
using P = Value<double>;
using V = Variable<double>;

namespace {

const Network network{{2, 4, 3, 2}};
const EpisodeSettings sizes{.steps = 6, .labelled = 4, .unlabelled = 3, .query = 5};

P plain(const Array<double>& a) { return P(a); }

Episode<P> episode() {
  const TwoMoons task(TwoMoonsOptions::random(), Random(1));
  return map_leaves(draw_episode(network, sizes, task, Random(2)), plain);
}

Theta<P> theta(const RuleSettings& settings) {
  return map_leaves(initial_theta(settings, network.depth(), Random(3)), plain);
}

Synapses<P> learned(const RuleSettings& settings, const Synapses<P>& start) {
  const auto method = learned_method(network, settings);
  const auto carry =
      learn(method, flatten(start), step_data(episode().batches, sizes.steps), flatten(theta(settings)),
            sizes.steps, [](const auto&, auto) { return std::vector<P>{}; })
          .carry;
  return unflatten(synapse_shapes(network), std::span(carry));
}

bool same(const std::vector<P>& a, const std::vector<P>& b) {
  bool all = true;
  for (std::size_t i = 0; i < a.size(); ++i) all = all && (a[i].array() == b[i].array()).all();
  return all;
}

std::vector<P> zeros(const std::vector<P>& like) {
  std::vector<P> z;
  for (const P& p : like) z.push_back(zeros_like(p));
  return z;
}

/// The derivative of the meta-loss with respect to θ.
std::vector<P> meta_gradient(Index every, Index window) {
  const RuleSettings settings{.width = 3};
  ad::Tape<double> tape;
  const auto t = map_leaves(theta(settings), [&](const P& p) { return tape.variable(p); });
  const auto e = map_leaves(episode(), [&](const P& p) { return tape.constant(p); });
  return ad::gradient_values(meta_loss(network, settings, t, e, sizes.steps, every, window), flatten(t));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ablations)

BOOST_AUTO_TEST_CASE(without_lateral_signals_lateral_weights_neither_count_nor_move) {
  const RuleSettings settings{.width = 3, .lateral = false};
  const auto start = episode().start;
  auto other = start;
  other.lateral = zeros(start.lateral);
  const auto a = learned(settings, start), b = learned(settings, other);
  BOOST_TEST(same(a.lateral, start.lateral));
  BOOST_TEST(same(a.forward, b.forward));
  BOOST_TEST(!same(a.forward, start.forward));
  BOOST_TEST(!same(a.forward, learned({.width = 3}, start).forward));
  BOOST_TEST(!same(learned({.width = 3}, start).forward, learned({.width = 3}, other).forward));
}

BOOST_AUTO_TEST_CASE(fixed_feedback_weights_count_but_do_not_move) {
  const RuleSettings settings{.width = 3, .feedback = FeedbackWeights::fixed};
  const auto start = episode().start;
  auto other = start;
  other.feedback = zeros(start.feedback);
  const auto a = learned(settings, start);
  BOOST_TEST(same(a.feedback, start.feedback));
  BOOST_TEST(!same(a.forward, learned(settings, other).forward));
  BOOST_TEST(!same(learned({.width = 3}, start).feedback, start.feedback));
}

BOOST_AUTO_TEST_CASE(without_feedback_nothing_comes_down) {
  const RuleSettings settings{.width = 3, .feedback = FeedbackWeights::none};
  const auto start = episode().start;
  auto other = start;
  other.feedback = zeros(start.feedback);
  const auto a = learned(settings, start);
  BOOST_TEST(same(a.feedback, start.feedback));
  BOOST_TEST(same(a.forward, learned(settings, other).forward));
  BOOST_TEST(!same(a.forward, start.forward));
}

BOOST_AUTO_TEST_CASE(truncation_changes_the_derivative_only) {
  const RuleSettings settings{.width = 3};
  const auto loss = [&](Index window) {
    return meta_loss(network, settings, theta(settings), episode(), sizes.steps, 2, window).item();
  };
  BOOST_TEST(loss(2) == loss(0));
  BOOST_TEST(same(meta_gradient(2, 0), meta_gradient(2, 6)));
  BOOST_TEST(!same(meta_gradient(2, 0), meta_gradient(2, 3)));
  BOOST_TEST(!same(meta_gradient(2, 1), meta_gradient(2, 3)));
}

// The same by hand: each window begins with weights that are numbers.
BOOST_AUTO_TEST_CASE(a_truncated_derivative_is_the_sum_over_windows_that_begin_anew) {
  const RuleSettings settings{.width = 3};
  const auto e = episode();
  const auto leaves = flatten(theta(settings));
  std::vector<P> expected = zeros(leaves);
  std::vector<P> carry = flatten(e.start);
  for (Index first = 0; first < sizes.steps; first += 3) {
    ad::Tape<double> tape;
    std::vector<V> p, now;
    for (const P& leaf : leaves) p.push_back(tape.variable(leaf));
    for (const P& leaf : carry) now.push_back(tape.constant(leaf));
    const auto batches = map_leaves(e.batches, [&](const P& m) { return tape.constant(m); });
    const auto query = [&](std::size_t depth) {
      const std::vector<V> w(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(depth));
      return mean_loss(network, w, tape.constant(e.query_x), tape.constant(e.query_targets));
    };
    V loss = tape.constant(0.0);
    const auto method = learned_method(network, settings);
    for (Index t = first; t < first + 3; ++t) {
      const auto batch = map_leaves(batches, [&](const V& m) { return slice_rows(m, t * 7, 7); });
      now = method.step(std::span<const V>(now), StepData<V>{batch, {}, {}, {}}, std::span<const V>(p));
      if ((t + 1) % 2 == 0) loss = loss + query(network.depth()) * (1.0 / 3);
    }
    const auto g = ad::gradient_values(loss, p);
    for (std::size_t k = 0; k < g.size(); ++k) expected[k] = expected[k] + g[k];
    carry.clear();
    for (const V& v : now) carry.emplace_back(v.value());
  }
  const auto found = meta_gradient(2, 3);
  for (std::size_t k = 0; k < found.size(); ++k)
    BOOST_TEST((found[k].array() - expected[k].array()).abs().maxCoeff() < 1e-13);
}

BOOST_AUTO_TEST_SUITE_END()
