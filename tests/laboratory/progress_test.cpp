#include <engram/laboratory/progress.hpp>
#include <engram/laboratory/terminal.hpp>

#include "../support/temporary_folder.hpp"
#include "../support/terminal.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;
using namespace engram::test;

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(durations_read_like_speech) {
  BOOST_TEST(format_duration(0.2) == "0 s");
  BOOST_TEST(format_duration(59.7) == "1 min 0 s");
  BOOST_TEST(format_duration(200) == "3 min 20 s");
  BOOST_TEST(format_duration(7500) == "2 h 5 min");
}

BOOST_AUTO_TEST_CASE(the_estimate_comes_from_the_mean_speed_so_far) {
  BOOST_TEST(progress_line("train", 1, 4, 10, "loss 0.5", 80, Bar::none) ==
             "train  25 %  loss 0.5  30 s left");
  BOOST_TEST(progress_line("train", 0, 4, 10, "", 80, Bar::none) == "train   0 %");
  BOOST_TEST(progress_line("train", 4, 4, 10, "", 80, Bar::none) == "train 100 %  in 10 s");
  BOOST_TEST(progress_line("train", 999, 1000, 999, "", 80, Bar::none) == "train  99 %  1 s left");
}

BOOST_AUTO_TEST_CASE(steps_that_were_done_earlier_do_not_count_as_speed) {
  BOOST_TEST(progress_line("train", 6, 10, 10, "", 80, Bar::none, 4) == "train  60 %  20 s left");
  BOOST_TEST(progress_line("train", 4, 10, 10, "", 80, Bar::none, 4) == "train  40 %");
}

BOOST_AUTO_TEST_CASE(the_bar_fills_and_gives_way_where_there_is_no_room) {
  BOOST_TEST(progress_line("t", 1, 2, 5, "", 31, Bar::blocks) == "t |█████▌     |  50 %  5 s left");
  BOOST_TEST(progress_line("t", 0, 2, 5, "", 200, Bar::blocks) == "t |" + std::string(30, ' ') + "|   0 %");
  BOOST_TEST(progress_line("t", 1, 2, 5, "", 20, Bar::blocks) == "t  50 %  5 s left");
  BOOST_TEST(progress_line("t", 1, 2, 5, "", 7, Bar::blocks) == "t  50 %");
}

BOOST_AUTO_TEST_CASE(there_is_a_bar_at_80_columns_and_the_time_left_at_40) {
  for (const std::string label : {"meta-training", "training seed_1_without_unlabelled"}) {
    const auto line = [&](int width) {
      return progress_line(label, 500, 1000, 3000, "validation 0.912, best 0.934", width, Bar::blocks);
    };
    BOOST_TEST(columns(line(80)) <= 80);
    BOOST_TEST(line(80).find("|████") != std::string::npos);
    BOOST_TEST(line(80).find("validation 0") != std::string::npos);
    for (const int width : {40, 80}) BOOST_TEST(line(width).ends_with("  50 min 0 s left"));
    for (int width = 0; width < 120; ++width) BOOST_TEST(columns(line(width)) <= width);
  }
}

BOOST_AUTO_TEST_CASE(a_plain_bar_has_no_block_characters) {
  BOOST_TEST(progress_line("t", 1, 2, 5, "", 31, Bar::plain) == "t |######     |  50 %  5 s left");
}

BOOST_AUTO_TEST_CASE(a_total_of_nothing_is_done_at_once) {
  BOOST_TEST(progress_line("t", 0, 0, 0, "", 80, Bar::none) == "t 100 %  in 0 s");
}

BOOST_AUTO_TEST_CASE(outside_a_terminal_there_are_plain_lines_without_control_characters) {
  const TemporaryFolder folder;
  std::FILE* file = std::fopen((folder / "log").c_str(), "w");
  {
    Progress progress("train", 2, file);
    progress.update(1, "loss 0.5");  // within the first ten seconds: no line
    progress.note("step 1 skipped");
    progress.update(2, "loss 0.4");
    progress.finish();
    progress.finish();
  }
  std::fclose(file);
  BOOST_TEST(read_text(folder / "log") == "step 1 skipped\ntrain 100 %  loss 0.4  in 0 s\n");
}

BOOST_AUTO_TEST_CASE(a_terminal_gets_a_bar_and_no_escape_sequences) {
  const auto shown = [](const Variables& environment) {
    const Environment set(environment);
    Terminal terminal(60);
    {
      Progress progress("train", 2, terminal.stream());
      progress.note("step 1 skipped");
      progress.update(2, "loss 0.4");
      progress.finish();
    }
    return terminal.shown();
  };
  const std::string blocks = "█";
  const Variables usual{{"TERM", "xterm"}, {"NO_COLOR", ""}, {"LC_ALL", "C.UTF-8"}};
  for (const Variables& change : {Variables{}, {{"TERM", "dumb"}}, {{"NO_COLOR", "1"}}, {{"LC_ALL", "C"}}}) {
    Variables variables = change;
    variables.insert(usual.begin(), usual.end());
    const std::string text = shown(variables);
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(text.find('\x1b') == std::string::npos);
      BOOST_TEST((text.find(blocks) != std::string::npos) == change.empty());
      BOOST_TEST((text.find("|###") != std::string::npos) == (!change.empty() && !change.contains("TERM")));
      BOOST_TEST(text.find("step 1 skipped") != std::string::npos);
      BOOST_TEST(text.find("100 %  loss 0.4  in 0 s") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stream_that_takes_nothing_ends_no_work) {
  std::FILE* full = std::fopen("/dev/full", "w");
  if (full == nullptr) return;
  Progress progress("train", 2, full);
  BOOST_CHECK_NO_THROW(progress.note("step 1 skipped"));
  BOOST_CHECK_NO_THROW(progress.finish());
  std::fclose(full);
}

BOOST_AUTO_TEST_SUITE_END()
