#include <engram/plasticity/meta_loss.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>

using namespace engram::plasticity;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity(),
                 no_number = std::numeric_limits<double>::quiet_NaN();

/// Accuracy on one example of class `label`.
double right(std::initializer_list<double> scores, Index label) {
  Array<double> s(1, static_cast<Index>(scores.size())), targets(1, s.cols());
  std::ranges::copy(scores, s.data());
  for (Index c = 0; c < s.cols(); ++c) targets(0, c) = c == label ? 1 : 0;
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

// Without bias neurons a ReLU network answers 0 to every class where all its neurons are silent.
BOOST_AUTO_TEST_CASE(a_point_that_no_neuron_answers_to_is_guessed) {
  const Network network{{2, 1, 2}, Activation::relu, false};
  Array<double> hidden(2, 1), output(1, 2), x(2, 2), targets(2, 2);
  hidden << 1, 0;
  output << 1, -1;
  x << 1, 0, -1, 0;
  targets << 1, 0, 1, 0;
  const std::vector<Value<double>> weights{Value<double>(hidden), Value<double>(output)};
  BOOST_TEST(accuracy(network, weights, Value<double>(x), Value<double>(targets)).item() == 0.75);
}

BOOST_AUTO_TEST_SUITE_END()
