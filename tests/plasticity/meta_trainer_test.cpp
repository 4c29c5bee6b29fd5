#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/methods/maml.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include "../support/small_training.hpp"

#include <boost/test/unit_test.hpp>
#include <tbb/global_control.h>

using namespace engram::plasticity;
using namespace engram::test;

namespace {

Theta<Array<double>> trained(const MetaSettings& settings, std::size_t threads) {
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
  MetaTrainer trainer(settings, two_moons(TwoMoonsOptions::random()), {two_moons(TwoMoonsOptions::random())});
  while (!trainer.done()) trainer.step();
  return trainer.theta();
}

bool same_bits(const Theta<Array<double>>& a, const Theta<Array<double>>& b) {
  const auto x = flatten(a), y = flatten(b);
  bool same = true;
  for (std::size_t i = 0; i < x.size(); ++i) same = same && (x[i] == y[i]).all();
  return same;
}

/// Another width, another depth, another length.
MetaSettings varied_training() {
  MetaSettings s = small_training();
  const Variation usual{s.network, s.episode};
  s.variations = {usual, usual, usual};
  s.variations[0].network.sizes = {2, 9, 2};
  s.variations[1].network.sizes = {2, 5, 4, 2};
  s.variations[1].network.activation = Activation::relu;
  s.variations[2].episode.steps = 12;
  return s;
}

/// A trainer whose steps do not move the parameters: what they report is of where they start.
MetaTrainer at_the_start(MetaSettings settings) {
  settings.skip_above = 1e-12;
  return {settings, two_moons({}), {two_moons({})}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(meta_trainer)

BOOST_AUTO_TEST_CASE(one_seed_gives_the_same_bits_for_any_number_of_threads) {
  const auto one = trained(small_training(), 1);
  BOOST_TEST(same_bits(one, trained(small_training(), 2)));
  auto other = small_training();
  other.seed = 2;
  BOOST_TEST(!same_bits(one, trained(other, 2)));
}

BOOST_AUTO_TEST_CASE(meta_training_lowers_the_meta_loss) {
  auto settings = small_training();
  settings.outer_steps = 120;
  settings.validate_every = 120;
  settings.learning_rate = 1e-2;
  MetaTrainer trainer(settings, two_moons({}), {two_moons({})});
  double first = 0, last = 0;
  while (!trainer.done()) {
    const StepReport r = trainer.step();
    if (r.step <= 20) first += r.loss / 20;
    if (r.step > 100) last += r.loss / 20;
  }
  BOOST_TEST(last < 0.85 * first);
}

BOOST_AUTO_TEST_CASE(the_best_rule_is_the_one_with_the_best_validation) {
  MetaTrainer trainer(small_training(), two_moons({}), {two_moons({})});
  double best = -1;
  long best_step = 0;
  while (!trainer.done()) {
    const StepReport r = trainer.step();
    BOOST_TEST(r.validation.has_value() == (r.step % 2 == 0));
    if (r.validation && *r.validation > best) best = *r.validation, best_step = r.step;
  }
  BOOST_TEST(trainer.best_validation() == best);
  BOOST_TEST(trainer.best_step() == best_step);
}

BOOST_AUTO_TEST_CASE(steps_with_too_large_a_gradient_are_left_out_and_then_rolled_back) {
  auto settings = small_training();
  settings.skip_above = 1e-12;
  settings.patience = 3;
  MetaTrainer trainer(settings, two_moons({}), {two_moons({})});
  const auto start = trainer.theta();
  for (long s = 1; s <= 6; ++s) {
    const StepReport r = trainer.step();
    BOOST_TEST(r.skipped);
    BOOST_TEST(r.rolled_back == (s % 3 == 0));
    BOOST_TEST(trainer.skipped() == s);
  }
  BOOST_TEST(same_bits(start, trainer.theta()));
}

BOOST_AUTO_TEST_CASE(each_outer_step_trains_on_one_of_the_variations) {
  MetaSettings settings = varied_training();
  settings.outer_steps = 30;
  auto varied = at_the_start(settings);
  std::vector<MetaTrainer> single;
  for (const Variation& v : settings.variations) {
    MetaSettings only = settings;
    only.variations = {v};
    single.push_back(at_the_start(only));
  }
  std::vector<long> drawn(single.size(), 0);
  while (!varied.done()) {
    const StepReport r = varied.step();
    long matches = 0;
    for (std::size_t k = 0; k < single.size(); ++k) {
      const StepReport alone = single[k].step();
      const bool same = alone.loss == r.loss && alone.gradient_norm == r.gradient_norm;
      drawn[k] += same, matches += same;
    }
    BOOST_TEST(matches == 1);
  }
  for (const long n : drawn) BOOST_TEST(n >= 5);  // of 30, where 10 are expected
}

BOOST_AUTO_TEST_CASE(validation_is_the_mean_over_the_variations) {
  const MetaSettings settings = varied_training();
  const auto validation = [](const MetaSettings& s) {
    auto trainer = at_the_start(s);
    trainer.step();
    return trainer.step().validation.value();
  };
  double mean = 0;
  for (const Variation& v : settings.variations) {
    MetaSettings only = settings;
    only.variations = {v};
    mean += validation(only) / 3;
  }
  BOOST_TEST(validation(settings) == mean, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(one_variation_like_the_network_and_episode_changes_no_bit) {
  MetaSettings settings = small_training();
  const auto without = trained(settings, 2);
  settings.variations = {{settings.network, settings.episode}};
  BOOST_TEST(same_bits(without, trained(settings, 2)));
  BOOST_TEST(!same_bits(without, trained(varied_training(), 2)));
}

BOOST_AUTO_TEST_CASE(a_training_with_variations_that_is_stopped_anywhere_goes_on_bit_for_bit) {
  const MetaSettings settings = varied_training();
  const auto whole = trained(settings, 2);
  for (long stop = 0; stop <= settings.outer_steps; ++stop) {
    const TaskFamily family = two_moons(TwoMoonsOptions::random());
    MetaTrainer first(settings, family, {family}), second(settings, family, {family});
    while (first.state().step < stop) first.step();
    second.restore(first.state());
    while (!second.done()) second.step();
    BOOST_TEST(same_bits(whole, second.theta()));
  }
}

BOOST_AUTO_TEST_CASE(other_methods_have_no_variations) {
  const MetaSettings settings = varied_training();
  BOOST_CHECK_EXCEPTION(MetaTrainer(settings, Maml{settings.network}, two_moons({}), {}),
                        std::invalid_argument, [](const std::invalid_argument& e) {
                          return std::string(e.what()) ==
                                 "[meta-training] variations are for rules; another method is made for one "
                                 "network";
                        });
}

BOOST_AUTO_TEST_CASE(settings_that_make_no_sense_are_errors_that_name_them) {
  const auto error = [](auto change) {
    auto settings = small_training();
    change(settings);
    try {
      validate(settings);
    } catch (const std::invalid_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  BOOST_TEST(error([](auto&) {}) == "");
  BOOST_TEST(error([](auto& s) {
               s.network.sizes = {2, 0, 2};
             }) == "[network] sizes is 0: it must be a whole number from 1 to 100000");
  BOOST_TEST(error([](auto& s) { s.episode.labelled = 1; }) ==
             "[episode] 1 labelled points for 2 classes; every class needs one");
  BOOST_TEST(error([](auto& s) { s.tasks = 0; }).find("tasks is 0") != std::string::npos);
  BOOST_TEST(error([](auto& s) { s.window = -1; }) ==
             "[meta-training] window is -1: it must be a whole number from 0 to 100000");
  BOOST_TEST(error([](auto& s) { s.learning_rate = -1; }).find("learning_rate is -1") != std::string::npos);
  BOOST_TEST(error([](auto& s) { s.rule.activation = Activation::relu; }).find("activation") !=
             std::string::npos);
  const auto variation_error = [&](auto change) {
    return error([&](auto& s) {
      s.variations = varied_training().variations;
      change(s.variations[1]);
    });
  };
  BOOST_TEST(variation_error([](auto&) {}) == "");
  BOOST_TEST(variation_error([](auto& v) { v.episode.steps = 0; }).starts_with("[episode] steps is 0"));
  BOOST_TEST(variation_error([](auto& v) { v.network.sizes[1] = 0; }).starts_with("[network] sizes is 0"));
  BOOST_TEST(variation_error([](auto& v) { v.network.bias_neuron = false; }).find("bias neuron") !=
             std::string::npos);
  BOOST_TEST(
      variation_error([](auto& v) {
        v.network.sizes = {3, 4, 2};
      }) ==
      "[meta-training] a variation has 3 inputs and 2 outputs, the network 2 and 2: all learn the same "
      "tasks");
}

BOOST_AUTO_TEST_SUITE_END()
