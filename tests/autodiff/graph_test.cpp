// Graphs: extracting them from a tape, replaying, rewriting and printing them.
#include "../support/user_ops.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;
using Graph = ad::Graph<double>;

namespace {

Graph trace(const ad::FunctionOfVariables<double>& f, const std::vector<Shape>& shapes) {
  return ad::trace<double>(f, std::span<const Shape>(shapes));
}

Graph small() {
  return trace(
      [](const Variables& x) {
        return Variables{ad::sum(ad::matmul_tn(x[0], x[0]) * 2.0), x[1]};
      },
      {{2, 3}, {1, 1}});
}

std::vector<std::string> names(const Graph& graph) {
  std::vector<std::string> ops;
  for (const auto& node : graph.nodes) ops.emplace_back(node.operation->name());
  return ops;
}
using Names = std::vector<std::string>;

Variables outputs(const Graph& graph, ad::Tape<double>& tape, const Variables& inputs) {
  const auto values = ad::replay<double>(graph, tape, inputs);
  Variables y;
  for (const auto s : graph.outputs) y.push_back(*values[s]);
  return y;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(graph)

BOOST_AUTO_TEST_CASE(a_graph_prints_one_line_per_operation) {
  BOOST_TEST(ad::to_text(small()) ==
             "inputs %0 (2,3), %1 (1,1)\n"
             "%3 (3,3) = matmul [transposed first] %0 (2,3), %0 (2,3)\n"
             "%4 (3,3) = multiply %3 (3,3), %2 (1,1)\n"
             "%5 (1,1) = sum %4 (3,3)\n"
             "outputs %5 (1,1), %1 (1,1)\n");
}

BOOST_AUTO_TEST_CASE(a_graph_prints_as_graphviz) {
  BOOST_TEST(ad::to_dot(small()) ==
             "digraph {\n"
             "  node [shape=box, fontname=\"sans-serif\"];\n"
             "  s2 [label=\"constant (1,1)\", shape=plain];\n"
             "  s0 [label=\"input 0 (2,3)\", shape=ellipse];\n"
             "  s1 [label=\"input 1 (1,1)\", shape=ellipse];\n"
             "  n0 [label=\"matmul\"];\n"
             "  n1 [label=\"multiply\"];\n"
             "  n2 [label=\"sum\"];\n"
             "  s0 -> n0 [label=\"(2,3)\"];\n"
             "  s0 -> n0 [label=\"(2,3)\"];\n"
             "  n0 -> n1 [label=\"(3,3)\"];\n"
             "  s2 -> n1 [label=\"(1,1)\"];\n"
             "  n1 -> n2 [label=\"(3,3)\"];\n"
             "  o0 [label=\"output 0\", shape=ellipse];\n"
             "  n2 -> o0;\n"
             "  o1 [label=\"output 1\", shape=ellipse];\n"
             "  s1 -> o1;\n"
             "}\n");
}

BOOST_AUTO_TEST_CASE(loops_are_printed_with_their_size) {
  const auto graph = trace(
      [](const Variables& x) {
        return ad::scan<double>(
                   [](auto c, auto, auto) {
                     return ad::StepResult<Variable>{{ad::tanh(c[0]) + 1.0}, {}};
                   },
                   {x[0]}, {}, {}, 7, ad::Keep::carries)
            .carry;
      },
      {{1, 2}});
  BOOST_TEST(ad::to_text(graph) ==
             "inputs %0 (1,2)\n"
             "%1 (1,2), %2 (7,2) = scan [7 steps of 2 operations] %0 (1,2)\n"
             "outputs %1 (1,2)\n");
}

BOOST_AUTO_TEST_CASE(a_graph_can_be_replayed_on_any_tape_and_differentiated_there) {
  const Graph graph = trace(
      [](const Variables& x) {
        const auto parts = ad::split(ad::tanh(x[0]) * 2.0, {1, 1}, 0);
        return Variables{parts[1] * x[1], x[0], x[0].tape().constant(5.0)};
      },
      {{2, 1}, {1, 1}});
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1}, {0.5}})), k = tape.variable(3.0);
  const auto y = outputs(graph, tape, {ad::exp(x), k});
  BOOST_TEST(y[0].item() == std::tanh(std::exp(0.5)) * 6);
  BOOST_TEST(difference(y[1], ad::exp(x)) == 0);
  BOOST_TEST(y[2].item() == 5);
  BOOST_TEST(ad::gradient(y[0], k).item() == std::tanh(std::exp(0.5)) * 2,
             boost::test_tools::tolerance(1e-15));
  ad::Tape<double> tracing(ad::tracing);
  const Variables constants = {tracing.constant(matrix({{0}, {1}})), tracing.constant(1.0)};
  const auto again = ad::extract<double>(tracing, Variables{}, outputs(graph, tracing, constants));
  BOOST_TEST(ad::Function<double>(again)({})[0].item() == 2 * std::tanh(1.0),
             boost::test_tools::tolerance(1e-15));
  expect_error("[replay] 1 inputs for a graph of 2", [&] { outputs(graph, tape, {x}); });
  expect_error("[replay] input 0 is (1,1), but is (2,1) in the graph", [&] { outputs(graph, tape, {k, x}); });
}

BOOST_AUTO_TEST_CASE(extracting_takes_what_lies_between) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{1, 2}})), a = ad::exp(x), b = ad::sin(a), c = tape.constant(2.0),
             d = b * c, e = ad::cos(d) + b;
  const auto between = [&](const Variables& in, const Variables& out) {
    return names(ad::extract<double>(tape, in, out));
  };
  BOOST_TEST(between({x}, {e}) == (Names{"exp", "sin", "multiply", "cos", "add"}),
             boost::test_tools::per_element());
  BOOST_TEST(between({b}, {e}) == (Names{"multiply", "cos", "add"}), boost::test_tools::per_element());
  BOOST_TEST(between({b, d}, {e}) == (Names{"cos", "add"}), boost::test_tools::per_element());
  BOOST_TEST(between({x, c}, {d}) == (Names{"exp", "sin", "multiply"}), boost::test_tools::per_element());
  BOOST_TEST(between({d}, {d}).empty());
  BOOST_TEST(between({}, {c}).empty());
  expect_error(
      "[compile] a result depends on variable 0 (1,2), which is not among the inputs;"
      " pass it as an input, or record it as a constant",
      [&] { between({d}, {e}); });
}

BOOST_AUTO_TEST_CASE(one_result_of_an_op_may_be_an_input) {
  ad::Tape<double> tape;
  const auto x = tape.variable(0.3);
  const auto parts = cos_sin(x);
  const auto graph = ad::extract<double>(tape, Variables{x, parts[0]}, Variables{parts[0] + parts[1]});
  ad::Tape<double> other;
  const auto y = outputs(graph, other, {other.variable(0.7), other.variable(10.0)});
  BOOST_TEST(y[0].item() == 10 + std::sin(0.7));
}

BOOST_AUTO_TEST_CASE(a_constant_given_as_input_is_one) {
  ad::Tape<double> tape;
  const auto c = tape.constant(2.0);
  const auto graph = ad::extract<double>(tape, Variables{c}, Variables{c * c});
  BOOST_TEST(outputs(graph, tape, {tape.variable(3.0)})[0].item() == 9);
}

BOOST_AUTO_TEST_CASE(simplifying_leaves_inputs_and_outputs_in_place) {
  const auto graph = trace(
      [](const Variables& x) {
        const auto zero = ad::zeros_like(x[0]);
        return Variables{ad::exp(x[0] + zero), ad::exp(x[0]), x[0] * 1.0, ad::cos(zero), x[1]};
      },
      {{2, 2}, {2, 2}});
  const auto simple = ad::simplify(graph);
  BOOST_TEST(names(simple) == Names{"exp"}, boost::test_tools::per_element());
  BOOST_TEST(simple.outputs[0] == simple.outputs[1]);
  BOOST_TEST(simple.outputs[2] == simple.inputs[0]);
  BOOST_TEST(simple.outputs[4] == simple.inputs[1]);
  BOOST_TEST((simple.slots[simple.outputs[3]].constant->array() == 1).all());
  ad::Tape<double> tape;
  const auto x = record(tape, distinct_values({{2, 2}, {2, 2}}, 1));
  BOOST_TEST(difference(outputs(simple, tape, x), outputs(graph, tape, x)) == 0);
}

BOOST_AUTO_TEST_CASE(a_rewritten_graph_has_the_same_derivatives) {
  const auto f = [](const Variables& x) {
    const auto body = [](auto c, auto in, auto k) {
      const auto dead = ad::exp(c[1] * k[0]);
      return ad::StepResult<Variable>{{ad::tanh(c[0] * in[0]), dead}, {dead, ad::sin(c[0] * k[0])}};
    };
    const auto y = ad::scan<double>(body, {x[0], x[1]}, {x[2]}, {x[1]}, 3, ad::Keep::everything);
    return Variables{y.results[1] * 1.0 + ad::exp(x[0]) * ad::exp(x[0])};
  };
  const Values x = distinct_values({{1, 2}, {1, 2}, {3, 2}}, 1);
  const Graph graph = trace(f, shapes_of(x)), rewritten = ad::without_dead_code(ad::simplify(graph));
  BOOST_TEST(ad::to_text(rewritten).find("scan [3 steps of 4 operations]") != std::string::npos);
  ad::Tape<double> tape;
  const auto v = record(tape, x);
  const auto replayed = [&](const Variables& in) { return outputs(rewritten, tape, in); };
  BOOST_TEST(difference(with_derivatives(replayed, v, 2), with_derivatives(f, v, 2)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(constants_that_differ_in_a_bit_are_two) {
  const auto graph = trace(
      [](const Variables& x) {
        auto& tape = x[0].tape();
        return Variables{x[0] / tape.constant(0.0), x[0] / tape.constant(-0.0), x[0] / tape.constant(0.0),
                         x[0] / tape.constant(not_a_number), x[0] / tape.constant(not_a_number)};
      },
      {{1, 1}});
  BOOST_TEST(names(ad::simplify(graph)).size() == 3u);
  const auto y = ad::Function<double>(graph)({Value(1.0)});
  BOOST_TEST(y[0].item() == infinity);
  BOOST_TEST(y[1].item() == -infinity);
  BOOST_TEST(std::isnan(y[3].item()));
}

BOOST_AUTO_TEST_SUITE_END()
