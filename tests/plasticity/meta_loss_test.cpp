#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/label_spreading.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace engram::plasticity;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity(),
                 no_number = std::numeric_limits<double>::quiet_NaN();

/// Accuracy on one example of class `label`.
double right(std::initializer_list<double> scores, Index label) {
  Array<double> s(1, static_cast<Index>(scores.size())), targets = Array<double>::Zero(1, s.cols());
  std::ranges::copy(scores, s.data());
  targets(0, label) = 1;
  return accuracy(Value<double>(s), Value<double>(targets)).item();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(meta_losses)

BOOST_AUTO_TEST_CASE(an_example_counts_by_how_many_classes_share_the_largest_score) {
  BOOST_TEST(right({1, 3, 2}, 1) == 1.0);
  BOOST_TEST(right({1, 3, 2}, 0) == 0.0);
  BOOST_TEST(right({3, 1, 3}, 0) == 0.5);
  BOOST_TEST(right({3, 1, 3}, 1) == 0.0);
  BOOST_TEST(right({2, 2, 2, 2}, 3) == 0.25);
  BOOST_TEST(right({0.0, -0.0}, 1) == 0.5);
}

BOOST_AUTO_TEST_CASE(scores_without_end_are_compared_and_those_that_are_no_numbers_count_as_wrong) {
  BOOST_TEST(right({inf, 0}, 0) == 1.0);
  BOOST_TEST(right({-inf, 0}, 0) == 0.0);
  BOOST_TEST(right({inf, inf}, 1) == 0.5);
  BOOST_TEST(right({-inf, -inf}, 1) == 0.5);
  for (const Index label : {0, 1}) {
    BOOST_TEST(right({no_number, 1}, label) == 0.0);
    BOOST_TEST(right({inf, no_number}, label) == 0.0);
    BOOST_TEST(right({no_number, no_number}, label) == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_network_of_zeros_has_the_accuracy_of_guessing_whatever_the_classes) {
  for (const Index classes : {2, 3, 10})
    for (const Index label : {Index{0}, classes - 1}) {
      const Network network{{2, 3, classes}};
      std::vector<Value<double>> weights;
      for (const Shape s : synapse_shapes(network).forward)
        weights.emplace_back(Array<double>(Array<double>::Zero(s.rows, s.columns)));
      Array<double> targets = Array<double>::Zero(20, classes);
      targets.col(label) = 1;
      Random random(1);
      const Value<double> x(normal(random, 20, 2));
      BOOST_TEST(
          accuracy(network, weights, x, Value<double>(targets)).item() == 1 / static_cast<double>(classes),
          boost::test_tools::tolerance(1e-15));
    }
}

BOOST_AUTO_TEST_CASE(recorded_and_compiled_accuracies_are_those_of_values_and_no_gradient_flows) {
  Random random(2);
  const Array<double> scores = normal(random, 50, 3).round();  // many ties
  Array<double> targets = Array<double>::Zero(50, 3);
  for (Index i = 0; i < 50; ++i) targets(i, i % 3) = 1;
  const double known = accuracy(Value<double>(scores), Value<double>(targets)).item();
  engram::autodiff::Tape<double> tape;
  const auto s = tape.variable(scores), t = tape.constant(targets), a = accuracy(s, t);
  BOOST_TEST(a.value()(0, 0) == known);
  BOOST_TEST((engram::autodiff::gradient_values(a, std::vector{s})[0].array() == 0).all());
  const std::vector<Shape> shapes{{50, 3}, {50, 3}};
  const auto compiled = engram::autodiff::compile<double>(
      [](std::span<const Variable<double>> in) { return std::vector{accuracy(in[0], in[1])}; }, shapes);
  BOOST_TEST(compiled(std::vector{Value<double>(scores), Value<double>(targets)})[0].item() == known);
}

// Backprop with too large a step kills all neurons of a ReLU network without bias neurons; what it answers
// then is a tie, which counted as right.
BOOST_AUTO_TEST_CASE(no_trial_is_perfect_at_the_loss_of_guessing) {
  const Network network{{2, 2, 2}, Activation::relu, false};
  const EpisodeSettings sizes{.steps = 30, .labelled = 10, .unlabelled = 0, .query = 50};
  const Evaluation r = evaluate(Learner::backprop(network, Optimizer::sgd, sizes),
                                {Array<double>::Constant(1, 1, 10.0)}, two_moons(), 50, Random(1));
  Index guessing = 0;
  for (Index i = 0; i < 50; ++i)
    if (std::abs(r.train_loss(i, r.last()) - std::log(2.0)) < 1e-9) {
      ++guessing;
      BOOST_TEST(r.accuracy(i, r.last()) == 0.5);
    }
  BOOST_TEST(guessing > 5);
}

BOOST_AUTO_TEST_CASE(points_out_of_label_spreadings_reach_are_guessed) {
  const auto e =
      draw_trial(two_moons(), Network{{2, 3, 2}}, {.steps = 2, .labelled = 4, .unlabelled = 0}, Random(3), 0);
  BOOST_TEST(spread_labels(e, 1e-6, 0.9).accuracy(0, 0) == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
