#include <engram/plasticity/recovery/recovery.hpp>

#include <boost/test/unit_test.hpp>
#include <tbb/global_control.h>

#include <cmath>
#include <numeric>

using namespace engram::plasticity;

namespace {

/// Some hundredths of a second.
RecoverySettings small(Observed what = Observed::weights) {
  RecoverySettings s;
  s.layer = {.inputs = 5, .outputs = 4, .steps = 25, .rate = 0.1};
  s.observation.what = what;
  s.trajectories = s.held_out = s.test = 2;
  return s;
}

TrajectoryLoss loss_under(const RecoverySettings& s, const Array<double>& coefficients, std::uint64_t seed) {
  return observed_loss(s, coefficients, 2, Random(seed));
}

Array<double> oja(const RecoverySettings& s) {
  return true_rule("oja").coefficients(s.layer, s.candidates, Random(1));
}

bool same(const Recovery& a, const Recovery& b) {
  return (a.fit.coefficients == b.fit.coefficients).all() && a.fit.held_out == b.fit.held_out &&
         a.r2_weights == b.r2_weights && a.error == b.error;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recovery)

BOOST_AUTO_TEST_CASE(without_noise_every_true_rule_comes_back_exactly) {
  for (const TrueRule& rule : true_rules())
    for (const Observed what : {Observed::weights, Observed::activity}) {
      BOOST_TEST_CONTEXT(rule.name << " from " << to_string(what)) {
        const Recovery r = recover(small(what), rule, Random(3));
        BOOST_TEST(r.error < 1e-9);
        BOOST_TEST(r.missed == 0);
        BOOST_TEST(r.invented == 0);
        BOOST_TEST(r.r2_weights > 1 - 1e-12);
        BOOST_TEST(r.r2_activity > 1 - 1e-12);
      }
    }
}

BOOST_AUTO_TEST_CASE(with_noise_and_gaps_the_terms_come_back_and_their_size_roughly) {
  RecoverySettings s = small();
  s.observation.noise = 0.2;
  s.observation.missing = 0.5;
  const Recovery r = recover(s, true_rule("oja"), Random(4));
  BOOST_TEST(r.missed == 0);
  BOOST_TEST(r.error > 1e-6);
  BOOST_TEST(r.error < 0.1);
  BOOST_TEST(r.r2_weights > 0.98);
  BOOST_TEST(r.fit.loss > 0);
}

// Fitted to Oja's rule; but where nothing changes in the held-out trajectories, no term is worth keeping.
BOOST_AUTO_TEST_CASE(held_out_trajectories_alone_choose_how_many_terms_there_are) {
  RecoverySettings s = small();
  s.observation.noise = 0.1;
  const TrajectoryLoss fitted = loss_under(s, oja(s), 20);
  BOOST_TEST(sparse_fit(s.candidates, fitted, loss_under(s, oja(s), 30)).terms() == 2);
  BOOST_TEST(sparse_fit(s.candidates, fitted, loss_under(s, 0 * oja(s), 30)).terms() == 0);
}

BOOST_AUTO_TEST_CASE(at_a_minimum_with_penalties_no_coefficient_moves_with_profit) {
  RecoverySettings s = small();
  s.observation.noise = 0.3;
  const TrajectoryLoss loss = loss_under(s, oja(s), 40);
  std::vector<Index> all(static_cast<std::size_t>(s.candidates.shape().size()));
  std::iota(all.begin(), all.end(), 0);
  const Array<double> zero = 0 * oja(s);
  const double lambda = 0.03 * loss.linearised(zero, all).gradient.cwiseAbs().maxCoeff();
  const auto total = [&](const Array<double>& at) { return loss(at) + lambda * at.abs().sum(); };
  const Array<double> theta = minimum(loss, zero, zero + lambda, all, 100);
  BOOST_TEST((theta != 0).count() > 0);
  BOOST_TEST((theta == 0).count() > 0);
  BOOST_TEST(total(theta) < 0.9 * total(zero));
  for (const Index j : all)
    for (const double change : {-0.1, -0.01, 0.01, 0.1}) {
      Array<double> moved = theta;
      moved.data()[j] += change;
      BOOST_TEST(total(moved) > (1 - 1e-3) * total(theta));
    }
}

BOOST_AUTO_TEST_CASE(only_free_coefficients_move) {
  const RecoverySettings s = small();
  const TrajectoryLoss loss = loss_under(s, oja(s), 50);
  Array<double> start = 0 * oja(s);
  start(0, 0) = 0.01;
  const Index product = s.candidates.place({.before = 1, .behind = 1});
  const Array<double> theta = minimum(loss, start, 0 * start, {product}, 20);
  BOOST_TEST((theta != start).count() == 1);
  BOOST_TEST(theta.data()[product] > 0.1);
  BOOST_TEST(loss(theta) < loss(start));
  BOOST_TEST((minimum(loss, start, 0 * start, {}, 20) == start).all());
}

BOOST_AUTO_TEST_CASE(terms_are_alike_that_do_the_same_to_what_is_observed) {
  RecoverySettings s = small();
  s.candidates = {.before = 1, .behind = 1, .weight = 0, .slow = 0};
  const auto pairs = most_alike(s.candidates, loss_under(s, coefficients_of(s.candidates, {}), 70),
                                coefficients_of(s.candidates, {}), 100);
  BOOST_TEST(pairs.size() == 6u);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    BOOST_TEST(std::abs(pairs[i].cosine) < 1);
    if (i > 0) BOOST_TEST(std::abs(pairs[i].cosine) <= std::abs(pairs[i - 1].cosine));
  }
  // Inputs that are all 1 do as much as no input at all.
  Observations o =
      observe(simulate(s.layer, s.candidates, coefficients_of(s.candidates, {}), Random(1)), {}, Random(2));
  o.inputs = 1;
  const TrajectoryLoss constant(s.layer, s.candidates, Observed::weights, {o});
  const AlikeTerms first = most_alike(s.candidates, constant, coefficients_of(s.candidates, {}), 1).at(0);
  BOOST_TEST(first.cosine == 1.0, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(first.first.before + 1 == first.second.before);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bits_for_any_number_of_threads) {
  RecoverySettings s = small(Observed::activity);
  s.observation.noise = 0.3;
  const auto with = [&](std::size_t threads, std::uint64_t seed) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    return recover(s, true_rule("polynomial"), Random(seed));
  };
  const Recovery one = with(1, 5);
  BOOST_TEST(same(one, with(2, 5)));
  BOOST_TEST(!same(one, with(1, 6)));
}

BOOST_AUTO_TEST_CASE(bad_settings_are_refused_by_name) {
  const auto refused = [](const std::string& name, const auto& change) {
    RecoverySettings s = small();
    change(s);
    BOOST_CHECK_EXCEPTION(recover(s, true_rule("oja"), Random(1)), std::invalid_argument,
                          [&](const std::exception& e) {
                            return std::string(e.what()).find(name + " is ") != std::string::npos;
                          });
  };
  refused("trajectories", [](RecoverySettings& s) { s.trajectories = 0; });
  refused("held_out", [](RecoverySettings& s) { s.held_out = 1; });
  refused("test", [](RecoverySettings& s) { s.test = 0; });
  refused("noise", [](RecoverySettings& s) { s.observation.noise = -0.1; });
  refused("outputs", [](RecoverySettings& s) { s.layer.outputs = 0; });
  refused("behind", [](RecoverySettings& s) { s.candidates.behind = -1; });
  refused("penalties", [](RecoverySettings& s) { s.fit.penalties = 1; });
  refused("smallest", [](RecoverySettings& s) { s.fit.smallest = 0; });
  refused("iterations", [](RecoverySettings& s) { s.fit.iterations = 0; });
  RecoverySettings s = small();
  s.observation.missing = 1;
  BOOST_CHECK_THROW(recover(s, true_rule("oja"), Random(1)), std::invalid_argument);
  const TrajectoryLoss loss = loss_under(small(), oja(s), 60);
  BOOST_CHECK_THROW(sparse_fit(s.candidates, loss, observed_loss(small(), oja(s), 1, Random(1))),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
