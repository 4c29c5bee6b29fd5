#include <engram/laboratory/held_folder.hpp>
#include <engram/laboratory/usage_error.hpp>

#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <optional>
#include <sys/wait.h>
#include <unistd.h>

using namespace engram::laboratory;
namespace test = engram::test;

namespace {

/// What is said to one who wants the folder, or "" if he gets it.
std::string refusal(const std::filesystem::path& folder) {
  try {
    const HeldFolder held(folder);
  } catch (const UsageError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(held_folder)

BOOST_AUTO_TEST_CASE(a_second_run_is_told_which_process_holds_the_folder_since_when) {
  const test::TemporaryFolder folder;
  std::optional<HeldFolder> held(folder / "a");
  for (int attempt = 0; attempt < 2; ++attempt) {  // a refused one changes nothing
    const std::string text = refusal(folder / "a");
    BOOST_TEST(text.starts_with(
        fmt::format("'{}/a' is in use by process {} on ", folder.path().string(), ::getpid())));
    BOOST_TEST(text.find(" since 20") != std::string::npos);
  }
  BOOST_TEST(refusal(folder / "b") == "");
  held.reset();
  BOOST_TEST(refusal(folder / "a") == "");
  BOOST_TEST(std::filesystem::is_empty(folder / "a"));
}

BOOST_AUTO_TEST_CASE(a_lock_ends_with_its_process) {
  const test::TemporaryFolder folder;
  int ends[2];
  BOOST_TEST_REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const HeldFolder held(folder.path());
    if (::write(ends[1], "x", 1) == 1)
      for (;;) ::pause();
  }
  char ready = 0;
  BOOST_TEST_REQUIRE(::read(ends[0], &ready, 1) == 1);
  BOOST_TEST(refusal(folder.path()).find(fmt::format("process {} on", child)) != std::string::npos);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  for (const int end : ends) ::close(end);
  BOOST_TEST(std::filesystem::exists(folder / ".lock"));
  BOOST_TEST(refusal(folder.path()) == "");
  BOOST_TEST(folder.count() == 0);
}

BOOST_AUTO_TEST_CASE(a_finished_run_is_not_overwritten) {
  const test::TemporaryFolder folder;
  BOOST_CHECK_NO_THROW(require_unfinished(folder / "summary.json"));
  test::write_text(folder / "summary.json", "{}");
  BOOST_CHECK_EXCEPTION(require_unfinished(folder / "summary.json"), UsageError, [](const UsageError& e) {
    return std::string(e.what()).find("--anew") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
