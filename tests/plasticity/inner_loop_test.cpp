#include <engram/plasticity/meta_loss.hpp>
#include <engram/plasticity/rules/learned_loss.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>

#include <numeric>

using namespace engram::plasticity;
namespace ad = engram::autodiff;
using P = Value<double>;
using V = Variable<double>;

namespace {

constexpr double tiny = 1e-12;

P plain(const Array<double>& a) { return P(a); }

/// A rule far from its start, biases included.
Theta<P> some_theta(const RuleSettings& settings, std::uint64_t seed) {
  auto theta = initial_theta(settings, 2, Random(seed));
  Random bias = Random(seed).split("bias");
  for (auto* leaf : {&theta.a, &theta.b, &theta.c}) *leaf = normal(bias, leaf->rows(), leaf->cols(), 0.2);
  theta.C *= 3;
  return map_leaves(theta, plain);
}

Episode<P> some_episode(const Network& network, const EpisodeSettings& settings, std::uint64_t seed) {
  const TwoMoons task(TwoMoonsOptions::random(), Random(seed).split("task"));
  return map_leaves(draw_episode(network, settings, task, Random(seed)), plain);
}

P permuted_rows(const P& x, const std::vector<Index>& order) { return gather_rows(x, order); }
P permuted_columns(const P& x, const std::vector<Index>& order) {
  return transpose(gather_rows(transpose(x), order));
}

double largest_difference(const P& a, const P& b) { return (a.array() - b.array()).abs().maxCoeff(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(inner_loop_of_the_learned_rule)

BOOST_AUTO_TEST_CASE(a_loop_takes_the_same_steps_as_one_step_after_another) {
  const Network network{{2, 4, 2}};
  const RuleSettings settings{.width = 5};
  const EpisodeSettings sizes{.steps = 6, .labelled = 4, .unlabelled = 3, .query = 5};
  const auto theta = some_theta(settings, 1);
  const auto episode = some_episode(network, sizes, 2);
  auto synapses = episode.start;
  for (Index t = 0; t < sizes.steps; ++t) {
    const auto batch = map_leaves(episode.batches, [&](const P& m) { return slice_rows(m, t * 7, 7); });
    synapses = inner_step(network, settings.update_scale, LearnedRule<P>(theta, true), synapses, batch);
  }
  const auto looped = learn(learned_method(network, settings), flatten(episode.start),
                            step_data(episode.batches, sizes.steps), flatten(theta), sizes.steps,
                            [](const auto&, auto) { return std::vector<P>{}; })
                          .carry;
  const auto a = flatten(synapses), b = looped;
  for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST(largest_difference(a[i], b[i]) == 0);
}

BOOST_AUTO_TEST_CASE(permuting_the_batch_changes_nothing) {
  const Network network{{2, 4, 2}};
  const RuleSettings settings{.width = 5};
  const auto episode = some_episode(network, {.steps = 1, .labelled = 4, .unlabelled = 3, .query = 1}, 3);
  const LearnedRule<P> rule(some_theta(settings, 4), true);
  const std::vector<Index> order{6, 2, 0, 5, 1, 4, 3};
  const auto permuted = map_leaves(episode.batches, [&](const P& m) { return permuted_rows(m, order); });
  const auto a = flatten(inner_step(network, settings.update_scale, rule, episode.start, episode.batches));
  const auto b = flatten(inner_step(network, settings.update_scale, rule, episode.start, permuted));
  for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST(largest_difference(a[i], b[i]) < tiny);
}

BOOST_AUTO_TEST_CASE(permuting_the_hidden_neurons_permutes_the_result) {
  const Network network{{2, 4, 2}};
  const RuleSettings settings{.width = 5};
  const auto episode = some_episode(network, {.steps = 1, .labelled = 4, .unlabelled = 3, .query = 1}, 5);
  const LearnedRule<P> rule(some_theta(settings, 6), true);
  const std::vector<Index> order{2, 0, 3, 1}, with_bias{2, 0, 3, 1, 4};
  const auto permute = [&](Synapses<P> s) {
    s.forward[0] = permuted_columns(s.forward[0], order);
    s.forward[1] = permuted_rows(s.forward[1], with_bias);
    s.feedback[0] = permuted_rows(s.feedback[0], order);
    s.feedback[1] = permuted_columns(s.feedback[1], with_bias);
    s.lateral[1] = permuted_rows(permuted_columns(s.lateral[1], with_bias), with_bias);
    return s;
  };
  const auto step = [&](const Synapses<P>& s) {
    return inner_step(network, settings.update_scale, rule, s, episode.batches);
  };
  const auto a = flatten(permute(step(episode.start))), b = flatten(step(permute(episode.start)));
  for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST(largest_difference(a[i], b[i]) < tiny);
}

BOOST_AUTO_TEST_CASE(outputs_that_no_synapse_uses_get_no_gradient) {
  const Network network{{2, 3, 2}};
  const RuleSettings settings{.width = 4};
  const auto episode = some_episode(network, {.steps = 1, .labelled = 4, .unlabelled = 2, .query = 3}, 7);
  ad::Tape<double> tape;
  const auto record = [&](const P& p) { return tape.variable(p); };
  const LearnedRule<V> rule(map_leaves(some_theta(settings, 8), record), true);
  const auto synapses = map_leaves(episode.start, record);
  const auto batch = map_leaves(episode.batches, record);

  // One step whose weights all enter a loss. The rule's outputs are intercepted on their way to the synapses.
  std::vector<SynapticSignals<V>> seen;
  struct Recorded {
    const LearnedRule<V>& rule;
    std::vector<SynapticSignals<V>>& seen;
    Gains<V> gains() const { return rule.gains(); }
    SynapticSignals<V> operator()(const LocalSignals<V>& s) const { return seen.emplace_back(rule(s)); }
  };
  const auto next = inner_step(network, settings.update_scale, Recorded{rule, seen}, synapses, batch);
  V loss = tape.constant(0.0);
  for (const V& w : flatten(next)) loss = loss + sum(square(w));
  const auto is_zero = [&](const V& v) {
    return (ad::gradient_values(loss, std::vector<V>{v})[0].array() == 0).all();
  };
  const auto& top = seen[0];  // asked from the top down
  const auto& hidden = seen[1];
  const auto& bottom = seen[2];
  BOOST_TEST(is_zero(top.alpha));
  BOOST_TEST(is_zero(top.beta_bar));
  BOOST_TEST(is_zero(bottom.delta));
  BOOST_TEST(is_zero(bottom.beta));
  BOOST_TEST(is_zero(bottom.alpha_bar));
  for (const V& used : {top.delta, top.beta, top.alpha_bar, top.alpha_lat, top.beta_lat, hidden.delta,
                        hidden.alpha, hidden.beta, hidden.alpha_bar, hidden.beta_bar, hidden.alpha_lat,
                        hidden.beta_lat, bottom.alpha, bottom.beta_bar, bottom.alpha_lat, bottom.beta_lat})
    BOOST_TEST(!is_zero(used));
}

BOOST_AUTO_TEST_CASE(the_meta_gradient_of_a_whole_episode_matches_finite_differences) {
  for (const bool accumulate : {true, false})
    for (const auto scale : {UpdateScale::published, UpdateScale::symmetric, UpdateScale::fan_in}) {
      const Network network{{2, 3, 2}};
      const RuleSettings settings{.width = 3, .batch_accumulation = accumulate, .update_scale = scale};
      const EpisodeSettings sizes{.steps = 5, .labelled = 2, .unlabelled = 2, .query = 4};
      const auto episode = some_episode(network, sizes, 9);
      const auto theta = some_theta(settings, 10);
      const auto report = ad::gradcheck(
          [&](const std::vector<V>& leaves) {
            const auto constant = [&](const P& p) { return leaves[0].tape().constant(p); };
            const auto t = unflatten(theta, std::span<const V>(leaves));
            return std::vector<V>{
                meta_loss(network, settings, t, map_leaves(episode, constant), sizes.steps, 2)};
          },
          flatten(theta), {.order = 1});
      BOOST_TEST(report.passed, report.text);
    }
}

// After steps 3 and 5; after 5 only where no query falls before the end; after every step.
BOOST_AUTO_TEST_CASE(the_meta_loss_is_the_mean_query_loss_after_every_so_many_steps_and_the_last) {
  const Network network{{2, 3, 2}};
  const RuleSettings settings{.width = 3};
  const EpisodeSettings sizes{.steps = 5, .labelled = 2, .unlabelled = 2, .query = 4};
  const auto episode = some_episode(network, sizes, 11);
  const auto theta = some_theta(settings, 12);
  std::vector<double> after;
  auto synapses = episode.start;
  for (Index t = 0; t < sizes.steps; ++t) {
    const auto batch = map_leaves(episode.batches, [&](const P& m) { return slice_rows(m, t * 4, 4); });
    synapses = inner_step(network, settings.update_scale, LearnedRule<P>(theta, true), synapses, batch);
    after.push_back(mean_loss(network, synapses.forward, episode.query_x, episode.query_targets).item());
  }
  const auto loss = [&](Index every) {
    return meta_loss(network, settings, theta, episode, sizes.steps, every).item();
  };
  const auto near = boost::test_tools::tolerance(1e-12);
  BOOST_TEST(loss(3) == (after[2] + after[4]) / 2, near);
  BOOST_TEST(loss(7) == after[4], near);
  BOOST_TEST(loss(5) == after[4], near);
  BOOST_TEST(loss(1) == (after[0] + after[1] + after[2] + after[3] + after[4]) / 5, near);
}

BOOST_AUTO_TEST_SUITE_END()
