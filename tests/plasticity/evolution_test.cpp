#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/evolution.hpp>
#include <engram/plasticity/rules/hebbian.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>
#include <tbb/global_control.h>

using namespace engram::plasticity;

namespace {

using Leaves = std::vector<Array<double>>;

const Network network{{2, 3, 2}};
const EpisodeSettings sizes{.steps = 4, .labelled = 4, .unlabelled = 2, .query = 10};
// Twelve numbers: few enough for estimates by perturbation to be good.
const Method method = RuleMethod{network, StepSettings(UpdateScale::none), MakeHebbianRule{}};

Leaves parameters() { return method.initial(Random(1)); }
Episode<Array<double>> draw(std::size_t i) { return draw_trial(two_moons(), network, sizes, Random(2), i); }

bool same(const Leaves& a, const Leaves& b) {
  bool all = a.size() == b.size();
  for (std::size_t k = 0; all && k < a.size(); ++k) all = (a[k] == b[k]).all();
  return all;
}

Leaves full() { return MetaGradient<double>(method, sizes, 2)(parameters(), 2, draw).gradient; }
Leaves truncated(Index window) {
  return MetaGradient<double>(method, sizes, 2, window)(parameters(), 2, draw).gradient;
}

EstimateQuality quality(Index window, std::size_t pairs) {
  EvolutionStrategies<double> estimate(method, sizes, 2, window);
  std::vector<Leaves> draws;
  for (std::uint64_t d = 0; d < 12; ++d)
    draws.push_back(
        estimate(parameters(), 2, draw, {.sigma = 0.01, .pairs = pairs}, Random(3).split(d)).gradient);
  return estimate_quality(draws, full());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(evolution_strategies)

BOOST_AUTO_TEST_CASE(the_estimates_lie_around_the_gradient_and_the_more_pairs_the_closer) {
  const EstimateQuality few = quality(0, 10), many = quality(0, 160);
  BOOST_TEST(many.cosine > 0.9);
  BOOST_TEST(many.cosine > few.cosine);
  BOOST_TEST(many.bias < 0.2);
  // Sixteen times as many pairs: a sixteenth of the variance.
  BOOST_TEST((few.variance / many.variance > 8 && few.variance / many.variance < 32));
}

// What leads from one window to the next is not lost, as it is by truncation.
BOOST_AUTO_TEST_CASE(persistent_estimates_have_no_bias_where_truncated_gradients_have) {
  const EstimateQuality persistent = quality(2, 320);
  const Leaves cut = truncated(2);
  const double truncation_bias = estimate_quality({cut, cut}, full()).bias;
  BOOST_TEST(truncation_bias > 0.25);
  BOOST_TEST(persistent.bias < 0.5 * truncation_bias);
  BOOST_TEST(persistent.cosine > 0.9);
}

BOOST_AUTO_TEST_CASE(one_window_is_the_whole_episode_and_threads_do_not_matter) {
  const auto run = [&](Index window, std::size_t threads) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    EvolutionStrategies<double> estimate(method, sizes, 2, window);
    return estimate(parameters(), 5, draw, {.pairs = 3}, Random(4));
  };
  BOOST_TEST(same(run(0, 1).gradient, run(4, 2).gradient));
  BOOST_TEST(run(0, 1).loss == run(4, 2).loss);
  BOOST_TEST(same(run(2, 1).gradient, run(2, 2).gradient));
  BOOST_TEST(!same(run(2, 1).gradient, run(4, 1).gradient));
}

BOOST_AUTO_TEST_CASE(the_loss_is_the_meta_loss_up_to_the_perturbation) {
  EvolutionStrategies<double> estimate(method, sizes, 2);
  const double loss = MetaGradient<double>(method, sizes, 2)(parameters(), 2, draw).loss;
  BOOST_TEST(estimate(parameters(), 2, draw, {.sigma = 1e-6}, Random(5)).loss == loss,
             boost::test_tools::tolerance(1e-8));
}

/// Moves its weights the more, the later the step is.
struct Late {
  Network network;
  std::vector<Shape> parameters() const { return {{1, 1}}; }
  template <class T>
  std::vector<T> start(const Synapses<T>& s, std::span<const T>) const {
    return s.forward;
  }
  template <class T>
  std::vector<T> step(std::span<const T> carry, const StepData<T>& data, std::span<const T> p) const {
    std::vector<T> next;
    for (const T& w : carry) next.push_back(w + p[0] * data.progress);
    return next;
  }
};

BOOST_AUTO_TEST_CASE(a_window_goes_on_where_the_last_one_ended_in_what_the_method_sees_of_its_progress) {
  const Leaves at{Array<double>::Constant(1, 1, 0.3)};
  const double loss = MetaGradient<double>(Late{network}, sizes, 2)(at, 2, draw).loss;
  for (const Index window : {4, 2}) {
    // Of two windows the loss is the mean of both, as the meta-loss is of queries after 2 and 4 steps.
    EvolutionStrategies<double> estimate(Late{network}, sizes, 2, window);
    BOOST_TEST(estimate(at, 2, draw, {.sigma = 1e-7, .pairs = 1}, Random(5)).loss == loss,
               boost::test_tools::tolerance(1e-6));
  }
}

BOOST_AUTO_TEST_CASE(the_quality_of_known_draws_is_known) {
  const auto vector = [](double x, double y) {
    Array<double> a(1, 2);
    a << x, y;
    return Leaves{a};
  };
  const EstimateQuality q = estimate_quality({vector(2, 2), vector(2, -2)}, vector(4, 0));
  BOOST_TEST(q.variance == 4.0 / 16);
  BOOST_TEST(q.bias == 0.5);
  BOOST_TEST(q.cosine == std::sqrt(0.5), boost::test_tools::tolerance(1e-12));
  BOOST_CHECK_THROW(estimate_quality({vector(1, 1)}, vector(1, 0)), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(windows_that_do_not_fit_are_refused) {
  const auto make = [](Index every, Index window) {
    EvolutionStrategies<double>(method, sizes, every, window);
  };
  BOOST_CHECK_THROW(make(2, 3), std::invalid_argument);
  BOOST_CHECK_THROW(make(3, 2), std::invalid_argument);
  BOOST_CHECK_THROW(make(0, 2), std::invalid_argument);
  BOOST_CHECK_NO_THROW(make(3, 0));
}

BOOST_AUTO_TEST_SUITE_END()
