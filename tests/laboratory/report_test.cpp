#include <engram/laboratory/report.hpp>
#include <engram/laboratory/svg.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;

namespace {

constexpr const char* drawing = R"svg(<?xml version="1.0"?>
<svg width="4" viewBox="0 0 4 4">
<title>Gnuplot</title>
<desc>Produced by GNUPLOT 5.4</desc>
<rect fill="#ffffff"/><circle id='gpDot' r='1'/><use xlink:href='#gpDot'/><g clip-path="url(#clip)" color="black"/>
<path stroke='rgb( 51,  51,  51)'/><path stroke='rgb(  0, 114, 178)'/></svg>)svg";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(a_drawing_in_a_page_has_a_role_a_title_and_ids_of_its_own) {
  const std::string svg = embedded_svg(drawing, "figure-2", "a < b");
  BOOST_TEST(has(svg, "<svg role=\"img\" aria-labelledby=\"figure-2-title\""), svg);
  BOOST_TEST(has(svg, "<title id=\"figure-2-title\">a &lt; b</title>"), svg);
  BOOST_TEST(has(svg, "id='figure-2-gpDot'"), svg);
  BOOST_TEST(has(svg, "xlink:href='#figure-2-gpDot'"), svg);
  BOOST_TEST(has(svg, "url(#figure-2-clip)"), svg);
  BOOST_TEST(!has(svg, "Gnuplot"), svg);
  BOOST_TEST(!has(svg, "GNUPLOT"), svg);
  BOOST_TEST(embedded_svg("no drawing", "id", "title") == "");
}

BOOST_AUTO_TEST_CASE(paper_and_ink_of_a_drawing_are_those_of_the_page_and_other_colours_stay) {
  const std::string svg = embedded_svg(drawing, "figure-1", "");
  BOOST_TEST(has(svg, "fill=\"var(--paper)\""), svg);
  BOOST_TEST(has(svg, "stroke=\"var(--ink)\""), svg);
  BOOST_TEST(has(svg, "color=\"var(--ink)\""), svg);
  BOOST_TEST(has(svg, "rgb(  0, 114, 178)"), svg);
}

BOOST_AUTO_TEST_CASE(a_warning_is_the_first_line_of_the_page) {
  Report report("Title", "Introduction");
  report.paragraph("Text");
  report.warn("It means <nothing>.");
  const std::string page = report.page();
  const auto body = page.find("<body>");
  BOOST_TEST(page.find("It means &lt;nothing&gt;.", body) < page.find("<h1>", body));
}

BOOST_AUTO_TEST_CASE(a_table_stands_beside_a_drawing_if_there_is_room) {
  const auto section = [](const std::string& cell) {
    Report report("Title", "");
    report.figure(drawing, "", "");
    report.table({{"", "x"}, {{"row", cell}}, ""});
    return report.page();
  };
  BOOST_TEST(has(section("1"), "<section class=\"drawn beside\">"));
  BOOST_TEST(has(section(std::string(200, '1')), "<section class=\"drawn\">"));
  BOOST_TEST(has(section(std::string(200, '1')), "<div class=\"table broad\">"));
}

BOOST_AUTO_TEST_SUITE_END()
