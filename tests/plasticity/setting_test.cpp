#include <engram/plasticity/evolution.hpp>
#include <engram/plasticity/gaussian_mixture.hpp>
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/settings_tree.hpp>
#include <engram/plasticity/tasks/arcs.hpp>
#include <engram/plasticity/tasks/circles.hpp>
#include <engram/plasticity/tasks/pinwheel.hpp>
#include <engram/plasticity/tasks/spirals.hpp>
#include <engram/plasticity/tasks/sticks.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>
#include <engram/plasticity/tasks/xor.hpp>

#include "../support/changed_settings.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::plasticity;
using namespace engram::test;

namespace {

enum class Colour { red, green };
constexpr auto names_of(Colour) { return std::array<std::string_view, 2>{"red", "green"}; }

struct Paint {
  Colour colour = Colour::green;
  double share = 0.5;
  std::vector<int> layers{1, 2};
  std::string note = "two \"coats\"";

  static constexpr auto members = std::tuple{
      setting("colour", &Paint::colour, "which"),
      setting("share", &Paint::share, "how much", {.low = 0, .high = 1}).in("litres").as("amount"),
      setting("layers", &Paint::layers, "how often", {1, 9}), setting("note", &Paint::note, "what else")};
};

/// Calls `f` with an example of every struct of settings.
template <class F>
void with_all(const F& f) {
  MetaSettings meta;
  meta.variations.resize(2);
  meta.variations[1].network.sizes = {2, 7, 2};
  f(meta), f(EvolutionSettings{}), f(CirclesOptions{}), f(PinwheelOptions{}), f(SpiralsOptions{});
  f(TwoGaussiansOptions{}), f(TwoMoonsOptions::diverse()), f(XorOptions{});
  f(ArcsOptions{}), f(SticksOptions{}), f(MixtureSettings{});
}

auto says(const std::string& what) {
  return [what](const std::exception& e) {
    BOOST_TEST_MESSAGE(e.what());
    return std::string_view(e.what()).find(what) != std::string_view::npos;
  };
}

void check_refused(const std::string& json, const std::string& what) {
  Paint paint;
  BOOST_CHECK_EXCEPTION(from_json(settings_tree(paint), json, "paint"), std::invalid_argument, says(what));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(setting_list)

BOOST_AUTO_TEST_CASE(every_setting_that_changes_is_noticed_in_files_and_comparisons) {
  with_all([]<class S>(const S& start) {
    change_each(start, [&](const std::string& path, const SettingNode& leaf, const S& changed) {
      BOOST_TEST_CONTEXT(path) {
        const std::string before = to_json(start), after = to_json(changed);
        BOOST_TEST(before != after);
        const std::string difference = configuration_difference(before, after);
        BOOST_TEST(difference.starts_with(path));
        S read = start;
        from_json(settings_tree(read), after, "test");
        BOOST_TEST(to_json(read) == after);
        if (!leaf.option.empty())
          BOOST_TEST(to_toml(settings_tree(start)) != to_toml(settings_tree(changed)));
      }
    });
  });
}

BOOST_AUTO_TEST_CASE(every_setting_says_what_it_is) {
  with_all([](const auto& start) {
    const SettingNode tree = settings_tree(start);
    for (const auto& [path, leaf] : leaves_of(tree)) {
      BOOST_TEST_CONTEXT(path) {
        BOOST_TEST(!leaf->text.empty());
        BOOST_TEST(!leaf->wanted.empty());
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(numbers_out_of_their_bounds_are_refused_with_the_bounds) {
  with_all([]<class S>(const S& start) {
    S changed = start;
    const SettingNode tree = settings_tree(changed);
    for (const auto& [path, leaf] : leaves_of(tree)) {
      using Kind = SettingNode::Kind;
      if (leaf->kind != Kind::whole && leaf->kind != Kind::number && leaf->kind != Kind::list) continue;
      for (const char* wrong : {"nan", "inf", "-inf", "1e999", "-1e999", "x", "1x", "0x1"})
        BOOST_TEST(!leaf->set(wrong), path << " is set to " << wrong);
    }
  });
  BOOST_CHECK_EXCEPTION(check_bounds("episode", EpisodeSettings{.steps = 0}), std::invalid_argument,
                        says("[episode] steps is 0: it must be a whole number from 1 to 100000"));
  BOOST_CHECK_EXCEPTION(check_bounds("paint", Paint{.share = NAN}), std::invalid_argument,
                        says("share is nan"));
  BOOST_CHECK_EXCEPTION(check_bounds("paint", Paint{.layers = {2, 10}}), std::invalid_argument,
                        says("layers is 10"));
  BOOST_CHECK_EXCEPTION(check_bounds("es", EvolutionSettings{.sigma = 0}), std::invalid_argument,
                        says("it must be a number above 0"));
}

BOOST_AUTO_TEST_CASE(bounds_are_told_whether_numbers_have_a_sign_or_not) {
  BOOST_TEST((Bounds<std::uint64_t>{0, 1024}.text()) == "a whole number from 0 to 1024");
  BOOST_TEST((Bounds<std::int64_t>{0, 1024}.text()) == "a whole number from 0 to 1024");
  BOOST_TEST(Bounds<std::uint64_t>{}.text() == "a whole number of at least 0");
  BOOST_TEST(Bounds<std::int64_t>{}.text() == "a whole number");
  BOOST_TEST(Bounds<std::int64_t>{.low = -1}.text() == "a whole number of at least -1");
  BOOST_TEST(Bounds<double>{}.text() == "a number that is finite");
  BOOST_TEST((Bounds<double>{.low = 0, .high = 1, .open = true}.text()) == "a number between 0 and 1");
}

BOOST_AUTO_TEST_CASE(a_range_upside_down_is_refused_with_both_its_ends) {
  const std::string wanted = "[arcs] angle_low is 1 and angle_high 0.5: give angle_low <= angle_high";
  BOOST_CHECK_EXCEPTION(check_bounds("arcs", ArcsOptions{.angle_low = 1, .angle_high = 0.5}),
                        std::invalid_argument, says(wanted));
  BOOST_CHECK_NO_THROW(check_bounds("arcs", ArcsOptions{.angle_low = 0.5, .angle_high = 0.5}));
  BOOST_CHECK_THROW(check_bounds("arcs", ArcsOptions{.noise_low = 0.7}), std::invalid_argument);
  BOOST_CHECK_THROW(check_bounds("sticks", SticksOptions{.length_low = 2}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(settings_are_written_as_json_and_toml) {
  const Paint paint;
  BOOST_TEST(to_json(paint) == R"({"colour":"green","share":0.5,"layers":[1,2],"note":"two \"coats\""})");
  BOOST_TEST(to_toml(settings_tree(paint)) ==
             "colour = \"green\"\namount = 0.5\nlayers = [1, 2]\nnote = \"two \\\"coats\\\"\"\n");
}

BOOST_AUTO_TEST_CASE(json_that_is_not_as_written_is_refused_with_the_setting) {
  check_refused("{", "cut off");
  check_refused("[]", "must be an object");
  check_refused(R"({"colour": "green"})", "'share' is missing");
  check_refused(R"({"colour": "blue", "share": 0.5, "layers": [1], "note": ""})",
                "'colour' must be one of red, green");
  check_refused(R"({"colour": "red", "share": "0.5", "layers": [1], "note": ""})",
                "'share' must be a number from 0 to 1");
  check_refused(R"({"colour": "red", "share": 0.5, "layers": [1.5], "note": ""})",
                "'layers' must be a list; each must be a whole number from 1 to 9");
  check_refused(R"({"colour": "red", "share": 0.5, "layers": [1], "note": "", "layer": 2})",
                "'layer' is unknown; known are colour, share, layers, note");
  check_refused(R"({"colour": "red", "colour": "green"})", "'colour' stands twice");
}

BOOST_AUTO_TEST_CASE(configurations_differ_by_name) {
  BOOST_TEST(configuration_difference(R"({"a": 1, "b": [1, 2]})", R"({"b": [1, 2], "a": 1})") == "");
  BOOST_TEST(
      configuration_difference(R"({"a": 1, "b": [1, 2], "c": "x"})", R"({"a": 2, "b": [1, 3], "d": 0})") ==
      "a is 1 there and 2 here, b.1 is 2 there and 3 here, d is missing there and 0 here, c is \"x\" "
      "there and missing here");
  BOOST_CHECK_THROW(configuration_difference("", "{}"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(names_are_read_back) {
  for (const auto a : {Activation::relu, Activation::tanh, Activation::identity})
    BOOST_TEST((parse_name<Activation>("activation", to_string(a)) == a));
  BOOST_TEST(to_string(Optimizer::adam) == "adam");
  BOOST_CHECK_EXCEPTION(parse_name<Activation>("activation", "gelu"), std::invalid_argument,
                        says("[activation] unknown name 'gelu': choose one of relu, tanh, identity"));
  BOOST_CHECK_THROW(to_string(static_cast<Colour>(2)), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
