#include <engram/plasticity/atomic_file.hpp>

#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

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
