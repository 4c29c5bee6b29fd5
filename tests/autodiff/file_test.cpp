// Values that are written come back to the bit, and no other file is taken for one.
#include "../support/layered.hpp"
#include "../support/temporary_folder.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <filesystem>
#include <string>

using namespace engram::test;

namespace {

namespace fs = std::filesystem;

Layered<Value> network() {
  return {{{matrix({{1, -0.0}, {1e-320, not_a_number}}), matrix({{0.1, 1e308}})},
           {matrix({{3}, {4}}), Value(Shape{0, 7})}},
          Value(-1 / 3.0)};
}

/// The message without the file's name.
std::string refused(const std::string& file) {
  try {
    ad::load(file, network());
  } catch (const std::runtime_error& e) {
    const std::string text = e.what(), opening = "[load] '" + file + "': ";
    BOOST_TEST(text.starts_with(opening));
    return text.substr(std::min(text.size(), opening.size()));
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(file)

BOOST_AUTO_TEST_CASE(a_structure_comes_back_to_the_bit) {
  const TemporaryFolder folder;
  const auto file = (folder / "network").string();
  write_text(file, "what was there before");
  ad::save(file, network());
  const auto back = ad::flatten(ad::load(file, network()));
  const auto wanted = ad::flatten(network());
  BOOST_REQUIRE(back.size() == wanted.size());
  for (std::size_t i = 0; i < back.size(); ++i) {
    BOOST_TEST((back[i].shape() == wanted[i].shape()));
    BOOST_TEST(std::memcmp(back[i].data(), wanted[i].data(),
                           static_cast<std::size_t>(wanted[i].shape().size()) * sizeof(double)) == 0);
  }
  BOOST_TEST(folder.count() == 1);  // and nothing beside it

  fs::create_symlink(file, (folder / "link").string());
  ad::save((folder / "link").string(), std::vector{Value(2.0)});
  BOOST_TEST(fs::is_symlink((folder / "link").string()));
  BOOST_TEST(ad::load(file, std::vector{Value(0.0)})[0].item() == 2);

  const std::vector<ad::Value<float>> list{ad::Value<float>(1.5f), ad::Value<float>(Eigen::Array2f(2, 3))};
  ad::save(file, list);
  BOOST_TEST(ad::load(file, list)[1].data()[1] == 3);
}

BOOST_AUTO_TEST_CASE(a_stack_comes_back_as_one) {
  const TemporaryFolder folder;
  const auto file = (folder / "stack").string();
  const std::vector list{random_value({2, 3, 4}, 1), random_value({2, 3, 0}, 1)};
  ad::save(file, list);
  const auto loaded = ad::load(file, list);
  BOOST_TEST(ad::to_string(loaded[0].shape()) == "4x(2,3)");
  BOOST_TEST(difference(loaded, list) == 0);
}

BOOST_AUTO_TEST_CASE(the_bytes_are_those_of_the_page) {
  const TemporaryFolder folder;
  const auto file = (folder / "bytes").string();
  ad::save(file, std::vector{ad::Value<float>(Eigen::RowVector2f(1, -2))});
  const std::string head(
      "\x89"
      "engram\n\1\0\0\0\4\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0"
      "\1\0\0\0\0\0\0\0"
      "\0\0\x80\x3f\0\0\0\xc0",
      56);
  const std::string bytes = read_text(file);
  BOOST_TEST(bytes.size() == head.size() + 8);
  BOOST_TEST(bytes.starts_with(head));
}

BOOST_AUTO_TEST_CASE(every_cut_and_every_changed_byte_is_noticed) {
  const TemporaryFolder folder;
  const auto file = (folder / "network").string();
  ad::save(file, network());
  const std::string bytes = read_text(file);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    write_text(file, bytes.substr(0, size));
    BOOST_TEST(refused(file) != "accepted");
  }
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const int bit : {0, 3, 7}) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      write_text(file, changed);
      BOOST_TEST(refused(file) != "accepted");
    }
  write_text(file, bytes + '\0');
  BOOST_TEST(refused(file) != "accepted");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said) {
  const TemporaryFolder folder;
  const auto file = (folder / "network").string();
  BOOST_TEST(refused(file) == "No such file or directory");
  BOOST_TEST(refused(folder.path()) == "it is no ordinary file");
  write_text(file, "{\"rule\": 1}");
  BOOST_TEST(refused(file) == "it is no file of values");
  ad::save(file, std::vector{ad::Value<float>(1.0f)});
  BOOST_TEST(refused(file) == "its entries have 4 bytes, and 8 are wanted");
  ad::save(file, std::vector{Value(1.0), matrix({{1, 2}})});
  BOOST_TEST(refused(file) ==
             "it has 2 matrices (1,1) (1,2); wanted are 5 matrices (2,2) (1,2) (2,1) (0,7) (1,1)");
  std::string bytes = read_text(file);
  bytes[8] = 2;
  write_text(file, bytes);
  BOOST_TEST(refused(file) == "its format has version 2; this library reads version 1");
  BOOST_CHECK_THROW(ad::save(folder.path(), network()), std::runtime_error);
  BOOST_TEST(fs::is_directory(folder.path()));
  BOOST_CHECK_EXCEPTION(
      ad::save((folder / "no/such/folder").string(), network()), std::runtime_error, [&](const auto& e) {
        return std::string(e.what()) ==
               "[save] '" + (folder / "no/such/folder").string() + "': No such file or directory";
      });
}

BOOST_AUTO_TEST_SUITE_END()
