#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/option_groups.hpp>
#include <engram/laboratory/options_tree.hpp>
#include <engram/laboratory/setting_options.hpp>
#include <engram/plasticity/meta_trainer.hpp>

#include "../support/changed_settings.hpp"
#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace engram::laboratory;
using namespace engram::plasticity;
using namespace engram::test;

namespace {

/// What a command line makes of the settings.
MetaSettings read(std::vector<std::string> arguments) {
  MetaSettings settings;
  CLI::App app("", "test");
  configuration_file(app, "");
  add_settings(app, settings_tree(settings), "Training");
  std::vector<char*> argv{const_cast<char*>("test")};
  for (auto& a : arguments) argv.push_back(a.data());
  read_arguments(app, static_cast<int>(argv.size()), argv.data());
  return settings;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(setting_options)

BOOST_AUTO_TEST_CASE(every_option_comes_back_from_its_toml_and_from_the_command_line) {
  const TemporaryFolder folder;
  change_each(MetaSettings{},
              [&](const std::string& path, const SettingNode& leaf, const MetaSettings& changed) {
                if (leaf.option.empty()) return;
                BOOST_TEST_CONTEXT(path) {
                  write_text(folder / "c.toml", to_toml(settings_tree(changed)));
                  BOOST_TEST(to_json(read({"--config", (folder / "c.toml").string()})) == to_json(changed));
                  BOOST_TEST(to_json(read({"--" + leaf.option, leaf.get()})) == to_json(changed));
                }
              });
}

BOOST_AUTO_TEST_CASE(a_wrong_value_is_refused_with_the_option_and_its_bounds) {
  BOOST_CHECK_EXCEPTION(read({"--steps", "0"}), UsageError, [](const UsageError& e) {
    return e.what() == std::string("--steps is '0'; it must be a whole number from 1 to 100000");
  });
  for (const char* wrong : {"", "x", "1.5", "1e3", "-1", "18446744073709551616", "nan"})
    BOOST_CHECK_THROW(read({"--tasks", wrong}), UsageError);
  for (const char* wrong : {"", "x", "0", "-1", "nan", "inf", "1e999"})
    BOOST_CHECK_THROW(read({"--clip", wrong}), UsageError);
  BOOST_CHECK_THROW(read({"--lateral", "perhaps"}), std::exception);
  BOOST_CHECK_THROW(read({"--activation", "sine"}), UsageError);
}

BOOST_AUTO_TEST_CASE(what_decides_an_experiment_is_in_its_toml_and_comes_back_from_it) {
  Options start;
  start.trains = true;
  start.experiment = "e";
  change_each(start, [&](const std::string& path, const SettingNode& leaf, const Options& changed) {
    const bool decides_nothing =
        path == "checkpoint_every" || path == "threads" || path == "ranks" || path == "hosts";
    if (leaf.option.empty() || decides_nothing || path == "meta.seed" ||
        path == "meta.network.direct_feedback")
      return;
    BOOST_TEST_CONTEXT(path) {
      Options back = start;
      CLI::App app("", "test");
      configuration_file(app, "");
      add_network(app, back);
      add_training(app, back);
      add_test(app, back);
      add_settings(app, of_options(back, {"meta_seeds"}), "");
      const TemporaryFolder folder;
      write_text(folder / "c.toml", to_toml(changed));
      std::string file = (folder / "c.toml").string();
      std::array<char*, 3> argv{const_cast<char*>("test"), const_cast<char*>("--config"), file.data()};
      read_arguments(app, 3, argv.data());
      BOOST_TEST(to_json(back) == to_json(changed));
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
