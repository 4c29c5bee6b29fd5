#include <engram/laboratory/tuning.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace engram::laboratory;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN(),
                 infinite = std::numeric_limits<double>::infinity();

/// A candidate with the same loss in all trials.
Tried tried(std::vector<double> accuracy, double train_loss) {
  const std::vector<double> losses(accuracy.size(), train_loss);
  return {std::move(accuracy), losses};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tuning)

// The differences of the closer one are 0, 0, 0 and 0.02: mean and standard error are 0.005.
BOOST_AUTO_TEST_CASE(within_one_paired_standard_error_of_the_best_the_lowest_training_loss_wins) {
  const Tried best = tried({0.9, 0.7, 0.9, 0.7}, 0.5), close = tried({0.9, 0.7, 0.9, 0.68}, 0.2),
              far = tried({0.89, 0.68, 0.88, 0.69}, 0.1);
  const Choice choice = choose({far, best, close});
  BOOST_TEST(choice.best == 1u);
  BOOST_TEST(choice.chosen == 2u);
  BOOST_TEST(choice.accuracies[2] == 0.795, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(choice.behind[2] == 0.005, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(choice.errors[2] == 0.005, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(choice.behind[0] > choice.errors[0]);
  BOOST_TEST(choice.behind[1] == 0);
  BOOST_TEST(choice.train_losses[1] == 0.5);
}

// Both have accuracies that scatter by 0.1 from trial to trial, but one is behind by the same 0.02 in each.
BOOST_AUTO_TEST_CASE(how_much_tasks_differ_does_not_make_candidates_equal) {
  const Choice choice = choose({tried({0.9, 0.7, 0.9, 0.7}, 0.5), tried({0.88, 0.68, 0.88, 0.6799}, 0.1)});
  BOOST_TEST(choice.chosen == 0u);
}

BOOST_AUTO_TEST_CASE(a_candidate_that_is_not_finite_never_wins_beside_one_that_is) {
  const Tried good = tried({0.8, 0.9}, 0.3);
  for (const double bad : {not_a_number, infinite})
    for (const Tried& t : {tried({0.9, 1.0}, bad), tried({0.8, 0.9}, bad),
                           Tried{{not_a_number, 0.9}, {0.1, 0.1}}, Tried{{1.0, 1.0}, {0.1, bad}}}) {
      for (const auto& all : {std::vector{t, good}, std::vector{good, t}, std::vector{t, good, t}}) {
        const Choice choice = choose(all);
        BOOST_TEST(all[choice.chosen].train_loss == good.train_loss, boost::test_tools::per_element());
        BOOST_TEST(choice.best == choice.chosen);
      }
    }
}

BOOST_AUTO_TEST_CASE(where_no_loss_is_finite_the_accuracy_decides) {
  const Choice choice =
      choose({tried({0.8, 0.9}, not_a_number), tried({0.9, 0.9}, not_a_number), tried({0.7, 0.8}, infinite)});
  BOOST_TEST(choice.best == 1u);
  BOOST_TEST(choice.chosen == 1u);
}

BOOST_AUTO_TEST_CASE(of_equals_the_first_is_taken) {
  const Tried t = tried({0.8, 0.9}, 0.3);
  BOOST_TEST(choose({t, t, t}).chosen == 0u);
  BOOST_TEST(choose({tried({0.8, 0.9}, 0.4), t, t}).chosen == 1u);
}

BOOST_AUTO_TEST_CASE(a_single_trial_has_no_error_so_the_best_is_taken) {
  const Choice choice = choose({tried({0.8}, 0.1), tried({0.9}, 0.4)});
  BOOST_TEST(choice.chosen == 1u);
}

BOOST_AUTO_TEST_CASE(candidates_must_have_been_tried_equally_often) {
  BOOST_CHECK_THROW(choose({}), std::invalid_argument);
  BOOST_CHECK_THROW(choose({tried({}, 0)}), std::invalid_argument);
  BOOST_CHECK_THROW(choose({tried({0.8, 0.9}, 0.1), tried({0.8}, 0.1)}), std::invalid_argument);
  BOOST_CHECK_THROW(choose({{{0.8, 0.9}, {0.1}}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
