#include <engram/laboratory/protocol.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/rules/oja.hpp>

#include "../support/small_bench.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace engram::laboratory;
using namespace engram::plasticity;
using namespace engram::test;

namespace {

struct Bench : SmallBench {
  Bench() : SmallBench("protocol", 4) {
    options.meta_seeds = 2;
    options.tuning_trials = 4;
  }
};

/// Two trials with these accuracies after each step.
Evaluation of(std::vector<double> first, std::vector<double> second) {
  Array<double> rows(2, static_cast<Index>(first.size()));
  std::ranges::copy(first, rows.row(0).begin());
  std::ranges::copy(second, rows.row(1).begin());
  return {rows, 10 * rows};
}

bool same(const Random& a, const Random& b) { return Random(a).bits() == Random(b).bits(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(protocol)

BOOST_AUTO_TEST_CASE(streams_of_tuning_and_test_never_meet_and_each_seed_has_its_own_test_tasks) {
  Options o;
  BOOST_TEST(!same(tuning_stream(o), test_stream(o, 1)));
  BOOST_TEST(!same(test_stream(o, 1), test_stream(o, 2)));
  Options other = o;
  ++other.test_seed;
  BOOST_TEST(!same(test_stream(o, 1), test_stream(other, 1)));
  BOOST_TEST(same(test_stream(o, 1), test_stream(o, 1)));
  BOOST_TEST(meta_training(o, 7).seed == 7u);
}

BOOST_AUTO_TEST_CASE(pieces_tune_and_test_on_paired_trials) {
  const Bench bench;
  Laboratory lab(bench.options);
  const Setting s = usual_setting(bench.options);
  const auto name = [](std::size_t seed) { return "seed_" + std::to_string(seed); };
  std::vector<Piece> pieces{tune_piece(lab, "tuned", s, backprop_for(s))};
  for (const std::size_t seed : {1, 2})
    pieces.push_back(
        peer_piece(lab, name(seed), "tuned", s, backprop_for(s), test_stream(bench.options, seed)));
  const Method step = RuleMethod{s.network, StepSettings(UpdateScale::none), MakeHebb{}};
  const std::vector<Array<double>> size{Array<double>::Constant(1, 1, 0.0)};
  pieces.push_back(method_piece(lab, "still", step, size, s, test_stream(bench.options, 1)));
  lab.work(pieces);

  const auto tuned = lab.result("tuned");
  const auto all = tuned.at("all_accuracies").get<std::vector<double>>();
  BOOST_TEST(tuned.at("best_accuracy").get<double>() == *std::ranges::max_element(all));
  BOOST_TEST(tuned.at("tuning_accuracy").get<double>() == all.at(tuned.at("candidate").get<std::size_t>()));
  BOOST_TEST(all.size() == tuned.at("all_train_losses").size());
  BOOST_TEST(
      tuned.at("settings") ==
      to_string(backprop_peer(s.network, s.episode).grid.at(tuned.at("candidate").get<std::size_t>())));

  const auto results = evaluations(lab, name);
  BOOST_TEST(results.size() == 2u);
  BOOST_TEST(results[0].accuracy.rows() == 4);
  BOOST_TEST(results[0].accuracy.cols() == 4);
  // Before the first step nobody has learned: paired trials begin alike.
  const Evaluation still = evaluation_from(lab.result("still"));
  BOOST_TEST((still.accuracy.col(0) == results[0].accuracy.col(0)).all());
  BOOST_TEST((still.accuracy.col(3) == still.accuracy.col(0)).all());
  BOOST_TEST((results[0].train_loss.col(0) != results[1].train_loss.col(0)).any());
}

BOOST_AUTO_TEST_CASE(measures_are_taken_seed_by_seed) {
  const std::vector<Evaluation> two{of({0.5, 0.9, 0.7}, {0.5, 0.7, 0.9}), of({0.5, 0.6, 1}, {0.5, 1, 0.8})};
  BOOST_TEST(best_step(two) == 2);
  BOOST_TEST(accuracy_at(two, 1)(1, 0) == 0.6);
  BOOST_TEST(train_loss_at(two, 2)(0, 1) == 9.0);
  const Curve curve = learning_curve("two", two, &Evaluation::accuracy);
  BOOST_TEST(curve.x == (std::vector<double>{0, 1, 2}), boost::test_tools::per_element());
  BOOST_TEST(curve.y[2] == 0.85, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(curve.low[2] < curve.y[2]);
  BOOST_TEST(curve.high[2] > curve.y[2]);
}

BOOST_AUTO_TEST_CASE(a_step_with_a_loss_that_is_not_finite_has_no_value_and_the_others_keep_theirs) {
  auto diverged = of({1, 1}, {1, 1});
  diverged.train_loss(1, 1) = std::nan("");
  const Curve curve = learning_curve("", {diverged}, &Evaluation::train_loss);
  BOOST_TEST(curve.y[0] == 1.0 * 10);
  BOOST_TEST(std::isnan(curve.y[1]));
  BOOST_TEST(std::isnan(curve.low[1]));
}

BOOST_AUTO_TEST_CASE(several_seeds_are_compared_by_their_means_and_one_by_its_trials) {
  const std::vector<Evaluation> a{of({1}, {0.8}), of({0.9}, {0.7})}, b{of({0.5}, {0.7}), of({0.6}, {0.6})};
  const Gain both = compare(a, b);
  BOOST_TEST(both.wilcoxon.n == 2u);
  BOOST_TEST(both.interval.mean == 0.25, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(both.interval.low == student_interval(std::vector{0.3, 0.2}).low,
             boost::test_tools::tolerance(1e-9));
  const Gain one = compare({a[0]}, {b[0]});
  BOOST_TEST(one.interval.mean == 0.3, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(one.interval.low >= 0.1 - 1e-12);  // no mean of resamples lies outside its trials
}

BOOST_AUTO_TEST_CASE(texts_are_for_people) {
  BOOST_TEST(title_of({"two_moons", 2, 2, {}}) == "two moons");
  BOOST_TEST(title_of({"wishart_gaussians", 2, 2, {}}) == "Wishart Gaussians");
  BOOST_TEST(probability_text(0.0204) == "0.020");
  BOOST_TEST(probability_text(3.2e-11) == "3e-11");
}

BOOST_AUTO_TEST_SUITE_END()
