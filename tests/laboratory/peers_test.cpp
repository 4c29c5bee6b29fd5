#include <engram/laboratory/peers.hpp>
#include <engram/plasticity/label_spreading.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>
#include <tbb/global_control.h>

#include <set>

using namespace engram::laboratory;
using namespace engram::plasticity;

namespace {

const Network network{{2, 6, 2}};
const EpisodeSettings sizes{.steps = 20, .labelled = 6, .unlabelled = 10, .query = 50};

double best_accuracy(const PeerKind& kind) {
  const Choice choice = tune(kind.grid(network, sizes), sizes, two_moons(), 12, Random(3));
  return choice.accuracies[choice.best];
}

/// What is known of a trial to one who has no right to see the rest.
Episode<Array<double>> with_other_withheld_labels(Episode<Array<double>> e) {
  for (Index i = 0; i < e.batches.mask.rows(); ++i)
    if (e.batches.mask(i, 0) == 0) e.batches.targets.row(i) = e.batches.targets.row(i).reverse().eval();
  return e;
}

bool same(const Learned& a, const Learned& b) {
  bool all = (a.accuracy == b.accuracy).all() && (a.train_loss == b.train_loss).all();
  for (std::size_t l = 0; l < a.weights.size(); ++l) all = all && (a.weights[l] == b.weights[l]).all();
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peers_to_compare_with)

BOOST_AUTO_TEST_CASE(nobody_sees_withheld_labels_but_those_who_may) {
  for (const PeerKind& kind : peers()) BOOST_TEST_CONTEXT(kind.name) {
      const Peer peer = kind.made_for(network, sizes);
      const Candidate& c = peer.grid.front();
      const auto trial = draw_trial(two_moons(), c.network, sizes, Random(1), 0);
      const Learned a = c.learn(trial, Random(2)), b = c.learn(with_other_withheld_labels(trial), Random(2));
      BOOST_TEST(same(a, b) == (peer.name != "all labels"));
      BOOST_TEST(!peer.source.empty());
    }
}

BOOST_AUTO_TEST_CASE(every_peer_learns_something_and_backprop_with_all_labels_more_than_without) {
  std::map<std::string, double> accuracy;
  for (const PeerKind& kind : peers()) accuracy[std::string(kind.name)] = best_accuracy(kind);
  BOOST_TEST(accuracy.size() == peers().size());
  for (const auto& [name, a] : accuracy) BOOST_TEST(a > 0.65, name << " has " << a);
  BOOST_TEST(accuracy["all labels"] > accuracy["backprop"] + 0.01);
  BOOST_TEST(accuracy["label spreading"] > accuracy["backprop"] + 0.03);
}

BOOST_AUTO_TEST_CASE(trials_are_paired_whatever_the_feedback_is_wired_to) {
  Network direct = network;
  direct.direct_feedback = true;
  const auto a = draw_trial(two_moons(), network, sizes, Random(4), 3),
             b = draw_trial(two_moons(), direct, sizes, Random(4), 3);
  BOOST_TEST((a.query_x == b.query_x).all());
  BOOST_TEST((a.batches.x == b.batches.x).all());
  BOOST_TEST((a.start.forward[1] == b.start.forward[1]).all());
}

BOOST_AUTO_TEST_CASE(tuning_tries_all_on_the_same_trials_for_any_number_of_threads) {
  const auto candidates = backprop_peer(network, sizes).grid;
  const auto tuned = [&](std::size_t threads) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    return tune(candidates, sizes, two_gaussians(), 10, Random(5));
  };
  const Choice one = tuned(1), two = tuned(2);
  BOOST_TEST(one.accuracies == two.accuracies, boost::test_tools::per_element());
  BOOST_TEST(one.accuracies[one.best] == *std::max_element(one.accuracies.begin(), one.accuracies.end()));
  BOOST_TEST(one.chosen == two.chosen);
  BOOST_TEST(one.errors[one.chosen] >= one.behind[one.chosen]);
  std::set<std::string> names;
  for (const Candidate& c : candidates) names.insert(to_string(c));
  BOOST_TEST(names.size() == 10u);
  BOOST_TEST(names.contains("sgd 0.03"));
  BOOST_CHECK_THROW(tune({}, sizes, two_moons(), 1, Random(1)), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(random_numbers_of_a_trial_are_the_same_again) {
  const auto trial = draw_trial(two_moons(), network, sizes, Random(6), 0);
  const auto learn = peer("Π-model").grid(network, sizes).back().learn;
  BOOST_TEST(same(learn(trial, Random(7)), learn(trial, Random(7))));
  BOOST_TEST(!same(learn(trial, Random(7)), learn(trial, Random(8))));
}

BOOST_AUTO_TEST_CASE(labels_spread_along_clean_moons) {
  const EpisodeSettings many{.steps = 50, .labelled = 10, .unlabelled = 10, .query = 200};
  for (std::uint64_t i = 0; i < 5; ++i) {
    const auto trial = draw_trial(two_moons({.noise = 0.05}), network, many, Random(9), i);
    const Learned learned = spread_labels(trial, 0.1, 0.99);
    BOOST_TEST(learned.accuracy(0, 0) > 0.99);
    BOOST_TEST(learned.train_loss(0, 0) < 0.2);
  }
}

// Two pairs of neighbours, far apart, one point of each with a label: the chain of each pair is solved by
// hand.
BOOST_AUTO_TEST_CASE(scores_are_those_of_the_closed_form) {
  Array<double> x(4, 1), y = Array<double>::Zero(4, 2);
  x << 0, 0.1, 100, 100.1;
  y(0, 0) = y(2, 1) = 1;
  const Array<double> f = label_spreading(x, y, 0.1, 0.5);
  Array<double> expected(4, 2);
  expected << 4, 0, 2, 0, 0, 4, 0, 2;  // (I - S/2)^-1 = [[4, 2], [2, 4]] / 3 for S = [[0, 1], [1, 0]]
  BOOST_TEST((f - expected / 3).abs().maxCoeff() < 1e-12);
  BOOST_CHECK_THROW(label_spreading(x, y, 0, 0.5), std::invalid_argument);
  BOOST_CHECK_THROW(label_spreading(x, y, 1, 1), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(noise_in_place_of_unlabelled_points_has_their_spread_and_nothing_else_changes) {
  EpisodeSettings noisy = sizes;
  noisy.noise_for_unlabelled = true;
  const auto a = draw_trial(two_moons(), network, sizes, Random(10), 0),
             b = draw_trial(two_moons(), network, noisy, Random(10), 0);
  BOOST_TEST((a.query_x == b.query_x).all());
  BOOST_TEST((a.start.lateral[0] == b.start.lateral[0]).all());
  double difference = 0;
  Array<double> sums = Array<double>::Zero(2, 4);  // of coordinates and their squares
  for (Index i = 0; i < a.batches.x.rows(); ++i) {
    const auto x = a.batches.x.row(i), y = b.batches.x.row(i);
    if (a.batches.mask(i, 0) != 0) BOOST_TEST((x == y).all());
    if (a.batches.mask(i, 0) != 0) continue;
    difference += (x - y).abs().sum();
    sums.row(0).leftCols(2) += x / 200, sums.row(1).leftCols(2) += y / 200;
    sums.row(0).rightCols(2) += x.square() / 200, sums.row(1).rightCols(2) += y.square() / 200;
  }
  BOOST_TEST(difference > 100);
  BOOST_TEST((sums.row(0) - sums.row(1)).abs().maxCoeff() < 0.2);
}

BOOST_AUTO_TEST_SUITE_END()
