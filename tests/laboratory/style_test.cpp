#include <engram/laboratory/peers.hpp>
#include <engram/laboratory/style.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <tuple>

using namespace engram::laboratory;

namespace {

bool same(const Style& a, const Style& b) {
  return std::string_view(a.colour) == b.colour && a.dash == b.dash && a.mark == b.mark;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(style)

BOOST_AUTO_TEST_CASE(what_follows_a_comma_does_not_change_how_a_method_looks) {
  BOOST_CHECK(same(style_of("backprop, tuned"), style_of("backprop")));
  BOOST_CHECK(same(style_of("backprop, one setting"), style_of("backprop")));
  BOOST_CHECK(same(style_of("rule"), style_of("learned rule")));
  BOOST_CHECK(!same(style_of("rule, noise for unlabelled"), style_of("rule")));
  BOOST_CHECK(same(style_of("backpropagation"), style_of("something else")));
}

BOOST_AUTO_TEST_CASE(every_peer_has_a_style_that_no_other_method_has) {
  std::set<std::tuple<std::string, int, int>> styles;
  std::size_t methods = 0;
  const auto add = [&](const std::string& method) {
    const Style s = style_of(method);
    BOOST_TEST(!same(s, style_of("something else")), method << " has no style of its own");
    styles.insert({s.colour, s.dash, s.mark});
    ++methods;
  };
  for (const char* method : {"learned rule", "rule, noise for unlabelled", "rule trained without unlabelled",
                             "Hebbian rule, learned", "MAML", "backprop, best case"})
    add(method);
  for (const PeerKind& peer : peers()) add(std::string(peer.name));
  BOOST_TEST(styles.size() == methods);
}

BOOST_AUTO_TEST_CASE(classes_have_colours_of_no_method_and_differ_by_shape) {
  for (const ClassStyle& c : class_styles)
    for (const char* method :
         {"learned rule", "rule, noise for unlabelled", "backprop", "Hebb", "MAML", "Π-model"})
      BOOST_TEST(std::string(c.colour) != style_of(method).colour);
  BOOST_TEST(class_styles[0].mark != class_styles[1].mark);
  BOOST_TEST(class_styles[0].corners != class_styles[1].corners);
}

BOOST_AUTO_TEST_CASE(there_are_styles_for_eight_curves) {
  for (std::size_t k = 0; k < 8; ++k)
    for (std::size_t i = 0; i < k; ++i) BOOST_CHECK(!same(series_style(i), series_style(k)));
  BOOST_CHECK_THROW(series_style(8), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
