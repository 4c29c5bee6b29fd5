#include <engram/plasticity/atomic_file.hpp>

#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace engram::plasticity;
using namespace engram::test;
namespace fs = std::filesystem;

namespace {

auto says(std::string text) {
  return [text](const FileError& e) {
    BOOST_TEST_MESSAGE(e.what());
    return std::string(e.what()).find(text) != std::string::npos;
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(atomic_file)

BOOST_AUTO_TEST_CASE(a_file_is_created_and_then_replaced_and_nothing_else_is_left) {
  const TemporaryFolder folder;
  write_atomically(folder / "a.txt", "one\n");
  BOOST_TEST(read_text(folder / "a.txt") == "one\n");
  write_atomically(folder / "a.txt", std::string(100000, 'x'));
  BOOST_TEST(read_text(folder / "a.txt") == std::string(100000, 'x'));
  BOOST_TEST(folder.count() == 1);
}

BOOST_AUTO_TEST_CASE(a_link_stays_a_link) {
  const TemporaryFolder folder;
  write_atomically(folder / "a.txt", "one");
  fs::create_symlink("a.txt", folder / "link");
  write_atomically(folder / "link", "two");
  BOOST_TEST(fs::is_symlink(folder / "link"));
  BOOST_TEST(read_text(folder / "a.txt") == "two");
}

BOOST_AUTO_TEST_CASE(the_mode_of_a_file_that_is_replaced_is_kept) {
  const TemporaryFolder folder;
  const auto mode = [&] { return fs::status(folder / "a.txt").permissions(); };
  for (const auto kept : {fs::perms(0600), fs::perms(0664), fs::perms(0755)}) {
    write_text(folder / "a.txt", "one");
    fs::permissions(folder / "a.txt", kept);
    write_atomically(folder / "a.txt", "two");
    BOOST_TEST((mode() == kept));
  }
}

BOOST_AUTO_TEST_CASE(names_may_be_as_long_as_the_system_allows) {
  const TemporaryFolder folder;
  const std::string longest(255, 'x');
  write_atomically(folder / longest, "one");
  BOOST_TEST(read_text(folder / longest) == "one");
  BOOST_CHECK_EXCEPTION(write_atomically(folder / (longest + "x"), "x"), FileError,
                        says("File name too long"));
}

BOOST_AUTO_TEST_CASE(what_killed_processes_left_is_removed_and_what_others_write_is_not) {
  const TemporaryFolder folder;
  for (const char* name : {".engram-1-0.tmp", ".hidden", "engram-1-0.tmp", ".engram-1-0.txt"})
    write_text(folder / name, "x");
  const fs::path held = folder / ".engram-1-1.tmp";
  write_text(held, "x");
  const int descriptor = ::open(held.c_str(), O_WRONLY);
  BOOST_TEST_REQUIRE(::flock(descriptor, LOCK_EX) == 0);
  require_writable_folder(folder.path());
  BOOST_TEST(!fs::exists(folder / ".engram-1-0.tmp"));
  BOOST_TEST(fs::exists(held));
  ::close(descriptor);
  require_writable_folder(folder.path());
  BOOST_TEST(!fs::exists(held));
  BOOST_TEST(folder.count() == 3);
}

BOOST_AUTO_TEST_CASE(a_left_file_of_the_same_name_is_in_nobodys_way) {
  const TemporaryFolder folder;
  for (int k = 0; k < 1000; ++k) write_text(folder / fmt::format(".engram-{}-{}.tmp", ::getpid(), k), "left");
  write_atomically(folder / "a.txt", "one");
  BOOST_TEST(read_text(folder / "a.txt") == "one");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_written_is_found_out_before) {
  const TemporaryFolder folder;
  require_writable_file(folder / "a/b.txt");
  BOOST_TEST(fs::is_empty(folder / "a"));
  require_writable_file("/dev/null");
  BOOST_CHECK_EXCEPTION(require_writable_file(folder / "a"), FileError, says("a': Is a directory"));
  BOOST_CHECK_EXCEPTION(require_writable_file(folder / std::string(256, 'x')), FileError,
                        says("File name too long"));
  write_text(folder / "file", "x");
  BOOST_CHECK_EXCEPTION(require_writable_file(folder / "file/b.txt"), FileError, says("Not a directory"));
}

BOOST_AUTO_TEST_CASE(errors_name_the_path_and_the_reason) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(write_atomically(folder / "no/a.txt", "x"), FileError,
                        says("no/a.txt': No such file or directory"));
  fs::create_directory(folder / "b");
  BOOST_CHECK_EXCEPTION(write_atomically(folder / "b", "x"), FileError, says("b': Is a directory"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error) {
  if (!fs::exists("/dev/full")) return;
  BOOST_CHECK_EXCEPTION(write_atomically("/dev/full", "x"), FileError, says("No space left on device"));
}

BOOST_AUTO_TEST_CASE(an_output_folder_is_created_with_its_parents_and_left_empty) {
  const TemporaryFolder folder;
  require_writable_folder(folder / "a/b");
  require_writable_folder(folder / "a/b");
  BOOST_TEST(fs::is_empty(folder / "a/b"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_an_output_folder_is_refused) {
  const TemporaryFolder folder;
  write_text(folder / "file", "x");
  BOOST_CHECK_EXCEPTION(require_writable_folder(folder / "file"), FileError, says("file': Not a directory"));
  BOOST_CHECK_EXCEPTION(require_writable_folder(folder / "file/below"), FileError, says("Not a directory"));
  BOOST_CHECK_THROW(require_writable_folder("/proc/engram"), FileError);  // even for root
}

BOOST_AUTO_TEST_SUITE_END()
