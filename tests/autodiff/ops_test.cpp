// Every op's derivatives: one row per public function, checked to second order against differences.
#include "../support/op_row.hpp"
#include "../support/source_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

using namespace engram::test;

namespace {

/// The results and their squares: so every row has a second derivative, the linear ones too.
Variables with_squares(const Row& row, const Variables& x) {
  Variables y = row.f(x);
  for (std::size_t k = 0, n = y.size(); k < n; ++k) y.push_back(y[k] * y[k]);
  return y;
}

/// What follows `opening` at the start of a line, up to `end`, in the files whose names end so.
std::set<std::string> names_in(const std::filesystem::path& folder, const std::string& suffix,
                               const std::string& opening, const char* end) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.path().string().ends_with(suffix)) continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);)
      if (line.starts_with(opening) && line.find(end) != line.npos)
        names.insert(line.substr(opening.size(), line.find(end, opening.size()) - opening.size()));
  }
  return names;
}

std::set<std::string> missing(const std::set<std::string>& all, const std::set<std::string>& covered) {
  std::set<std::string> rest;
  std::set_difference(all.begin(), all.end(), covered.begin(), covered.end(),
                      std::inserter(rest, rest.end()));
  return rest;
}

/// An op of a graph, and what it makes of some inputs.
struct Probe {
  const ad::Graph<double>& graph;
  const ad::Graph<double>::Node& node;
  Values x;

  Probe(const ad::Graph<double>& in, const ad::Graph<double>::Node& op) : graph(in), node(op) {
    std::vector<Shape> shapes;
    for (const auto s : node.inputs) shapes.push_back(graph.slots[s].shape);
    x = distinct_values(shapes, 1);
  }
  Values run() const {
    std::vector<ad::ConstView<double>> from;
    std::vector<ad::View<double>> to;
    Values y;
    for (const Value& v : x) from.push_back(v.view());
    for (const auto s : node.outputs) {
      const Shape shape = graph.slots[s].shape;
      to.push_back({y.emplace_back(shape).data(), shape});
    }
    node.operation->forward(to, from, node.operation->make_state().get());
    return y;
  }
  /// With another number in place of entry e of an input.
  Values run_with(std::size_t input, ad::Index e, double number) {
    const double entry = std::exchange(x[input].data()[e], number);
    Values y = run();
    x[input].data()[e] = entry;
    return y;
  }
};

/// What moves when one entry of an input does must be NaN when that entry is.
void check_nan(Probe probe) {
  const Values before = probe.run();
  for (std::size_t i = 0; i < probe.x.size(); ++i)
    for (ad::Index e = 0; e < probe.x[i].shape().size(); ++e) {
      const Values moved = probe.run_with(i, e, probe.x[i].data()[e] + 10),
                   with_nan = probe.run_with(i, e, not_a_number);
      for (std::size_t k = 0; k < before.size(); ++k)
        BOOST_TEST((moved[k].array() == before[k].array() || with_nan[k].array().isNaN()).all(),
                   probe.node.operation->name());
    }
}

/// Matrix, row and column of an entry.
std::array<ad::Index, 3> place(Shape s, ad::Index e) {
  return {e / (s.rows * s.columns), e / s.columns % s.rows, e % s.columns};
}

/// What moves when one entry of an input does must lie where the op says.
void check_places(Probe probe) {
  const Values before = probe.run();
  const char* name = probe.node.operation->name();
  for (std::size_t i = 0; i < probe.x.size(); ++i)
    if (const auto within = probe.node.operation->within(i); within && (within->row || within->column)) {
      const Shape shape = probe.x[i].shape();
      for (ad::Index e = 0; e < shape.size(); ++e) {
        const auto from = place(shape, e);
        const Values after = probe.run_with(i, e, probe.x[i].data()[e] + 10);
        for (std::size_t k = 0; k < after.size(); ++k)
          for (ad::Index m = 0; m < after[k].shape().size(); ++m) {
            const double a = after[k].data()[m], b = before[k].data()[m];
            if (a == b || (a != a && b != b)) continue;
            const auto to = place(after[k].shape(), m);
            BOOST_TEST((shape.stack == 1 || to[0] == from[0]), name);
            BOOST_TEST((!within->row || shape.rows == 1 || to[1] == from[1]), name);
            BOOST_TEST((!within->column || shape.columns == 1 || to[2] == from[2]), name);
          }
      }
    }
}

/// Each op that the table's functions and their derivatives are made of.
void for_each_op(const auto& check) {
  for (const Row& row : rows())
    for (const auto& shapes : row.shapes) {
      const auto graph = ad::trace<double>([&](const Variables& x) { return with_derivatives(row.f, x); },
                                           std::span<const Shape>(shapes));
      for (const auto& node : graph.nodes) check(Probe(graph, node));
    }
}

const std::filesystem::path source = source_folder();

}  // namespace

BOOST_AUTO_TEST_SUITE(ops)

BOOST_AUTO_TEST_CASE(first_and_second_derivatives_agree_with_differences) {
  for (const Row& row : rows())
    for (const auto& shapes : row.shapes)
      for (const std::uint64_t seed : {1, 2}) {
        const auto report = ad::gradcheck([&](const Variables& x) { return with_squares(row, x); },
                                          distinct_values(shapes, seed, row.shift), {.seed = seed});
        std::string sizes;
        for (const Shape s : shapes) sizes += ad::to_string(s);
        BOOST_TEST(report.passed, row.function << sizes << ": " << report.text);
      }
}

BOOST_AUTO_TEST_CASE(every_op_of_the_sources_has_a_row) {
  auto ops = names_in(source / "autodiff/src", ".cpp", "  static constexpr auto name = \"", "\";");
  ops.merge(names_in(source / "autodiff/include/engram/autodiff", "special.hpp", "  X(", ","));
  BOOST_TEST(ops.size() > 30);
  std::set<std::string> covered;
  for (const Row& row : rows())
    for (const auto& shapes : row.shapes)
      for (const auto& node :
           ad::trace<double>([&](const Variables& x) { return with_derivatives(row.f, x); },
                             std::span<const Shape>(shapes))
               .nodes)
        covered.insert(node.operation->name());
  covered.insert("tanh_pullback");  // in float only: see derivative_values_test.cpp
  for (const auto& name : missing(ops, covered)) BOOST_ERROR("the table has no row with the op " + name);
}

BOOST_AUTO_TEST_CASE(every_public_function_has_a_row) {
  const auto headers = source / "autodiff/include/engram/autodiff/ops";
  auto functions = names_in(headers, ".hpp", "T ", "(");
  for (const char* result :
       {"std::vector<T> ", "SignedLog<T> ", "Qr<T> ", "Eigh<T> ", "Svd<T> ", "TopK<T> ", "Value<S> "})
    functions.merge(names_in(headers, ".hpp", result, "("));
  // Of headers outside.
  functions.insert({"scan", "while_loop", "checkpoint", "custom_vjp", "elementwise", "lift", "fixed_point",
                    "root", "minimize", "odeint", "for_stack"});
  BOOST_TEST(functions.size() > 40);
  std::set<std::string> covered;
  for (const Row& row : rows()) covered.insert(row.function);
  for (const auto& name : missing(functions, covered)) BOOST_ERROR("the table has no row of " + name);
  for (const auto& name : missing(covered, functions)) BOOST_ERROR("there is no function " + name);
}

BOOST_AUTO_TEST_CASE(a_nan_comes_out_wherever_an_op_that_shows_nan_depends_on_its_place) {
  std::set<std::string> checked;
  for_each_op([&](const Probe& probe) {
    if (!probe.node.operation->shows_nan()) return;
    checked.insert(probe.node.operation->name());
    check_nan(probe);
  });
  BOOST_TEST(checked.contains("matmul"));
  BOOST_TEST(checked.contains("sum"));
  BOOST_TEST(!checked.contains("scan"));
}

BOOST_AUTO_TEST_CASE(results_depend_on_entries_where_an_op_says_that_they_lie) {
  std::set<std::string> by_row, by_column, anywhere;
  for_each_op([&](const Probe& probe) {
    bool names_places = false;
    for (std::size_t i = 0; i < probe.x.size(); ++i) {
      const auto within = probe.node.operation->within(i);
      const char* name = probe.node.operation->name();
      if (!within) {
        anywhere.insert(name);
      } else if (within->row || within->column) {
        names_places = true;
        if (!within->column) by_row.insert(name);
        if (!within->row) by_column.insert(name);
      }
    }
    if (names_places) check_places(probe);
  });
  for (const char* name : {"sum", "max", "matmul", "cumsum", "argsort", "few"})
    BOOST_TEST(by_row.contains(name), name);
  for (const char* name : {"sum", "cumsum", "put_along"}) BOOST_TEST(by_column.contains(name), name);
  BOOST_TEST(anywhere.contains("scan"));
}

BOOST_AUTO_TEST_SUITE_END()
