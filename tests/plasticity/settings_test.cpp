#include <engram/plasticity/settings.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

using namespace engram::plasticity;

BOOST_AUTO_TEST_SUITE(settings)

BOOST_AUTO_TEST_CASE(names_are_read_back) {
  for (const auto a : {Activation::relu, Activation::tanh, Activation::identity})
    BOOST_TEST((parse_activation(to_string(a)) == a));
  for (const auto s :
       {UpdateScale::published, UpdateScale::symmetric, UpdateScale::fan_in, UpdateScale::none})
    BOOST_TEST((parse_update_scale(to_string(s)) == s));
  for (const auto f : {FeedbackWeights::none, FeedbackWeights::fixed, FeedbackWeights::plastic})
    BOOST_TEST((parse_feedback(to_string(f)) == f));
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_answered_with_the_known_ones) {
  BOOST_CHECK_EXCEPTION(parse_activation("gelu"), std::invalid_argument, [](const auto& e) {
    return e.what() == std::string("[activation] unknown name 'gelu': choose one of relu, tanh, identity");
  });
  BOOST_CHECK_THROW(parse_update_scale(""), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_rule_needs_a_width) {
  BOOST_CHECK_NO_THROW(validate(RuleSettings{}));
  BOOST_CHECK_THROW(validate(RuleSettings{.width = 0}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
