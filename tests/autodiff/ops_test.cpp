// Every op's derivatives: one row per public function, checked to second order against differences.
#include "../support/linear_rows.hpp"
#include "../support/source_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

using namespace engram::test;

namespace {

const Shapes one = {{{3, 4}}, {{1, 5}}, {{4, 1}}, {{1, 1}}};
const Shapes broadcasting = {{{3, 4}, {3, 4}}, {{3, 4}, {1, 4}}, {{1, 4}, {3, 4}}, {{3, 4}, {3, 1}},
                             {{3, 1}, {3, 4}}, {{3, 4}, {1, 1}}, {{1, 1}, {3, 4}}, {{3, 1}, {1, 4}},
                             {{1, 4}, {3, 1}}, {{1, 4}, {1, 4}}, {{1, 1}, {1, 1}}};
const Shapes three = {{{3, 4}, {3, 4}, {3, 4}}, {{3, 1}, {3, 4}, {1, 4}}, {{1, 4}, {3, 1}, {3, 4}},
                      {{3, 4}, {1, 1}, {1, 1}}, {{1, 1}, {3, 4}, {3, 1}}, {{1, 1}, {1, 1}, {1, 1}}};
const Shapes logits = {{{3, 4}}, {{1, 4}}, {{3, 1}}, {{1, 1}}};

#define NAMED(function) #function, [](const auto&... x) { return ad::function(x...); }

Row unary(const char* name, auto f, double shift = 0) {
  return {name, [f](const Variables& x) { return list(f(x[0])); }, one, shift};
}
Row reduction(const char* name, auto f) {
  return {name, [f](const Variables& x) { return list(f(x[0]), f(x[0], 0), f(x[0], 1)); }, one};
}
/// Of arguments between -1 and 1.
Row within(const char* name, auto f) {
  return unary(name, [f](const Variable& x) { return f(0.6 * x); });
}
/// Of arguments between 0 and 1.
Row inside(const char* name, auto f) {
  return unary(name, [f](const Variable& x) { return f(0.5 + 0.3 * x); });
}
Row of_order(const char* name, auto f, double shift = 0) {
  return {name, [f](const Variables& x) { return list(f(0, x[0]), f(1, x[0]), f(3, x[0])); }, one, shift};
}
#define NAMED_OF_ORDER(function) #function, [](int n, const auto& x) { return ad::function(n, x); }
Row along(const char* name, auto f) {
  return {name, [f](const Variables& x) { return list(f(x[0], 0), f(x[0], 1)); }, one};
}
/// With a number on either side too.
Row binary(const char* name, auto f, double shift = 0) {
  return {name, [f](const Variables& x) { return list(f(x[0], x[1]), f(x[0], 0.7), f(0.7, x[1])); },
          broadcasting, shift};
}

std::vector<Row> with_rows_of_linear_algebra(std::vector<Row> rows) {
  const auto more = linear_rows();
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

const std::vector<Row> rows = with_rows_of_linear_algebra({
    // functions.hpp
    unary(NAMED(operator-)),
    unary(NAMED(square)),
    unary(NAMED(exp)),
    unary(NAMED(expm1)),
    unary(NAMED(tanh)),
    unary(NAMED(sigmoid)),
    unary(NAMED(softplus)),
    unary(NAMED(relu)),
    unary(NAMED(abs)),
    unary(NAMED(sign)),
    unary(NAMED(floor)),
    unary(NAMED(ceil)),
    unary(NAMED(round)),
    unary(NAMED(trunc)),
    unary(NAMED(sin)),
    unary(NAMED(cos)),
    {"tanh",  // the op of its derivative
     [](const Variables& x) { return list(ad::gradient(ad::sum(ad::square(ad::tanh(x[0]))), x[0])); }, one},
    unary(NAMED(sqrt), 2),
    unary(NAMED(log), 2),
    unary(NAMED(log1p), 2),
    // Differences see through it: what it hides must not vary.
    {"stop_gradient", [](const Variables& x) { return list(x[0] * ad::stop_gradient(0.0 * x[0])); }, one},
    // arithmetic.hpp
    binary(NAMED(operator+)),
    binary(NAMED(operator-)),
    binary(NAMED(operator*)),
    binary(NAMED(operator/), 2),
    binary(NAMED(pow), 2),
    binary(NAMED(pull)),
    binary(NAMED(maximum)),
    binary(NAMED(minimum)),
    binary(NAMED(greater)),
    binary(NAMED(greater_equal)),
    binary(NAMED(less)),
    binary(NAMED(less_equal)),
    binary(NAMED(equal)),
    {"pow",  // of negative numbers
     [](const Variables& x) { return list(ad::pow(x[0], 3.0), ad::pow(x[0], -2.0)); }, one, -2.5},
    {"select", [](const Variables& x) { return list(ad::select(ad::greater(x[0], 0.0), x[1], x[2])); },
     three},
    {"select",
     [](const Variables& x) {
       const auto mask = ad::less(x[0], 0.1);
       return list(ad::select(mask, x[0], 2.0), ad::select(mask, 2.0, x[0]));
     },
     one},
    // special.hpp
    unary(NAMED(tan), 3),
    within(NAMED(asin)),
    within(NAMED(acos)),
    unary(NAMED(atan)),
    unary(NAMED(sinh)),
    unary(NAMED(cosh)),
    unary(NAMED(asinh)),
    unary(NAMED(acosh), 3),
    within(NAMED(atanh)),
    unary(NAMED(log2), 2),
    unary(NAMED(log10), 2),
    unary(NAMED(exp2)),
    unary(NAMED(cbrt), 2),
    unary(NAMED(erf)),
    unary(NAMED(erfc)),
    unary(NAMED(erfcx)),
    unary(NAMED(normal_cdf)),
    unary(NAMED(log_normal_cdf)),
    inside(NAMED(normal_quantile)),
    unary(NAMED(lgamma), 2),
    unary(NAMED(digamma), 2),
    of_order(NAMED_OF_ORDER(polygamma), 3),
    unary(NAMED(log_sigmoid)),
    inside(NAMED(logit)),
    unary(NAMED(sinc)),
    of_order(NAMED_OF_ORDER(bessel_j)),
    of_order(NAMED_OF_ORDER(bessel_i)),
    of_order(NAMED_OF_ORDER(bessel_i_scaled), 2),
    binary(NAMED(atan2), 2),
    binary(NAMED(hypot), 2),
    binary(NAMED(fmod), 2.1),
    binary(NAMED(logaddexp)),
    binary(NAMED(log_beta), 2),
    binary(NAMED(xlogy), 2),
    binary(NAMED(xlog1py), 2),
    {"log_normal_cdf", [](const Variables& x) { return ad::gradient(ad::sum(ad::log_normal_cdf(x[0])), x); },
     one},
    {"log_beta",
     [](const Variables& x) { return ad::gradient(ad::sum(ad::log_beta(x[0], x[1])), x); },
     {{{3, 4}, {3, 1}}},
     2},
    {"clamp", [](const Variables& x) { return list(ad::clamp(x[0], x[1], x[2])); }, three},
    {"clamp", [](const Variables& x) { return list(ad::clamp(x[0], -0.6, 0.8)); }, one},
    // reduce.hpp
    reduction(NAMED(sum)),
    reduction(NAMED(mean)),
    reduction(NAMED(max)),
    {"sum_to",
     [](const Variables& x) {
       return list(ad::sum_to(x[0], {3, 4}), ad::sum_to(x[0], {1, 4}));
     },
     {{{3, 4}}}},
    {"sum_to",
     [](const Variables& x) {
       return list(ad::sum_to(x[0], {3, 1}), ad::sum_to(x[0], {1, 1}));
     },
     {{{3, 4}}, {{3, 1}}}},
    {"broadcast_to",
     [](const Variables& x) {
       return list(ad::broadcast_to(x[0], {3, 4}));
     },
     {{{3, 4}}, {{1, 4}}, {{3, 1}}, {{1, 1}}}},
    // product.hpp
    {"matmul",
     [](const Variables& x) { return list(ad::matmul(x[0], x[1])); },
     {{{3, 4}, {4, 2}}, {{1, 4}, {4, 1}}, {{3, 1}, {1, 4}}, {{1, 1}, {1, 5}}, {{9, 5}, {5, 17}}}},
    {"matmul_tn",
     [](const Variables& x) { return list(ad::matmul_tn(x[0], x[1])); },
     {{{4, 3}, {4, 2}}, {{4, 1}, {4, 1}}, {{1, 3}, {1, 4}}, {{1, 1}, {1, 5}}, {{5, 9}, {5, 17}}}},
    {"matmul_nt",
     [](const Variables& x) { return list(ad::matmul_nt(x[0], x[1])); },
     {{{3, 4}, {2, 4}}, {{1, 4}, {1, 4}}, {{3, 1}, {4, 1}}, {{1, 1}, {5, 1}}, {{9, 5}, {17, 5}}}},
    {"matmul_tt",
     [](const Variables& x) { return list(ad::matmul_tt(x[0], x[1])); },
     {{{4, 3}, {2, 4}}, {{4, 1}, {1, 4}}, {{1, 3}, {4, 1}}, {{1, 1}, {5, 1}}, {{5, 9}, {17, 5}}}},
    {"matmul", [](const Variables& x) { return list(ad::matmul(ad::matmul(x[0], x[0]), x[0])); }, {{{3, 3}}}},
    {"matmul_tn", [](const Variables& x) { return list(ad::matmul_tn(x[0], x[0])); }, {{{3, 4}}}},
    {"matmul_nt", [](const Variables& x) { return list(ad::matmul_nt(x[0], x[0])); }, {{{3, 4}}}},
    // arrange.hpp
    unary(NAMED(transpose)),
    {"reshape",
     [](const Variables& x) {
       return list(ad::reshape(x[0], {2, 6}), ad::reshape(x[0], {1, 12}));
     },
     {{{3, 4}}, {{2, 6}}, {{12, 1}}}},
    {"slice_rows",
     [](const Variables& x) {
       return list(ad::slice_rows(x[0], 0, 1), ad::slice_rows(x[0], 1, 2), ad::slice_rows(x[0], 2, 2),
                   ad::slice_rows(x[0], 0, 4), ad::slice_rows(x[0], 4, 0));
     },
     {{{4, 3}}, {{4, 1}}}},
    {"slice_columns",
     [](const Variables& x) {
       return list(ad::slice_columns(x[0], 0, 1), ad::slice_columns(x[0], 1, 2),
                   ad::slice_columns(x[0], 2, 2), ad::slice_columns(x[0], 0, 4),
                   ad::slice_columns(x[0], 4, 0));
     },
     {{{3, 4}}, {{1, 4}}}},
    // Padding is what slices' rules do: here it comes first.
    {"slice_columns",
     [](const Variables& x) {
       const auto large = ad::broadcast_to(x[0].tape().constant(1.0), {5, 6});
       const auto small = ad::slice_columns(ad::slice_rows(large, 1, 3), 2, 4);
       return ad::vjp<double>(list(small), x, list(large));
     },
     {{{3, 4}}}},
    {"concatenate",
     [](const Variables& x) {
       return list(ad::concatenate({x[0], x[1], x[0]}, 0), ad::concatenate({x[1]}, 0));
     },
     {{{3, 4}, {2, 4}}, {{1, 1}, {2, 1}}, {{3, 4}, {0, 4}}}},
    {"concatenate",
     [](const Variables& x) {
       return list(ad::concatenate({x[0], x[1], x[0]}, 1), ad::concatenate({x[1]}, 1));
     },
     {{{4, 3}, {4, 2}}, {{1, 1}, {1, 2}}, {{4, 3}, {4, 0}}}},
    {"split",
     [](const Variables& x) {
       return ad::split(x[0], {1, 0, 2, 1}, 0);
     },
     {{{4, 3}}, {{4, 1}}}},
    {"split",
     [](const Variables& x) {
       return ad::split(x[0], {1, 0, 2, 1}, 1);
     },
     {{{3, 4}}, {{1, 4}}}},
    {"split",  // parts that nobody uses
     [](const Variables& x) {
       return list(ad::split(x[0], {1, 3}, 0)[1], ad::split(x[0], {2, 1}, 1)[0]);
     },
     {{{4, 3}}}},
    {"gather_rows",
     [](const Variables& x) {
       return list(ad::gather_rows(x[0], {2, 0, 2, 2}));
     },
     {{{3, 4}}, {{3, 1}}, {{5, 2}}}},
    {"scatter_rows",
     [](const Variables& x) {
       return list(ad::scatter_rows(x[0], {2, 0, 2}, 5));
     },
     {{{3, 4}}, {{3, 1}}}},
    // rearrange.hpp
    {"at",
     [](const Variables& x) { return list(ad::at(x[0], 2, 1), ad::at(ad::row(x[0], 0), 1)); },
     {{{3, 4}}}},
    {"row", [](const Variables& x) { return list(ad::row(x[0], 1)); }, {{{3, 4}}}},
    {"column", [](const Variables& x) { return list(ad::column(x[0], 0)); }, {{{3, 4}}}},
    along(NAMED(reverse)),
    {"roll", [](const Variables& x) { return list(ad::roll(x[0], 1, 0), ad::roll(x[0], -3, 1)); }, one},
    {"pad", [](const Variables& x) { return list(ad::pad(x[0], 1, 0, 2, 3)); }, one},
    {"tile", [](const Variables& x) { return list(ad::tile(x[0], 2, 3)); }, one},
    {"repeat", [](const Variables& x) { return list(ad::repeat(x[0], 2, 0), ad::repeat(x[0], 3, 1)); }, one},
    along(NAMED(cumsum)),
    along(NAMED(cumprod)),
    {"cumprod",  // with a zero
     [](const Variables& x) {
       return list(ad::cumprod(x[0] * x[0].tape().constant(matrix({{1, 0, 1, 1}})), 1));
     },
     {{{3, 4}}}},
    reduction(NAMED(min)),
    reduction(NAMED(var)),
    {"std_deviation",
     [](const Variables& x) {
       return list(ad::std_deviation(x[0]), ad::std_deviation(x[0], 0), ad::std_deviation(x[0], 1));
     },
     {{{3, 4}}}},
    along(NAMED(any)),
    along(NAMED(all)),
    along(NAMED(argmax)),
    {"one_hot", [](const Variables& x) { return list(ad::one_hot(x[0], 3)); }, {{{4, 1}}}},
    {"take_rows",
     [](const Variables& x) {
       return list(ad::take_rows(x[0], x[0].tape().constant(matrix({{2}, {0}, {2}, {2}}))));
     },
     {{{3, 4}}, {{3, 1}}, {{5, 2}}}},
    // order.hpp
    along(NAMED(argsort)),
    along(NAMED(sort)),
    {"take_along",
     [](const Variables& x) {
       auto& tape = x[0].tape();
       return list(ad::take_along(x[0], tape.constant(matrix({{2, 0, 1, 1}, {2, 2, 0, 1}})), 0),
                   ad::take_along(x[0], tape.constant(matrix({{3}, {0}, {3}})), 1));
     },
     {{{3, 4}}}},
    {"top_k",
     [](const Variables& x) {
       return list(ad::top_k(x[0], 2, 0).values, ad::top_k(x[0], 3, 1).values);
     },
     {{{3, 4}}}},
    {"gather_columns",
     [](const Variables& x) { return list(ad::gather_columns(x[0], {2, 0, 2, 2})); },
     {{{4, 3}}, {{1, 3}}}},
    {"scatter_columns",
     [](const Variables& x) { return list(ad::scatter_columns(x[0], {2, 0, 2}, 5)); },
     {{{4, 3}}, {{1, 3}}}},
    {"cov", [](const Variables& x) { return list(ad::cov(x[0])); }, {{{3, 4}}, {{5, 1}}}},
    // convolution.hpp
    {"correlate",
     [](const Variables& x) { return list(ad::correlate(x[0], x[1])); },
     {{{5, 6}, {3, 2}}, {{1, 4}, {1, 4}}, {{4, 1}, {2, 1}}, {{3, 5}, {2, 4}}}},
    {"convolve", [](const Variables& x) { return list(ad::convolve(x[0], x[1])); }, {{{4, 5}, {2, 3}}}},
    // loss.hpp
    {"log_sum_exp", [](const Variables& x) { return list(ad::log_sum_exp(x[0], 0)); }, logits},
    {"log_sum_exp", [](const Variables& x) { return list(ad::log_sum_exp(x[0], 1)); }, logits},
    {"softmax", [](const Variables& x) { return list(ad::softmax(x[0])); }, logits},
    {"log_softmax", [](const Variables& x) { return list(ad::log_softmax(x[0])); }, logits},
    {"cross_entropy",
     [](const Variables& x) { return list(ad::cross_entropy(x[0], x[1])); },
     {{{3, 4}, {3, 4}}, {{1, 4}, {1, 4}}, {{3, 1}, {3, 1}}, {{1, 1}, {1, 1}}}},
    {"cross_entropy",
     [](const Variables& x) { return list(ad::cross_entropy(x[0], x[1], x[2])); },
     {{{3, 4}, {3, 4}, {3, 1}}, {{1, 4}, {1, 4}, {1, 1}}}},
    // loop.hpp, custom_vjp.hpp, elementwise.hpp; more in their own tests
    {"scan",
     [](const Variables& x) {
       const auto step = [](auto carry, auto in, auto k) {
         const auto next = ad::tanh(carry[0] * k[0] + in[0]);
         return ad::StepResult<Variable>{{next}, {next * in[0]}};
       };
       const auto loop = ad::scan<double>(step, {x[0]}, {x[1]}, {x[2]}, 3);
       return list(loop.carry[0], loop.results[0]);
     },
     {{{2, 3}, {6, 3}, {1, 3}}, {{1, 1}, {3, 1}, {1, 1}}}},
    {"scan",  // the op that goes back a binomial loop
     [](const Variables& x) {
       const auto step = [](auto carry, auto, auto k) {
         return ad::StepResult<Variable>{{ad::sin(carry[0] * k[0])}, {}};
       };
       const auto loop = ad::scan<double>(step, {x[0]}, {}, {x[1]}, 5, ad::Keep::binomial(2));
       return ad::gradient(ad::sum(loop.carry[0]), x);
     },
     {{{1, 2}, {1, 1}}}},
    {"checkpoint",
     [](const Variables& x) {
       return ad::checkpoint([](auto in) { return Variables{ad::sin(in[0]) * in[1]}; }, x);
     },
     {{{3, 4}, {3, 1}}}},
    {"custom_vjp",
     [](const Variables& x) {
       return ad::custom_vjp<double>([](auto in) { return Variables{ad::exp(in[0]) * in[1]}; },
                                     [](auto g, auto y, auto in) {
                                       return Variables{g[0] * y[0], g[0] * ad::exp(in[0])};
                                     },
                                     x);
     },
     {{{3, 4}, {3, 4}}}},
    {"elementwise",
     [](const Variables& x) {
       const auto f = ad::elementwise("f", [](auto a, auto b) { return sin(a) * b / (1.0 + a * a); });
       return list(f(x[0], x[1]));
     },
     broadcasting},
});

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
  for (const Row& row : rows)
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
  for (const Row& row : rows)
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
  functions.insert({"scan", "checkpoint", "custom_vjp", "elementwise"});  // of headers outside
  BOOST_TEST(functions.size() > 40);
  std::set<std::string> covered;
  for (const Row& row : rows) covered.insert(row.function);
  for (const auto& name : missing(functions, covered)) BOOST_ERROR("the table has no row of " + name);
  for (const auto& name : missing(covered, functions)) BOOST_ERROR("there is no function " + name);
}

BOOST_AUTO_TEST_CASE(a_nan_comes_out_wherever_an_op_that_shows_nan_depends_on_its_place) {
  std::set<std::string> checked;
  for (const Row& row : rows)
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
