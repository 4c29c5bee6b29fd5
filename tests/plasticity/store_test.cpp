#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/random.hpp>
#include <engram/plasticity/store.hpp>

#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace engram::plasticity;
using namespace engram::test;

namespace {

RuleFile example(RuleSettings settings = {.width = 4}) {
  Random random(1);
  RuleFile rule{.settings = settings, .theta = {}, .manifest = R"({"seed": 7, "note": "a\nb"})"};
  const auto shapes = theta_shapes(settings);
  for (std::size_t k = 0; k < shapes.members.size(); ++k) {
    const auto shape = shapes.*shapes.members[k];
    rule.theta.*rule.theta.members[k] = normal(random, shape.rows, shape.columns);
  }
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
    rule.theta.s << -0.0, 0.1 + 0.2, std::numeric_limits<double>::denorm_min();
    rule.theta.A(0, 0) = 1, rule.theta.A(1, 0) = std::numeric_limits<double>::max();
    save_rule(folder / "r.json", rule);
    const RuleFile loaded = load_rule(folder / "r.json");
    BOOST_TEST((loaded.settings == settings));
    for (const auto member : rule.theta.members)
      BOOST_TEST((loaded.theta.*member == rule.theta.*member).all());
    BOOST_TEST(std::signbit(loaded.theta.s(0, 0)));
    BOOST_TEST(format_rule(loaded) == format_rule(rule));
  }
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

BOOST_AUTO_TEST_CASE(what_is_missing_or_of_another_type_is_named) {
  const std::string text = format_rule(example());
  check_refused(R"({"format": "engram-rule-1"})", "'rule' is missing");
  check_refused(R"({"format": "engram-rule-1", "rule": 3})", "in 'rule', 'kind' is missing");
  check_refused(replaced(text, "\"theta\"", "\"teta\""), "'theta' is missing");
  check_refused(replaced(text, "\"B\"", "\"D\""), "in 'theta', 'B' is missing");
  check_refused(replaced(text, "\"learned\"", "\"hebb\""), "kind 'hebb'");
  check_refused(replaced(text, "\"width\":4", "\"width\":0"), "'width'");
  check_refused(replaced(text, "\"width\":4", "\"width\":4.5"), "'width'");
  check_refused(replaced(text, "\"width\":4", "\"width\":1e30"), "'width'");
  check_refused(replaced(text, "\"bias_neuron\":true", "\"bias_neuron\":1"),
                "'bias_neuron' must be true or false");
  check_refused(replaced(text, "\"tanh\"", "\"gelu\""), "unknown name 'gelu': choose one of relu, tanh");
  check_refused(replaced(text, "\"symmetric\"", "true"), "'update_scale' must be a text");
  check_refused(R"({"format": "engram-rule-1", "rule": )"
                R"({"kind":"learned","width":99})"
                "}",
                "'batch_accumulation' is missing");
}

BOOST_AUTO_TEST_CASE(wrong_shapes_are_named_with_the_right_ones) {
  const std::string text = format_rule(example());
  check_refused(replaced(text, "\"width\":4", "\"width\":5"), "theta 'A' must be 3 rows of 5 numbers");
  check_refused(replaced(text, "\"batch_accumulation\":true", "\"batch_accumulation\":false"),
                "theta 'B' must be 4 rows of 4 numbers by the file's width and accumulation, but is 8 rows");
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

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_says_why) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(load_rule(folder / "none.json"), FormatError, [](const FormatError& e) {
    return std::string(e.what()).ends_with("none.json': cannot be opened: No such file or directory");
  });
  BOOST_CHECK_THROW(load_rule(folder.path()), FormatError);
}

BOOST_AUTO_TEST_CASE(a_rule_that_could_not_be_loaded_again_is_not_saved) {
  RuleFile rule = example();
  rule.manifest = "[]";
  BOOST_CHECK_THROW(format_rule(rule), std::invalid_argument);
  rule = example();
  rule.theta.b(0, 0) = NAN;
  BOOST_CHECK_THROW(format_rule(rule), std::invalid_argument);
  rule = example();
  rule.settings.width = 5;
  BOOST_CHECK_THROW(format_rule(rule), std::invalid_argument);
  BOOST_CHECK_THROW(save_rule("/proc/engram/r.json", example()), FileError);
}

BOOST_AUTO_TEST_SUITE_END()
