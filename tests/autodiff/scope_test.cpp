// Scopes: names of program parts on tapes, in graphs, in derivatives and in errors.
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

namespace {

template <class T>
T layer(const T& x, const T& w) {
  const ad::Scope scope(x, "layer");
  return tanh(matmul(x, w));
}

std::string path(const ad::ScopePtr& scope) { return scope ? scope->path : "-"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(scope)

BOOST_AUTO_TEST_CASE(operations_know_the_scope_they_were_recorded_in) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 2}, {3, 4}})), w = tape.variable(matrix({{1}, {3}}));
  {
    const ad::Scope model(x, "model");
    sum(layer(x, w));
  }
  exp(x);
  std::vector<std::string> paths;
  for (const auto& node : tape.nodes()) paths.push_back(path(node.scope));
  const std::vector<std::string> expected{"model/layer", "model/layer", "model", "-"};
  BOOST_TEST(paths == expected, boost::test_tools::per_element());
  BOOST_TEST(std::string(tape.nodes()[0].scope->file).ends_with("scope_test.cpp"));
  BOOST_TEST(tape.nodes()[0].scope->line == 12u);
}

BOOST_AUTO_TEST_CASE(an_exception_leaves_the_scope) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 2}}));
  BOOST_CHECK_THROW(layer(x, x), std::invalid_argument);
  BOOST_TEST(!tape.scope());
}

BOOST_AUTO_TEST_CASE(errors_name_the_scope_and_its_line) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 2}}));
  std::string text;
  try {
    layer(x, x);
  } catch (const std::invalid_argument& error) {
    text = error.what();
  }
  BOOST_TEST(text.starts_with("[matmul] "));
  BOOST_TEST(text.find(", in scope 'layer' (") != std::string::npos);
  BOOST_TEST(text.ends_with("scope_test.cpp:12)"));
}

BOOST_AUTO_TEST_CASE(a_derivative_is_in_the_scope_of_its_gradient) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 2}})), w = tape.variable(matrix({{1}, {3}}));
  const auto y = sum(square(layer(x, w)));
  const auto recorded_in = [&](const char* scope) {
    return std::count_if(tape.nodes().begin(), tape.nodes().end(),
                         [&](const auto& node) { return path(node.scope) == scope; });
  };
  const auto outside = recorded_in("-");
  const auto g = ad::gradient(y, w);
  BOOST_TEST(recorded_in("gradient of layer") > 0);
  BOOST_TEST(recorded_in("-") > outside);
  ad::gradient(sum(g), w);
  BOOST_TEST(recorded_in("gradient of gradient of layer") > 0);
  BOOST_TEST(!tape.scope());
}

BOOST_AUTO_TEST_CASE(a_compiled_function_keeps_the_scopes_of_what_remains) {
  const auto f = ad::compile<double>(
      [](const Variables& x) {
        return Variables{layer(x[0], x[1]) * 1.0, ad::gradient(sum(layer(x[0], x[1])), x[1])};
      },
      {{1, 2}, {2, 1}});
  const std::string text = f.describe();
  BOOST_TEST(text.find("  # layer\n") != std::string::npos);
  BOOST_TEST(text.find("  # gradient of layer\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(plain_values_have_no_scopes) {
  BOOST_TEST(layer(matrix({{0}}), matrix({{1}})).item() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
