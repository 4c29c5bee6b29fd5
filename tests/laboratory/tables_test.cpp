#include <engram/laboratory/report.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;

BOOST_AUTO_TEST_SUITE(tables)

BOOST_AUTO_TEST_CASE(cells_with_commas_quotes_or_lines_are_quoted_in_csv) {
  const Table table{
      {"name", "value"}, {{"a, b", "1"}, {"say \"so\"", "two\nlines"}, {"plain", ""}}, "not in it"};
  BOOST_TEST(csv(table) == "name,value\n\"a, b\",1\n\"say \"\"so\"\"\",\"two\nlines\"\nplain,\n");
}

BOOST_AUTO_TEST_CASE(columns_of_a_plain_table_are_aligned_by_characters_not_by_bytes) {
  const Table table{{"", "accuracy"}, {{"Π-model", "0.9 ± 0.1"}, {"x", ""}}, ""};
  BOOST_TEST(plain(table) ==
             "          accuracy\n"
             "Π-model  0.9 ± 0.1\n"
             "x\n");
}

BOOST_AUTO_TEST_CASE(what_html_would_take_for_its_own_is_escaped_everywhere) {
  BOOST_TEST(escape_html("a < b & \"c\" > d") == "a &lt; b &amp; &quot;c&quot; &gt; d");
  Report report("<title>", "<introduction>");
  report.heading("<heading>");
  report.paragraph("<paragraph>");
  report.table({{"<head>"}, {{"<cell>"}}, "<caption>"});
  report.details("<summary>", "<text>");
  report.html("<b>part</b>");
  const std::string page = report.page();
  for (const std::string text :
       {"title", "introduction", "heading", "paragraph", "cell", "caption", "text"}) {
    BOOST_TEST(page.find("&lt;" + text + "&gt;") != std::string::npos, text);
    if (text != "title") BOOST_TEST(page.find("<" + text + ">") == std::string::npos, text);
  }
  BOOST_TEST(page.find("<b>part</b>") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
