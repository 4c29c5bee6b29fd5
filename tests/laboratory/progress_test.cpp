#include <engram/laboratory/progress.hpp>

#include "../support/temporary_folder.hpp"

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
  BOOST_TEST(progress_line("train", 1, 4, 10, "loss 0.5", 80, false) == "train  25 %  loss 0.5  30 s left");
  BOOST_TEST(progress_line("train", 0, 4, 10, "", 80, false) == "train   0 %");
  BOOST_TEST(progress_line("train", 4, 4, 10, "", 80, false) == "train 100 %  in 10 s");
  BOOST_TEST(progress_line("train", 999, 1000, 999, "", 80, false) == "train  99 %  1 s left");
}

BOOST_AUTO_TEST_CASE(steps_that_were_done_earlier_do_not_count_as_speed) {
  BOOST_TEST(progress_line("train", 6, 10, 10, "", 80, false, 4) == "train  60 %  20 s left");
  BOOST_TEST(progress_line("train", 4, 10, 10, "", 80, false, 4) == "train  40 %");
}

BOOST_AUTO_TEST_CASE(the_bar_fills_and_gives_way_where_there_is_no_room) {
  BOOST_TEST(progress_line("t", 1, 2, 5, "", 31, true) == "t |█████▌     |  50 %  5 s left");
  BOOST_TEST(progress_line("t", 0, 2, 5, "", 200, true) == "t |" + std::string(30, ' ') + "|   0 %");
  BOOST_TEST(progress_line("t", 1, 2, 5, "", 20, true) == "t  50 %  5 s left");
  BOOST_TEST(progress_line("t", 1, 2, 5, "", 7, true) == "t  50 %");
}

BOOST_AUTO_TEST_CASE(a_total_of_nothing_is_done_at_once) {
  BOOST_TEST(progress_line("t", 0, 0, 0, "", 80, false) == "t 100 %  in 0 s");
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

BOOST_AUTO_TEST_SUITE_END()
