#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/checkpoint.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include "../support/small_training.hpp"
#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <cmath>

using namespace engram::plasticity;
using namespace engram::test;

namespace {

MetaTrainer trainer(const MetaSettings& settings = small_training()) {
  return {settings, two_moons(), {two_moons(TwoMoonsOptions::random())}};
}

/// All a trainer is, as text: two trainers with the same text are the same to the last bit.
std::string everything(const MetaTrainer& t) {
  const TemporaryFolder folder;
  save_checkpoint(folder / "c.json", {"{}", t.state(), ""});
  return read_text(folder / "c.json");
}

void check_refused(const std::string& text, const std::string& what) {
  const TemporaryFolder folder;
  write_text(folder / "c.json", text);
  BOOST_CHECK_EXCEPTION(load_checkpoint(folder / "c.json"), FormatError, [&](const FormatError& e) {
    const std::string line = e.what();
    BOOST_TEST_MESSAGE(line);
    return line.starts_with("checkpoint '") && line.find(what) != std::string::npos &&
           line.find('\n') == std::string::npos;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_AUTO_TEST_CASE(a_run_that_is_stopped_anywhere_and_resumed_equals_one_that_was_not) {
  const TemporaryFolder folder;
  auto whole = trainer();
  while (!whole.done()) whole.step();
  for (long stop = 0; stop <= small_training().outer_steps; ++stop) {
    {
      auto first = trainer();
      for (long s = 0; s < stop; ++s) first.step();
      save_checkpoint(folder / "c.json", {R"({"seed": 1})", first.state(), "log\n"});
    }
    const Checkpoint loaded = load_checkpoint(folder / "c.json");
    BOOST_TEST(loaded.log == "log\n");
    BOOST_TEST(loaded.configuration == R"({"seed":1})");
    auto second = trainer();
    second.restore(loaded.state);
    while (!second.done()) second.step();
    BOOST_TEST(everything(second) == everything(whole));
  }
}

BOOST_AUTO_TEST_CASE(roll_backs_are_counted_across_a_stop) {
  auto settings = small_training();
  settings.skip_above = 1e-12;
  settings.patience = 3;
  auto first = trainer(settings);
  first.step(), first.step();
  auto second = trainer(settings);
  second.restore(first.state());
  BOOST_TEST(second.step().rolled_back);
}

BOOST_AUTO_TEST_CASE(numbers_come_back_to_the_last_bit) {
  const TemporaryFolder folder;
  Checkpoint c;
  c.state = trainer().state();
  c.state.theta[0](0, 0) = -0.0;
  c.state.m[0](0, 0) = 0.1 + 0.2;
  c.state.beta2_power = 5e-324;
  c.state.best_validation = 1.0 / 3;
  save_checkpoint(folder / "c.json", c);
  const MetaState s = load_checkpoint(folder / "c.json").state;
  BOOST_TEST(std::signbit(s.theta[0](0, 0)));
  BOOST_TEST(s.m[0](0, 0) == 0.1 + 0.2);
  BOOST_TEST(s.beta2_power == 5e-324);
  BOOST_TEST(s.best_validation == 1.0 / 3);
}

BOOST_AUTO_TEST_CASE(a_state_of_another_rule_or_of_another_length_is_refused) {
  auto settings = small_training();
  settings.rule.width = 5;
  BOOST_CHECK_THROW(trainer().restore(trainer(settings).state()), std::invalid_argument);
  auto state = trainer().state();
  state.step = small_training().outer_steps + 1;
  BOOST_CHECK_THROW(trainer().restore(state), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(truncated_and_foreign_files_are_refused_with_one_line) {
  const TemporaryFolder folder;
  save_checkpoint(folder / "c.json", {"{}", trainer().state(), ""});
  const std::string text = read_text(folder / "c.json");
  for (const std::size_t length : {std::size_t{40}, text.size() / 2, text.size() - 3})
    check_refused(text.substr(0, length), "cut off");
  check_refused("", "empty");
  check_refused("step,loss\n", "not JSON");
  check_refused(R"({"format": "engram-rule-1"})", "no engram checkpoint");
  check_refused(R"({"format": "engram-checkpoint-9"})", "'engram-checkpoint-9'");
  const auto without = [&](const std::string& part) {
    const auto at = text.find(part);
    BOOST_REQUIRE(at != std::string::npos);
    return std::string(text).replace(at + 1, 1, "?");
  };
  for (const char* key : {"configuration", "state", "log"})
    check_refused(without(fmt::format("\"{}\"", key)), "is unknown");
  for (const char* key : {"theta", "average", "m"})
    check_refused(without(fmt::format("\"{}\"", key)), fmt::format("in 'state', '{}' is missing", key));
  for (const char* key : {"step", "best_validation"})
    check_refused(without(fmt::format("\"{}\"", key)), fmt::format("'state.{}' is missing", key));
  check_refused(std::string(text).replace(text.find("\"step\":0"), 8, "\"step\":.5"), "not JSON");
  check_refused(std::string(text).replace(text.find("\"step\":0"), 8, "\"step\":{}"), "'state.step' must be");
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused_by_name) {
  const TemporaryFolder folder;
  auto t = trainer();
  for (int s = 0; s < 4; ++s) t.step();
  const MetaState good = t.state();
  const auto refused = [&](const std::string& what, const auto& change) {
    Checkpoint c{R"({"outer_steps": 6})", good, ""};
    change(c.state);
    save_checkpoint(folder / "c.json", c);
    check_refused(read_text(folder / "c.json"), what);
    auto other = trainer();
    BOOST_CHECK_THROW(other.restore(c.state), std::invalid_argument);
  };
  refused("step is 7, and the outer steps are only 6", [](MetaState& s) { s.step = 7; });
  refused("'state.step' must be a whole number from 0", [](MetaState& s) { s.step = -1; });
  refused("best_step is 5, and step is only 4", [](MetaState& s) { s.best_step = 5; });
  refused("skipped is 5", [](MetaState& s) { s.skipped = 5; });
  refused("skipped_in_a_row is 1", [](MetaState& s) { s.skipped_in_a_row = 1; });
  refused("rolled_back is 5", [](MetaState& s) { s.rolled_back = 5; });
  refused("best_validation", [](MetaState& s) { s.best_validation = 1.5; });
  refused("best_validation", [](MetaState& s) { s.best_validation = -0.5; });
  refused("beta2_power", [](MetaState& s) { s.beta2_power = 1.01; });
  refused("v has negative numbers", [](MetaState& s) { s.v[2](0, 0) = -1e-9; });
  refused("not of one form", [](MetaState& s) { s.m.pop_back(); });
}

BOOST_AUTO_TEST_CASE(what_could_not_be_loaded_is_not_saved) {
  const TemporaryFolder folder;
  auto state = trainer().state();
  BOOST_CHECK_THROW(save_checkpoint(folder / "c.json", {"[]", state, ""}), std::invalid_argument);
  state.v[0](0, 0) = NAN;
  BOOST_CHECK_THROW(save_checkpoint(folder / "c.json", {"{}", state, ""}), std::invalid_argument);
  BOOST_TEST(folder.count() == 0);
  BOOST_CHECK_THROW(save_checkpoint("/proc/engram/c.json", {"{}", trainer().state(), ""}), FileError);
}

BOOST_AUTO_TEST_SUITE_END()
