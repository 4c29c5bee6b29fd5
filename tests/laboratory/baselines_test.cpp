#include <engram/laboratory/baselines.hpp>
#include <engram/laboratory/test_settings.hpp>

#include "../support/small_bench.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;
using namespace engram::plasticity;
using namespace engram::test;

namespace {

struct Bench : SmallBench {
  Bench() : SmallBench("baselines", 3) {}
};

/// A piece of tuning that has chosen a candidate of backprop's.
Piece chosen(const std::string& name, std::size_t candidate, const Setting& s) {
  const Candidate c = backprop_peer(s.network, s.episode).grid.at(candidate);
  return {name, [=] {
            return nlohmann::ordered_json{{"candidate", candidate},
                                          {"method", c.method},
                                          {"numbers", c.numbers},
                                          {"settings", to_string(c)},
                                          {"best_settings", "sgd 3"}};
          }};
}

/// Backprop in the usual setting, tuned to one candidate there and to another one where it is tested.
Baselines tested(std::size_t usual, std::size_t best, std::size_t& made) {
  const Bench bench;
  Laboratory lab(bench.options);
  const Setting s = usual_setting(bench.options);
  const MakePeer make = [&] {
    ++made;
    return backprop_peer(s.network, s.episode);
  };
  const TuningPieces tuning{"usual", "tested"};
  std::vector<Piece> pieces{chosen(tuning.usual, usual, s), chosen(tuning.tested, best, s)};
  for (const Piece& p : baseline_pieces(lab, "backprop", tuning, s, make, test_stream(bench.options)))
    pieces.push_back(p);
  lab.work(pieces);
  return baselines(lab, {"backprop"}, tuning);
}

std::vector<std::string> names(const Baselines& b) {
  std::vector<std::string> all;
  for (const auto& [name, baseline] : b.shown("backprop")) all.push_back(name);
  return all;
}

std::vector<std::string> families(const std::vector<Setting>& settings) {
  std::vector<std::string> all;
  for (const Setting& s : settings) all.push_back(s.family.name);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(two_baselines)

BOOST_AUTO_TEST_CASE(each_baseline_is_tested_with_the_settings_that_its_own_tuning_chose) {
  std::size_t made = 0;
  const Baselines b = tested(1, 8, made);
  BOOST_TEST(made == 2u);
  BOOST_TEST(!b.same());
  BOOST_TEST(b.one_setting.settings == "sgd 0.1");
  BOOST_TEST(b.best_case.settings == "adam 0.1");
  BOOST_TEST(b.one_setting.picked() == "sgd 0.1 (highest tuning accuracy: sgd 3)");
  const Evaluation &one = b.one_setting.evaluations.at(0), &best = b.best_case.evaluations.at(0);
  BOOST_TEST((one.train_loss.col(0) == best.train_loss.col(0)).all());
  BOOST_TEST((one.train_loss.col(3) != best.train_loss.col(3)).all());
  BOOST_TEST(names(b) == (std::vector<std::string>{"backprop, one setting", "backprop, best case"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(baselines_with_the_same_settings_are_computed_and_shown_once) {
  std::size_t made = 0;
  const Baselines b = tested(4, 4, made);
  BOOST_TEST(made == 1u);
  BOOST_TEST(b.same());
  BOOST_TEST((b.one_setting.evaluations.at(0).accuracy == b.best_case.evaluations.at(0).accuracy).all());
  BOOST_TEST(b.one_setting.picked() == "sgd 3");
  BOOST_TEST(names(b) == std::vector<std::string>{"backprop, one setting = best case"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gains_are_over_each_baseline_by_itself) {
  const auto of = [](double accuracy) {
    Evaluation e{Array<double>::Constant(4, 2, accuracy), Array<double>::Constant(4, 2, 0.1)};
    e.accuracy(0, 1) += 1e-3;
    return e;
  };
  Baselines b;
  b.one_setting.evaluations = {of(0.8)};
  b.best_case.evaluations = {of(0.9)};
  const BothGains gains = compare({of(0.85)}, b);
  BOOST_TEST(gains.one_setting.interval.mean == 0.05, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(gains.best_case.interval.mean == -0.05, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(families_are_tested_by_name_in_the_order_asked_for_with_networks_that_fit_them) {
  const Options o;
  const auto settings = settings_named(o, {"digits", "two_gaussians", "pinwheel"});
  BOOST_TEST(families(settings) == (std::vector<std::string>{"digits", "two_gaussians", "pinwheel"}),
             boost::test_tools::per_element());
  BOOST_TEST(settings[0].network.sizes.front() == 64);
  BOOST_TEST(settings[0].network.sizes.back() == 10);
  BOOST_TEST(settings[0].episode.labelled == 50);
  BOOST_TEST(settings[2].network.sizes.back() == 3);
  for (const Setting& s : figure2_settings(o)) {
    const Setting named = settings_named(o, {s.family.name}).at(0);
    BOOST_CHECK(named.network == s.network);
    BOOST_TEST(named.episode.labelled == s.episode.labelled);
  }
}

BOOST_AUTO_TEST_CASE(names_that_nobody_knows_or_that_stand_there_twice_are_refused) {
  const Options o;
  BOOST_CHECK_EXCEPTION(settings_named(o, {"circels"}), std::invalid_argument, [](const auto& e) {
    const std::string what = e.what();
    return what.find("'circels'") != std::string::npos && what.find("two_moons") != std::string::npos &&
           what.find("digits") != std::string::npos;
  });
  BOOST_CHECK_THROW(settings_named(o, {"xor", "xor"}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
