// Linear algebra on ill-conditioned matrices, and its gradients, recorded and compiled, against values of 50
// digits (tests/data/linear/generate.py).
#include "../support/source_folder.hpp"
#include "../support/values.hpp"

#include <Eigen/SVD>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <map>
#include <sstream>

using namespace engram::test;

namespace {

/// A function's results, put below each other row by row.
using Function = ad::FunctionOfVariables<double>;

Variable column(const Variables& parts) {
  Variables columns;
  for (const Variable& part : parts) columns.push_back(ad::reshape(part, {part.shape().size(), 1}));
  return ad::concatenate(columns, 0);
}

Variable right_side(const Variable& a) {
  return a.tape().constant(Value(Eigen::MatrixXd::NullaryExpr(
      a.rows(), 1, [](ad::Index i, ad::Index) { return static_cast<double>(1 + i % 3); })));
}

/// The main diagonal of a, and so many on each side of it.
Variable bands(const Variable& a, ad::Index side) {
  const Variable wide = ad::pad(a, 0, 0, side, side);
  Variables rows;
  for (ad::Index i = 0; i < a.rows(); ++i)
    rows.push_back(ad::slice_columns(ad::row(wide, i), i, 2 * side + 1));
  return ad::concatenate(rows, 0);
}

const std::map<std::string, Function> functions = {
    {"cholesky", [](auto& x) { return Variables{ad::cholesky(x[0])}; }},
    {"solve", [](auto& x) { return Variables{ad::solve(x[0], right_side(x[0]))}; }},
    {"solve_positive",
     [](auto& x) { return Variables{ad::solve(x[0], right_side(x[0]), ad::positive_definite)}; }},
    {"solve_triangular", [](auto& x) { return Variables{ad::solve_triangular(x[0], right_side(x[0]))}; }},
    {"solve_banded",
     [](auto& x) { return Variables{ad::solve_banded(bands(x[0], 3), 3, 3, right_side(x[0]))}; }},
    {"inverse", [](auto& x) { return Variables{ad::inverse(x[0])}; }},
    {"log_det", [](auto& x) { return Variables{ad::log_det(x[0]).log_abs}; }},
    {"log_det_positive", [](auto& x) { return Variables{ad::log_det(x[0], ad::positive_definite)}; }},
    {"det", [](auto& x) { return Variables{ad::det(x[0])}; }},
    {"qr",
     [](auto& x) {
       const auto [q, r] = ad::qr(x[0]);
       return Variables{q, r};
     }},
    {"eigh",
     [](auto& x) {
       const auto [values, vectors] = ad::eigh(x[0]);
       return Variables{values, vectors};
     }},
    {"svd",
     [](auto& x) {
       const auto [u, values, v] = ad::svd(x[0]);
       return Variables{u, values, v};
     }},
    {"expm", [](auto& x) { return Variables{ad::expm(x[0])}; }},
};

/// All results, and the gradient of their sum with the weights of the data.
Variables value_and_gradient(const Function& f, const Variables& x) {
  const Variable y = column(f(x));
  Value weights(y.shape());
  for (ad::Index k = 0; k < y.rows(); ++k) weights.data()[k] = static_cast<double>((7 * k) % 11 - 5) / 4;
  return {y, ad::gradient(ad::sum(y * y.tape().constant(weights)), x[0])};
}

struct Known {
  std::vector<long double> value, gradient;
};
struct Table {
  std::map<std::string, Value> matrices;
  std::map<std::pair<std::string, std::string>, Known> known;  ///< by function and matrix
};

Table read_table() {
  Table table;
  std::ifstream in(source_folder() / "tests/data/linear/values.txt");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string kind, name, word;
    words >> kind >> name;
    if (kind == "matrix") {
      Shape shape;
      words >> shape.rows >> shape.columns;
      Value a(shape);
      for (double* to = a.data(); words >> word;) *to++ = std::strtod(word.c_str(), nullptr);
      table.matrices[name] = a;
      continue;
    }
    std::string matrix;
    words >> matrix;
    Known& known = table.known[{name, matrix}];
    auto& entries = kind == "value" ? known.value : known.gradient;
    while (words >> word) entries.push_back(std::strtold(word.c_str(), nullptr));
  }
  return table;
}

/// The norm of the error, relative to that of what is exact.
double error_of(const Value& y, const std::vector<long double>& exact) {
  BOOST_REQUIRE(y.shape().size() == static_cast<ad::Index>(exact.size()));
  long double error = 0, norm = 0;
  for (std::size_t k = 0; k < exact.size(); ++k) {
    error += (y.data()[k] - exact[k]) * (y.data()[k] - exact[k]);
    norm += exact[k] * exact[k];
  }
  return static_cast<double>(std::sqrt(error / norm));
}

double condition_of(const Value& a) {
  const Eigen::VectorXd s = Eigen::JacobiSVD<Eigen::MatrixXd>(a.matrix()).singularValues();
  return s(0) / s(s.size() - 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(linear_values)

BOOST_AUTO_TEST_CASE(on_ill_conditioned_matrices_only_the_digits_are_lost_that_the_condition_costs) {
  const Table table = read_table();
  std::string text;
  for (const auto& [key, exact] : table.known) {
    const std::string &function = key.first, &name = key.second;
    const Value& a = table.matrices.at(name);
    const auto compiled = ad::compile<double>(
        [&](const Variables& x) { return value_and_gradient(functions.at(function), x); }, {a.shape()});
    ad::Tape<double> tape;
    Values recorded;
    for (const auto& v : value_and_gradient(functions.at(function), {tape.variable(a)}))
      recorded.emplace_back(v.value());
    for (const Values& found : {recorded, compiled({a})}) {
      const double of_value = error_of(found[0], exact.value),
                   of_gradient = error_of(found[1], exact.gradient);
      const double ulps = condition_of(a) * std::numeric_limits<double>::epsilon();
      text += fmt::format("\n  {:17} {:12} {:.1e} {:.1e} of condition times epsilon {:.1e}", function, name,
                          of_value, of_gradient, ulps);
      BOOST_TEST(of_value <= ulps, function << " of " << name << ": " << of_value);
      BOOST_TEST(of_gradient <= 4 * ulps, function << " of " << name << ": gradient " << of_gradient);
    }
  }
  BOOST_TEST(table.known.size() > 25);
  BOOST_TEST_MESSAGE("relative errors of values and gradients:" << text);
}

BOOST_AUTO_TEST_SUITE_END()
