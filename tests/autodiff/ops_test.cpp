// Every op's derivatives: one row per public function, checked to second order against differences.
#include "../support/op_row.hpp"
#include "../support/source_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

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

/// What moves when one entry of an input does must be NaN when that entry is.
void check_nan(const ad::Graph<double>& graph, const ad::Graph<double>::Node& node) {
  std::vector<Shape> in, out;
  for (const auto s : node.inputs) in.push_back(graph.slots[s].shape);
  for (const auto s : node.outputs) out.push_back(graph.slots[s].shape);
  Values x = distinct_values(in, 1);
  const auto run = [&] {
    std::vector<ad::ConstView<double>> from;
    std::vector<ad::View<double>> to;
    Values y;
    for (const Value& v : x) from.push_back(v.view());
    for (const Shape s : out) to.push_back({y.emplace_back(s).data(), s});
    node.operation->forward(to, from, node.operation->make_state().get());
    return y;
  };
  const Values before = run();
  for (Value& v : x)
    for (ad::Index e = 0; e < v.shape().size(); ++e) {
      const double entry = v.data()[e];
      v.data()[e] = entry + 10;
      const Values moved = run();
      v.data()[e] = not_a_number;
      const Values with_nan = run();
      v.data()[e] = entry;
      for (std::size_t k = 0; k < out.size(); ++k)
        BOOST_TEST((moved[k].array() == before[k].array() || with_nan[k].array().isNaN()).all(),
                   node.operation->name());
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
  for (const char* result : {"std::vector<T> ", "SignedLog<T> ", "Qr<T> ", "Eigh<T> ", "Svd<T> ", "TopK<T> "})
    functions.merge(names_in(headers, ".hpp", result, "("));
  // Of headers outside.
  functions.insert({"scan", "while_loop", "checkpoint", "custom_vjp", "elementwise", "lift"});
  BOOST_TEST(functions.size() > 40);
  std::set<std::string> covered;
  for (const Row& row : rows()) covered.insert(row.function);
  for (const auto& name : missing(functions, covered)) BOOST_ERROR("the table has no row of " + name);
  for (const auto& name : missing(covered, functions)) BOOST_ERROR("there is no function " + name);
}

BOOST_AUTO_TEST_CASE(a_nan_comes_out_wherever_an_op_that_shows_nan_depends_on_its_place) {
  std::set<std::string> checked;
  for (const Row& row : rows())
    for (const auto& shapes : row.shapes) {
      const auto graph = ad::trace<double>(row.f, std::span<const Shape>(shapes));
      for (const auto& node : graph.nodes)
        if (node.operation->shows_nan()) {
          checked.insert(node.operation->name());
          check_nan(graph, node);
        }
    }
  BOOST_TEST(checked.contains("matmul"));
  BOOST_TEST(checked.contains("sum"));
  BOOST_TEST(!checked.contains("scan"));
}

BOOST_AUTO_TEST_SUITE_END()
