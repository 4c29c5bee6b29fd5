#include <engram/laboratory/certification.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;
using namespace engram::plasticity;

BOOST_AUTO_TEST_SUITE(certification)

BOOST_AUTO_TEST_CASE(a_certificate_says_clause_by_clause_what_was_found) {
  const Certificate certificate{
      {{"local", 3, 0, {}}, {"product form", 2, 1, {{"W^1(0,2)", "depends on it", "tanh"}}}}};
  const auto json = to_json(certificate);
  BOOST_TEST(json.at("passed") == false);
  BOOST_TEST(json.at("clauses").size() == 2u);
  BOOST_TEST(json["clauses"][0].at("passed") == true);
  BOOST_TEST(json["clauses"][0].at("checked") == 3);
  BOOST_TEST(json["clauses"][0].at("findings").empty());
  const auto& second = json["clauses"][1];
  BOOST_TEST(second.at("name") == "product form");
  BOOST_TEST(second.at("failed") == 1);
  BOOST_TEST(second.at("findings")[0].at("where") == "W^1(0,2)");
  BOOST_TEST(second.at("findings")[0].at("what") == "depends on it");
  BOOST_TEST(second.at("findings")[0].at("path") == "tanh");
}

BOOST_AUTO_TEST_CASE(a_certificate_that_checked_nothing_is_not_passed) {
  BOOST_TEST(to_json(Certificate{{{"local", 0, 0, {}}}}).at("passed") == false);
}

BOOST_AUTO_TEST_SUITE_END()
