#include <engram/plasticity/tasks/digits.hpp>

#include "../../support/source_folder.hpp"
#include "../../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <map>
#include <set>

using namespace engram::plasticity;

namespace {

std::shared_ptr<const Digits> images() {
  static const auto all =
      std::make_shared<const Digits>(load_digits(engram::test::source_folder() / "demos/data/digits.txt"));
  return all;
}

/// The image's row among all, and its digit.
std::map<std::vector<double>, int> digit_of() {
  std::map<std::vector<double>, int> digits;
  for (Index i = 0; i < images()->pixels.rows(); ++i)
    digits[{images()->pixels.row(i).begin(), images()->pixels.row(i).end()}] =
        images()->labels[static_cast<std::size_t>(i)];
  return digits;
}

std::string message(const std::string& text) {
  const engram::test::TemporaryFolder folder;
  std::ofstream(folder / "d.txt") << text;
  try {
    load_digits(folder / "d.txt");
  } catch (const FormatError& e) {
    return std::string(e.what()).substr(std::string(e.what()).find("d.txt"));
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(digits_tasks)

BOOST_AUTO_TEST_CASE(the_file_that_comes_with_engram_is_the_known_data_set) {
  BOOST_TEST(images()->pixels.rows() == 1797);
  BOOST_TEST(images()->pixels.cols() == 64);
  const std::vector<int> known{178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
  std::vector<int> found(10);
  for (const int d : images()->labels) ++found[static_cast<std::size_t>(d)];
  BOOST_TEST(found == known, boost::test_tools::per_element());
  BOOST_TEST(((images()->pixels + 1) * 8).sum() == 561718);  // the known sum of all pixels
  BOOST_TEST(images()->labels[3] == 3);
  BOOST_TEST(images()->pixels(0, 2) == 5.0 / 8 - 1);
}

BOOST_AUTO_TEST_CASE(a_task_has_its_own_digits_and_every_class_is_one_digit) {
  const auto known = digit_of();
  const TaskFamily family = digits(images(), 3);
  BOOST_TEST(family.dimension == 64);
  BOOST_TEST(family.classes == 3);
  std::set<std::vector<int>> choices;
  for (std::uint64_t t = 0; t < 20; ++t) {
    Random random(t);
    const auto task = family.draw(Random(t));
    std::vector<int> digit(3, -1);
    for (const Examples& e : {task->sample(random, 60), task->sample_query(random, 60)})
      for (Index i = 0; i < e.size(); ++i) {
        int& d = digit[static_cast<std::size_t>(e.labels[static_cast<std::size_t>(i)])];
        const int found = known.at({e.x.row(i).begin(), e.x.row(i).end()});
        if (d == -1) d = found;
        BOOST_TEST(d == found);
      }
    BOOST_TEST((std::set<int>(digit.begin(), digit.end()).size() == 3));
    choices.insert(digit);
  }
  BOOST_TEST(choices.size() > 15);
}

BOOST_AUTO_TEST_CASE(no_query_was_ever_shown) {
  const auto task = digits(images()).draw(Random(1));
  Random random(2);
  std::set<std::vector<double>> shown;
  const Examples e = task->sample(random, 5000), q = task->sample_query(random, 2000);
  for (Index i = 0; i < e.size(); ++i) shown.insert({e.x.row(i).begin(), e.x.row(i).end()});
  for (Index i = 0; i < q.size(); ++i) BOOST_TEST(!shown.contains({q.x.row(i).begin(), q.x.row(i).end()}));
}

BOOST_AUTO_TEST_CASE(files_that_are_not_as_told_are_refused_with_their_line) {
  const std::string pixels(64, '0');
  BOOST_TEST(message("# c\n5 " + pixels + "\n5 000\n").starts_with("d.txt', line 3: an image is a digit"));
  BOOST_TEST(message("5 " + std::string(63, '0') + "h\n") ==
             "d.txt', line 1: 'h' is no pixel: 0 to 9, a to g are");
  BOOST_TEST(message("x " + pixels + "\n").starts_with("d.txt', line 1: an image is"));
  BOOST_TEST(message("") == "d.txt': there are 0 images of digit 0; at least 2 are needed");
  BOOST_CHECK_THROW(load_digits("/nowhere/digits.txt"), FormatError);
  BOOST_CHECK_THROW(digits(images(), 1), std::invalid_argument);
  BOOST_CHECK_THROW(digits(images(), 11), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
