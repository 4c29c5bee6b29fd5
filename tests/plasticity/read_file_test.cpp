#include <engram/plasticity/checkpoint.hpp>
#include <engram/plasticity/read_file.hpp>
#include <engram/plasticity/store.hpp>
#include <engram/plasticity/tasks/digits.hpp>

#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

using namespace engram::plasticity;
using namespace engram::test;

namespace {

void check_refused(const std::filesystem::path& path, const std::string& what) {
  const auto check = [&](const char* kind, const auto& load) {
    BOOST_CHECK_EXCEPTION(load(), FormatError, [&](const FormatError& e) {
      const std::string line = e.what();
      BOOST_TEST_MESSAGE(line);
      return line.starts_with(kind) && line.find(path.string()) != std::string::npos &&
             line.find(what) != std::string::npos && line.find('\n') == std::string::npos;
    });
  };
  check("rule file '", [&] { load_rule(path); });
  check("checkpoint '", [&] { load_checkpoint(path); });
  check("digits '", [&] { load_digits(path); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(files_from_elsewhere)

BOOST_AUTO_TEST_CASE(what_is_no_ordinary_file_is_refused_without_waiting_for_it) {
  const TemporaryFolder folder;
  BOOST_REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
  std::filesystem::create_symlink(folder / "fifo", folder / "link");
  check_refused(folder / "fifo", "no ordinary file");
  check_refused(folder / "link", "no ordinary file");
  check_refused("/dev/zero", "no ordinary file");
  check_refused("/dev/null", "no ordinary file");
  check_refused(folder.path(), "it is a folder");
  check_refused(folder / "none", "cannot be opened: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_larger_than_any_such_file_is_not_read) {
  const TemporaryFolder folder;
  write_text(folder / "large", "");
  std::filesystem::resize_file(folder / "large", largest_file + 1);  // takes no place on the disk
  check_refused(folder / "large", "MiB");
}

BOOST_AUTO_TEST_CASE(a_file_is_read_whole) {
  const TemporaryFolder folder;
  std::string text = "a\0b\n";
  text += std::string(100'000, 'x');
  write_text(folder / "f", text);
  BOOST_TEST(read_file("file", folder / "f") == text);
  BOOST_TEST(read_file("file", "/proc/self/status").starts_with("Name:"));  // whose size is 0
}

BOOST_AUTO_TEST_SUITE_END()
