#include <engram/plasticity/task.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <stdexcept>

using namespace engram::plasticity;

namespace {

/// Puts every point of class k at (k).
struct Fixed final : SemiSupervisedTask {
  Index dimension() const override { return 1; }
  int classes() const override { return 3; }
  Array<double> sample_points(Random&, std::span<const int> labels) const override {
    Array<double> x(static_cast<Index>(labels.size()), 1);
    std::copy(labels.begin(), labels.end(), x.data());
    return x;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(task)

BOOST_AUTO_TEST_CASE(balanced_examples_take_the_classes_in_turn) {
  Random random(1);
  const Examples e = Fixed().sample_balanced(random, 7);
  BOOST_TEST(e.labels == (std::vector{0, 1, 2, 0, 1, 2, 0}), boost::test_tools::per_element());
  BOOST_TEST(e.size() == 7);
  for (Index i = 0; i < 7; ++i) BOOST_TEST(e.x(i, 0) == e.labels[static_cast<std::size_t>(i)]);
}

BOOST_AUTO_TEST_CASE(random_examples_have_every_class_about_equally_often) {
  Random random(2);
  const Examples e = Fixed().sample(random, 3000);
  for (int k = 0; k < 3; ++k) {
    const auto n = std::count(e.labels.begin(), e.labels.end(), k);
    BOOST_TEST(n > 870);
    BOOST_TEST(n < 1130);
  }
}

BOOST_AUTO_TEST_CASE(no_unlabelled_examples_is_possible_but_a_class_without_labels_is_not) {
  Random random(3);
  BOOST_TEST(Fixed().sample(random, 0).size() == 0);
  BOOST_CHECK_THROW(Fixed().sample(random, -1), std::invalid_argument);
  BOOST_CHECK_THROW(Fixed().sample_balanced(random, 2), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_mixture_draws_from_each_of_its_families_about_equally_often) {
  const auto at = [](double place) {
    struct Point final : SemiSupervisedTask {
      double place;
      explicit Point(double p) : place(p) {}
      Index dimension() const override { return 1; }
      int classes() const override { return 2; }
      Array<double> sample_points(Random&, std::span<const int> labels) const override {
        return Array<double>::Constant(static_cast<Index>(labels.size()), 1, place);
      }
    };
    return TaskFamily{"point", 1, 2, [place](Random) { return std::make_unique<Point>(place); }};
  };
  const TaskFamily both = mixture("both", {at(0), at(1)});
  double total = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Random random(1);
    total += both.draw(Random(i))->sample(random, 1).x(0, 0);
  }
  BOOST_TEST(total > 430);
  BOOST_TEST(total < 570);
  BOOST_CHECK_THROW(mixture("none", {}), std::invalid_argument);
  BOOST_CHECK_THROW(mixture("unlike", {at(0), TaskFamily{"wide", 2, 2, {}}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
