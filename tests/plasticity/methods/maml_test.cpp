#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/methods/maml.hpp>
#include <engram/plasticity/rules/hebbian.hpp>
#include <engram/plasticity/rules/taylor.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::plasticity;
namespace ad = engram::autodiff;
using V = Variable<double>;

namespace {

const Network network{{2, 4, 2}};
const EpisodeSettings sizes{.steps = 5, .labelled = 4, .unlabelled = 2, .query = 8};

MetaSettings short_training() {
  MetaSettings s;
  s.network = network;
  s.episode = {.steps = 8, .labelled = 4, .unlabelled = 4, .query = 20};
  s.objective_every = 8;
  s.outer_steps = 100;
  s.tasks = 8;
  s.learning_rate = 1e-2;
  s.validate_every = 100;
  s.validation_trials = 4;
  return s;
}

/// Mean meta-loss of the first and of the last 20 outer steps.
std::pair<double, double> losses(const Method& method) {
  MetaTrainer trainer(short_training(), method, two_moons(), {two_moons()});
  double first = 0, last = 0;
  while (!trainer.done()) {
    const StepReport r = trainer.step();
    if (r.step <= 20) first += r.loss / 20;
    if (r.step > 80) last += r.loss / 20;
  }
  return {first, last};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(maml)

BOOST_AUTO_TEST_CASE(its_meta_gradient_goes_through_the_inner_gradients) {
  const Maml method{network};
  const auto episode = draw_trial(two_moons(), network, sizes, Random(1), 0);
  std::vector<Value<double>> leaves;
  for (const auto& a : method.initial(Random(2))) leaves.emplace_back(a);
  const auto loss = [&](const std::vector<V>& p) {
    const auto e = map_leaves(episode, [&](const Array<double>& a) { return p[0].tape().constant(a); });
    return std::vector<V>{meta_loss(method, p, e, sizes.steps, 2)};
  };
  const auto report = ad::gradcheck(loss, leaves, {.order = 1});
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(it_starts_from_its_parameters_whatever_the_episode) {
  const Learner learner(Maml{network}, sizes);
  auto parameters = Maml{network}.initial(Random(3));
  parameters.back()(0, 0) = -800;  // no step at all
  const Learned learned = learner(parameters, draw_trial(two_moons(), network, sizes, Random(4), 0));
  for (std::size_t l = 0; l < 2; ++l) BOOST_TEST((learned.weights[l] == parameters[l]).all());
}

BOOST_AUTO_TEST_CASE(the_trainer_trains_an_initialisation) {
  const auto [first, last] = losses(Maml{network});
  BOOST_TEST(last < 0.9 * first);
}

BOOST_AUTO_TEST_CASE(the_trainer_trains_rules_that_are_polynomials) {
  const auto check = [](auto make_rule) {
    const auto [first, last] = losses(RuleMethod{network, StepSettings(UpdateScale::none), make_rule});
    BOOST_TEST(last < 0.98 * first);
  };
  check(MakeHebbianRule{});
  check(MakeTaylorRule{});
}

BOOST_AUTO_TEST_CASE(methods_that_are_tuned_are_not_meta_trained) {
  const auto train = [](const Method& m) { MetaTrainer(short_training(), m, two_moons(), {}); };
  BOOST_CHECK_THROW(train(GradientDescent<Supervised>{network, Optimizer::sgd, {}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
