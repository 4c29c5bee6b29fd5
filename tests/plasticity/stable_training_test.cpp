// What keeps a meta-training from exploding: clipping where gradients grow, averaging, cooling down.
#include <engram/autodiff/gradient.hpp>
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/methods/carry_clipped.hpp>
#include <engram/plasticity/rules/learned.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include "../support/small_training.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace engram::plasticity;
using namespace engram::test;

namespace {

using V = Variable<double>;
using Leaves = std::vector<Array<double>>;

/// Each step multiplies the weights by a parameter, whatever the batch.
struct Growth {
  Network network;

  std::vector<Shape> parameters() const { return {{1, 1}}; }
  template <class T>
  std::vector<T> start(const Synapses<T>& synapses, std::span<const T>) const {
    return synapses.forward;
  }
  template <class T>
  std::vector<T> step(std::span<const T> carry, const StepData<T>&, std::span<const T> p) const {
    std::vector<T> next;
    for (const T& w : carry) next.push_back(p[0] * w);
    return next;
  }
};

constexpr Index steps = 40;
const EpisodeSettings short_episode{.steps = steps, .labelled = 2, .unlabelled = 0, .query = 2};

/// The derivative of the sum of the last weights after a growth by `factor` each step, with respect to the
/// first weights.
Leaves derivative(double factor, double limit) {
  const Network network{{2, 3, 2}};
  const Method method = CarryClipped{network, Growth{network}, limit};
  const auto trial = draw_trial(two_moons({}), network, short_episode, Random(5), 0);
  engram::autodiff::Tape<double> tape;
  const auto on_tape = [&](const Array<double>& a) { return tape.variable(Value<double>(a)); };
  const auto episode = map_leaves(trial, on_tape);
  const std::vector<V> p{on_tape(Array<double>::Constant(1, 1, factor))};
  const auto start = method.start(episode.start, std::span<const V>(p));
  const auto nothing = [](const auto&, auto) { return std::vector<V>{}; };
  const auto last = learn(method, start, step_data(episode.batches, steps), p, steps, nothing).carry;
  V sum = engram::autodiff::sum(last[0]);
  for (std::size_t k = 1; k < last.size(); ++k) sum = sum + engram::autodiff::sum(last[k]);
  Leaves leaves;
  for (const V& g : engram::autodiff::gradient(sum, start)) leaves.emplace_back(g.value().array());
  return leaves;
}

/// The meta-gradient of a small training at the start, over its first tasks.
struct Asked {
  MetaSettings settings = small_training();
  Method method = learned_method(settings.network, settings.rule);
  MetaGradient<double> gradient{method, settings.episode, settings.objective_every};
  Leaves at = method.initial(Random(3));

  Episode<Array<double>> draw(std::size_t i) const {
    return draw_trial(two_moons({}), settings.network, settings.episode, Random(4), i);
  }
};

MetaTrainer trainer(const MetaSettings& settings) { return {settings, two_moons({}), {two_moons({})}}; }

double largest_difference(const Leaves& a, const Leaves& b) {
  double largest = 0;
  for (std::size_t k = 0; k < a.size(); ++k) largest = std::max(largest, (a[k] - b[k]).abs().maxCoeff());
  return largest;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stable_training)

BOOST_AUTO_TEST_CASE(what_goes_back_from_step_to_step_is_not_longer_than_the_limit) {
  const double factor = 3;
  BOOST_TEST(norm(derivative(factor, 1e300)) > 1e18);
  // One step's own factor comes after the last clipping.
  BOOST_TEST(norm(derivative(factor, 0.5)) == factor * 0.5, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_derivative_that_is_short_all_the_way_is_not_touched) {
  BOOST_TEST(largest_difference(derivative(0.9, 100), derivative(0.9, 1e300)) == 0);
}

BOOST_AUTO_TEST_CASE(each_tasks_gradient_is_clipped_before_the_mean) {
  Asked a;
  constexpr std::size_t tasks = 6;
  constexpr double limit = 0.02;
  Leaves mean;
  std::vector<double> norms;
  for (const auto& leaf : a.at) mean.push_back(Array<double>::Zero(leaf.rows(), leaf.cols()));
  for (std::size_t i = 0; i < tasks; ++i) {
    const Leaves g = a.gradient(a.at, 1, [&](std::size_t) { return a.draw(i); }).gradient;
    norms.push_back(norm(g));
    for (std::size_t k = 0; k < g.size(); ++k) mean[k] += g[k] * std::min(1.0, limit / norm(g)) / tasks;
  }
  const MetaResult clipped = a.gradient(
      a.at, tasks, [&](std::size_t i) { return a.draw(i); }, limit);
  BOOST_TEST(*std::ranges::min_element(norms) < *std::ranges::max_element(norms));
  BOOST_TEST(*std::ranges::max_element(norms) > limit);
  BOOST_TEST(clipped.norms == norms, boost::test_tools::per_element());
  BOOST_TEST(largest_difference(clipped.gradient, mean) < 1e-15);
}

BOOST_AUTO_TEST_CASE(a_task_whose_gradient_is_not_finite_is_left_out) {
  Asked a;
  const auto some = [&](std::size_t i) {
    auto episode = a.draw(i);
    if (i == 1) episode.batches.x(0, 0) = std::numeric_limits<double>::quiet_NaN();
    return episode;
  };
  const MetaResult with = a.gradient(a.at, 3, some, 1);
  const MetaResult zero = a.gradient(a.at, 1, some, 1),
                   two = a.gradient(
                       a.at, 1, [&](std::size_t) { return a.draw(2); }, 1);
  BOOST_TEST(!std::isfinite(with.norms[1]));
  Leaves mean = zero.gradient;
  for (std::size_t k = 0; k < mean.size(); ++k) mean[k] = (mean[k] + two.gradient[k]) / 3;
  BOOST_TEST(largest_difference(with.gradient, mean) < 1e-15);
  BOOST_TEST(with.loss == (zero.loss + two.loss) / 2, boost::test_tools::tolerance(1e-14));
  // Without clipping nobody is asked to hide it.
  BOOST_TEST(!std::isfinite(norm(a.gradient(a.at, 3, some).gradient)));
}

BOOST_AUTO_TEST_CASE(the_average_follows_theta_and_is_what_is_kept) {
  MetaSettings settings = small_training();
  settings.averaging = 0.5;
  auto t = trainer(settings);
  Leaves average = t.parameters();
  while (!t.done()) {
    const StepReport r = t.step();
    const double n = static_cast<double>(r.step), kept = std::min(0.5, (n + 1) / (n + 10));
    for (std::size_t k = 0; k < average.size(); ++k)
      average[k] = kept * average[k] + (1 - kept) * t.parameters()[k];
    BOOST_TEST(largest_difference(t.state().average, average) < 1e-14);
    if (r.is_best) BOOST_TEST(largest_difference(t.best_parameters(), t.state().average) == 0);
  }
}

BOOST_AUTO_TEST_CASE(without_averaging_theta_itself_is_kept) {
  MetaSettings settings = small_training();
  settings.averaging = 0;
  auto t = trainer(settings);
  t.step();
  BOOST_TEST(largest_difference(t.state().average, t.parameters()) < 1e-16);
}

BOOST_AUTO_TEST_CASE(the_learning_rate_falls_when_theta_goes_back) {
  const MetaSettings settings = small_training();
  auto usual = trainer(settings), cooled = trainer(settings);
  MetaState state = usual.state();
  state.step = state.skipped = 1;
  usual.restore(state);
  state.rolled_back = 1;
  cooled.restore(state);
  const Leaves start = usual.parameters();
  usual.step(), cooled.step();
  const auto moved = [&](const MetaTrainer& t) {
    Leaves way = t.parameters();
    for (std::size_t k = 0; k < way.size(); ++k) way[k] -= start[k];
    return norm(way);
  };
  BOOST_TEST(moved(cooled) == settings.cool_down * moved(usual), boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(theta_goes_back_when_validation_falls_far) {
  MetaSettings settings = small_training();
  settings.outer_steps = 40;
  settings.learning_rate = 1;  // so that it gets worse
  settings.averaging = 0;
  settings.setback = 0.01;
  auto t = trainer(settings);
  long times = 0;
  double best = -1;
  while (!t.done()) {
    const StepReport r = t.step();
    const bool fell = r.validation && *r.validation < best - settings.setback;
    if (r.validation) best = std::max(best, *r.validation);
    BOOST_TEST(r.rolled_back == fell);
    if (!r.rolled_back) continue;
    ++times;
    BOOST_TEST(largest_difference(t.parameters(), t.best_parameters()) == 0);
    BOOST_TEST(t.state().rolled_back == times);
  }
  BOOST_TEST(times > 0);
}

BOOST_AUTO_TEST_CASE(a_step_is_left_out_if_its_usual_task_explodes_not_if_one_does) {
  MetaSettings settings = small_training();
  auto t = trainer(settings);
  const double median = t.step().median_norm;
  settings.skip_above = median * 0.99;
  BOOST_TEST(trainer(settings).step().skipped);
  settings.skip_above = median * 1.01;
  BOOST_TEST(!trainer(settings).step().skipped);
}

BOOST_AUTO_TEST_SUITE_END()
