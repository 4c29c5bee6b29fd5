#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/random.hpp>
#include <engram/plasticity/rules/kinds.hpp>
#include <engram/plasticity/store.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace engram::plasticity;
using namespace engram::test;

namespace {

RuleFile example(RuleSettings settings = {.width = 4}, const std::string& kind = "learned") {
  Random random(1);
  RuleFile rule{kind, settings, {}, R"({"seed": 7, "note": "a\nb"})"};
  for (const auto shape : rule_kind(kind).shapes(settings))
    rule.parameters.push_back(normal(random, shape.rows, shape.columns));
  return rule;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The text is refused with one line that names the file and contains `what`.
void check_refused(const std::string& text, const std::string& what) {
  BOOST_CHECK_EXCEPTION(parse_rule(text, "r.json"), FormatError, [&](const FormatError& e) {
    const std::string line = e.what();
    BOOST_TEST_MESSAGE(line);
    return line.starts_with("rule file 'r.json': ") && line.find(what) != std::string::npos &&
           line.find('\n') == std::string::npos;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store)

BOOST_AUTO_TEST_CASE(a_rule_comes_back_exactly_as_it_was_saved) {
  const TemporaryFolder folder;
  for (const auto& settings : {RuleSettings{.width = 4}, RuleSettings{.width = 1,
                                                         .batch_accumulation = false,
                                                         .update_scale = UpdateScale::published,
                                                         .activation = Activation::relu,
                                                         .bias_neuron = false,
                                                         .lateral = false,
                                                         .feedback = FeedbackWeights::fixed}}) {
    RuleFile rule = example(settings);
    rule.parameters[6] << -0.0, 0.1 + 0.2, std::numeric_limits<double>::denorm_min();
    rule.parameters[0](0, 0) = 1, rule.parameters[0](1, 0) = std::numeric_limits<double>::max();
    save_rule(folder / "r.json", rule);
    const RuleFile loaded = load_rule(folder / "r.json");
    BOOST_TEST((loaded.settings == settings));
    for (std::size_t k = 0; k < rule.parameters.size(); ++k)
      BOOST_TEST((loaded.parameters[k] == rule.parameters[k]).all());
    BOOST_TEST(std::signbit(loaded.theta().s(0, 0)));
    BOOST_TEST(format_rule(loaded) == format_rule(rule));
  }
}

BOOST_AUTO_TEST_CASE(every_kind_of_rule_is_stored_loaded_and_learns_as_before) {
  const Network network{{2, 4, 2}};
  const EpisodeSettings sizes{.steps = 3, .labelled = 2, .unlabelled = 2, .query = 10};
  const auto episode = draw_episode(network, sizes, *two_moons().draw(Random(1)), Random(2));
  for (const RuleKind& kind : rule_kinds()) {
    BOOST_TEST_CONTEXT(kind.name) {
      const RuleFile rule = example({.width = 3, .lateral = false}, std::string(kind.name));
      const RuleFile loaded = parse_rule(format_rule(rule), "r.json");
      BOOST_TEST(format_rule(loaded) == format_rule(rule));
      BOOST_TEST(loaded.kind == kind.name);
      BOOST_TEST(!loaded.settings.lateral);
      const auto learned = [&](const RuleFile& r) {
        return Learner(r.method(network), sizes)(r.parameters, episode).train_loss;
      };
      BOOST_TEST((learned(rule) == learned(loaded)).all());
      BOOST_TEST(kind.certify(loaded.settings, loaded.parameters).clauses.size() == 5u);
    }
  }
  BOOST_CHECK_THROW(example({}, "hebb").theta(), std::invalid_argument);
  check_refused(replaced(format_rule(example({}, "oja")), "\"lateral\"", "\"width\":3,\"lateral\""),
                "'rule.width' is unknown");
}

BOOST_AUTO_TEST_CASE(the_manifest_is_kept_in_its_order_and_may_be_missing) {
  RuleFile rule = example();
  BOOST_TEST(parse_rule(format_rule(rule), "r.json").manifest ==
             "{\n  \"seed\": 7,\n  \"note\": \"a\\nb\"\n}");
  rule.manifest = "{}";
  const std::string without = replaced(format_rule(rule), ",\n  \"manifest\": {}", "");
  BOOST_TEST(parse_rule(without, "r.json").manifest == "{}");
}

BOOST_AUTO_TEST_CASE(a_file_cut_off_anywhere_is_said_to_be_cut_off) {
  const std::string text = format_rule(example({.width = 1}));
  for (std::size_t n = 1; n + 2 < text.size(); ++n) check_refused(text.substr(0, n), "cut off");
  check_refused("", "empty");
  check_refused("\n", "empty");
}

BOOST_AUTO_TEST_CASE(foreign_files_are_told_apart) {
  check_refused("hello", "not JSON");
  check_refused("\x89PNG\r\n\x1a\n", "not JSON");
  check_refused(format_rule(example()) + "x", "not JSON");
  check_refused("[1, 2]", "no engram rule");
  check_refused(R"({"format": "engram-golden-1"})", "no engram rule");
  check_refused(R"({"format": 1})", "no engram rule");
  check_refused(R"({"format": "engram-rule-2\n"})",
                "its format is 'engram-rule-2 ', this program reads 'engram-rule-1'");
}

BOOST_AUTO_TEST_CASE(what_is_missing_unknown_or_of_another_type_is_named) {
  const std::string text = format_rule(example());
  check_refused(R"({"format": "engram-rule-1"})", "'rule' is missing");
  check_refused(R"({"format": "engram-rule-1", "rule": 3})", "in 'rule', 'kind' is missing");
  check_refused(replaced(text, "\"theta\"", "\"teta\""), "'teta' is unknown");
  check_refused(replaced(text, "\"manifest\"", "\"manifesto\""), "'manifesto' is unknown");
  check_refused(replaced(text, "\"B\"", "\"D\""), "in 'theta', 'B' is missing");
  check_refused(replaced(text, "\"s\"", "\"z\": [], \"s\""), "in 'theta', 'z' is unknown");
  check_refused(replaced(text, "\"learned\"", "\"hebbb\""),
                "unknown name 'hebbb': choose one of " + listed(names_in(rule_kinds())));
  for (const char* width : {"0", "-1", "4.5", "1e30", "10001", "true", "\"4\""})
    check_refused(replaced(text, "\"width\":4", std::string("\"width\":") + width),
                  "'rule.width' must be a whole number from 1 to 10000");
  check_refused(replaced(text, "\"bias_neuron\":true", "\"bias_neuron\":1"),
                "'rule.bias_neuron' must be true or false");
  check_refused(replaced(text, "\"tanh\"", "\"gelu\""), "must be one of relu, tanh, identity");
  check_refused(replaced(text, "\"symmetric\"", "true"), "'rule.update_scale' must be one of");
  check_refused(replaced(text, "\"lateral\":true,", ""), "'rule.lateral' is missing");
  check_refused(replaced(text, "\"lateral\"", "\"latteral\""), "'rule.lateral' is missing");
}

BOOST_AUTO_TEST_CASE(what_is_nested_deeply_stands_twice_or_is_more_than_such_a_file_holds_is_refused) {
  const std::string text = format_rule(example({.width = 1}));
  const auto with = [&](const std::string& manifest) {
    return replaced(text, "\"seed\": 7", "\"x\": " + manifest);
  };
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  BOOST_CHECK_NO_THROW(parse_rule(with(nested(98)), "r.json"));
  check_refused(with(nested(99)), "nested deeper than 100 levels");
  check_refused(with(nested(200'000)), "nested deeper than 100 levels");
  check_refused(with("{\"a\": 1, \"a\": 2}"), "'a' stands twice in one object");
  check_refused(replaced(text, "\"theta\"", "\"theta\": {}, \"theta\""), "'theta' stands twice");
  std::string keys, lists;
  for (int i = 0; i < 1001; ++i) keys += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
  check_refused(with("{" + keys + "}"), "more than 1000 keys");
  for (int i = 0; i < 100'000; ++i) lists += "[],";
  check_refused(with("[" + lists + "0]"), "more values than such a file has for its size");
  check_refused(with("\"" + std::string(2'000'000, 'x') + "\""), "'manifest' has more than 1 MiB");
  for (const char* after : {"x", "{}", "0", ",", "]"}) check_refused(text + after, "not JSON");
}

BOOST_AUTO_TEST_CASE(wrong_shapes_are_named_with_the_right_ones) {
  const std::string text = format_rule(example());
  check_refused(replaced(text, "\"width\":4", "\"width\":5"), "theta 'A' must be 3 rows of 5 numbers");
  check_refused(replaced(text, "\"batch_accumulation\":true", "\"batch_accumulation\":false"),
                "theta 'B' must be 4 rows of 4 numbers by the file's settings, but is 8 rows");
  check_refused(replaced(text, "\"s\": [", "\"s\": [0, "), "theta 's' must be a list of 3 numbers");
  check_refused(replaced(text, "\"a\": [", "\"a\": [[1,2,3,4], ["), "not JSON");
  check_refused(replaced(text, "\"A\": [[", "\"A\": [1, ["), "'A'");
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_are_refused) {
  const std::string text = format_rule(example());
  check_refused(replaced(text, "\"s\": [", "\"s\": [1e999, "), "too large");
  check_refused(replaced(text, "\"s\": [", "\"s\": [NaN, "), "not JSON");
  const auto s = text.find("\"s\": ["), end = text.find(']', s);
  check_refused(text.substr(0, s) + "\"s\": [null, 0, 0" + text.substr(end),
                "'s' holds something that is not a finite number");
}

BOOST_AUTO_TEST_CASE(a_rule_that_could_not_be_loaded_again_is_not_saved) {
  RuleFile rule = example();
  rule.manifest = "[]";
  BOOST_CHECK_THROW(format_rule(rule), std::invalid_argument);
  rule = example();
  rule.parameters[3](0, 0) = NAN;
  BOOST_CHECK_THROW(format_rule(rule), std::invalid_argument);
  rule = example();
  rule.settings.width = 5;
  BOOST_CHECK_THROW(format_rule(rule), std::invalid_argument);
  BOOST_CHECK_THROW(save_rule("/proc/engram/r.json", example()), FileError);
}

BOOST_AUTO_TEST_SUITE_END()
