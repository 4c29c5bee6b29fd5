#include <engram/plasticity/inner_losses/entropy_minimisation.hpp>
#include <engram/plasticity/inner_losses/pi_model.hpp>
#include <engram/plasticity/inner_losses/pseudo_labels.hpp>
#include <engram/plasticity/inner_losses/virtual_adversarial.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::plasticity;
namespace ad = engram::autodiff;
using V = Variable<double>;

namespace {

const auto near = boost::test_tools::tolerance(1e-12);
const Network network{{2, 5, 3}};

/// Four labelled points, three without a label; random weights and noise, on a tape.
struct Setting {
  ad::Tape<double> tape;
  std::vector<V> weights;
  StepData<V> data;

  explicit Setting(double progress = 0.5) {
    for (const auto& w : initial_synapses(network, Random(1)).forward) weights.push_back(tape.variable(w));
    Random random(2);
    const Array<double> targets = ad::one_hot<double>(std::vector{0, 1, 2, 0, 1, 1, 2}, 3);
    Array<double> mask(7, 1);
    mask << 1, 1, 1, 1, 0, 0, 0;
    data = {{tape.constant(normal(random, 7, 2)), tape.constant(targets), tape.constant(mask)},
            tape.constant(progress),
            {tape.constant(normal(random, 7, 2)), tape.constant(normal(random, 7, 2))},
            {}};
  }

  template <class Objective>
  double operator()(const Objective& objective, const std::vector<double>& numbers) {
    std::vector<V> n;
    for (const double v : numbers) n.push_back(tape.constant(v));
    return objective(network, weights, data, std::span<const V>(n)).item();
  }
  Array<double> answers() { return softmax(logits(network, weights, data.batch.x)).value(); }
  double supervised() {
    const Array<double> p = answers();
    return -(std::log(p(0, 0)) + std::log(p(1, 1)) + std::log(p(2, 2)) + std::log(p(3, 0))) / 4;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(objectives)

BOOST_AUTO_TEST_CASE(supervised_learning_sees_the_labelled_points_only) {
  Setting s;
  BOOST_TEST(s(Supervised{}, {}) == s.supervised(), near);
}

BOOST_AUTO_TEST_CASE(all_labels_are_those_of_all_points) {
  Setting s;
  const Array<double> p = s.answers();
  const double others = -(std::log(p(4, 1)) + std::log(p(5, 1)) + std::log(p(6, 2)));
  BOOST_TEST(s(AllLabels{}, {}) == (4 * s.supervised() + others) / 7, near);
}

BOOST_AUTO_TEST_CASE(entropy_is_that_of_the_unlabelled_points) {
  Setting s;
  const Array<double> p = s.answers().bottomRows(3);
  BOOST_TEST(s(EntropyMinimisation{}, {0.7}) == s.supervised() + 0.7 * (-(p * p.log()).sum() / 3), near);
}

BOOST_AUTO_TEST_CASE(pseudo_labels_are_the_own_answers_and_count_after_a_while) {
  Setting middle(0.35), early(0.1), late(0.8);
  const Array<double> p = middle.answers().bottomRows(3);
  const double own = -p.rowwise().maxCoeff().log().mean();
  BOOST_TEST(early(PseudoLabels{}, {0.8}) == early.supervised(), near);
  BOOST_TEST(middle(PseudoLabels{}, {0.8}) == middle.supervised() + 0.4 * own, near);
  BOOST_TEST(late(PseudoLabels{}, {0.8}) == late.supervised() + 0.8 * own, near);
}

BOOST_AUTO_TEST_CASE(the_pi_model_asks_for_the_same_answer_under_two_noises) {
  Setting quiet(0.9), early(0.0), late(0.9);
  BOOST_TEST(quiet(PiModel{}, {3, 0}) == quiet.supervised(), near);
  const double difference = late(PiModel{}, {1, 0.5}) - late(PiModel{}, {0, 0.5});
  const auto under = [&](std::size_t copy) -> Array<double> {
    return softmax(logits(network, late.weights, late.data.batch.x + 0.5 * late.data.noise[copy])).value();
  };
  BOOST_TEST(difference == (under(0) - under(1)).square().mean(), boost::test_tools::tolerance(1e-9));
  BOOST_TEST(early(PiModel{}, {1, 0.5}) - early(PiModel{}, {0, 0.5}) == difference * std::exp(-5.0),
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(the_adversarial_move_has_its_length_and_changes_answers_more_than_random_ones) {
  Setting s;
  const V x = s.data.batch.x, z = logits(network, s.weights, x), epsilon = s.tape.constant(0.1);
  const auto change = [&](const V& r) { return sum(answers_moved(network, s.weights, z, x, r)).item(); };
  const V move = adversarial_move(network, s.weights, z, x, s.data.noise[0], epsilon);
  BOOST_TEST((move.value().square().rowwise().sum().sqrt() - 0.1).abs().maxCoeff() < 1e-12);
  const double worst = change(move);
  double random_changes = 0;
  Random random(3);
  for (int i = 0; i < 50; ++i) {
    const double c = change(0.1 * unit_rows(s.tape.constant(normal(random, 7, 2))));
    random_changes += c / 50;
  }
  BOOST_TEST(worst > 1.2 * random_changes);
  BOOST_TEST(random_changes > 0);
  BOOST_TEST(change(0.0 * x) < 1e-15);
}

// To the gradient of the weights the move is a constant, and so are the answers at the points themselves.
BOOST_AUTO_TEST_CASE(nothing_flows_back_through_the_adversarial_move) {
  Setting s;
  const V x = s.data.batch.x, epsilon = s.tape.constant(0.3);
  const std::vector<V> numbers{epsilon};
  const V loss = VirtualAdversarial{}(network, s.weights, s.data, std::span<const V>(numbers));
  const V z = logits(network, s.weights, x);
  const V move =
      s.tape.constant(adversarial_move(network, s.weights, z, x, s.data.noise[0], epsilon).value());
  const V p = s.tape.constant(softmax(z).value());
  const V by_hand =
      labelled_loss(z, s.data.batch) + mean(cross_entropy(logits(network, s.weights, x + move), p) -
                                            s.tape.constant(cross_entropy(z, p).value()));
  BOOST_TEST(loss.item() == by_hand.item(), near);
  const auto a = ad::gradient_values(loss, s.weights), b = ad::gradient_values(by_hand, s.weights);
  for (std::size_t l = 0; l < a.size(); ++l)
    BOOST_TEST((a[l].array() - b[l].array()).abs().maxCoeff() < 1e-12);
}

BOOST_AUTO_TEST_SUITE_END()
