#include <engram/plasticity/inside.hpp>

#include <Eigen/QR>
#include <fmt/format.h>

#include <cmath>

ENGRAM_PLASTICITY_BEGIN
namespace {

using Powers = std::array<int, 3>;

double monomial(const Powers& powers, const std::array<double, 3>& x) {
  double value = 1;
  for (std::size_t k = 0; k < 3; ++k)
    for (int p = 0; p < powers[k]; ++p) value *= x[k];
  return value;
}

std::vector<Powers> monomials(int degree) {
  std::vector<Powers> all;
  for (int a = 0; a <= degree; ++a)
    for (int b = 0; a + b <= degree; ++b)
      for (int c = 0; a + b + c <= degree; ++c) all.push_back({a, b, c});
  return all;
}

}  // namespace

double SparsePolynomial::operator()(double z, double z_bar, double z_lat) const {
  double sum = 0;
  for (const Term& t : terms) sum += t.coefficient * monomial(t.powers, {z, z_bar, z_lat});
  return sum;
}

std::string SparsePolynomial::text() const {
  std::string text;
  for (const Term& t : terms) {
    const bool negative = t.coefficient < 0;
    text += text.empty() ? (negative ? "-" : "") : (negative ? " - " : " + ");
    text += fmt::format("{:.3g}", std::abs(t.coefficient));
    for (std::size_t k = 0; k < 3; ++k) {
      if (t.powers[k] > 0) text += fmt::format(" {}", rule_inputs[k]);
      if (t.powers[k] > 1) text += fmt::format("^{}", t.powers[k]);
    }
  }
  return text.empty() ? "0" : text;
}

SparsePolynomial sparse_polynomial(const Array<double>& inputs, const Array<double>& output, int degree,
                                   std::size_t terms) {
  if (inputs.cols() != 3 || output.cols() != 1 || inputs.rows() != output.rows() || inputs.rows() == 0)
    autodiff::fail("sparse_polynomial", "inputs are {}x{} and outputs {}x{}; give n x 3 and n x 1",
                   inputs.rows(), inputs.cols(), output.rows(), output.cols());
  const std::vector<Powers> all = monomials(degree);
  Eigen::MatrixXd columns(inputs.rows(), static_cast<Index>(all.size()));
  for (Index i = 0; i < inputs.rows(); ++i)
    for (std::size_t k = 0; k < all.size(); ++k)
      columns(i, static_cast<Index>(k)) = monomial(all[k], {inputs(i, 0), inputs(i, 1), inputs(i, 2)});
  const Eigen::VectorXd lengths = columns.colwise().norm().transpose();

  const Eigen::VectorXd y = output.col(0).matrix();
  const double spread = (y.array() - y.mean()).square().sum();
  SparsePolynomial polynomial;
  std::vector<Index> chosen;
  Eigen::VectorXd left = y, coefficients;
  while (chosen.size() < std::min(terms, all.size()) && left.squaredNorm() > 1e-24 * y.squaredNorm()) {
    Eigen::ArrayXd gain = (columns.transpose() * left).array().abs() / lengths.array().max(1e-300);
    for (const Index k : chosen) gain(k) = -1;
    Index best;
    gain.maxCoeff(&best);
    chosen.push_back(best);
    const Eigen::MatrixXd part = columns(Eigen::all, chosen);
    coefficients = part.colPivHouseholderQr().solve(y);
    left = y - part * coefficients;
    polynomial.explained.push_back(spread > 0 ? 1 - left.squaredNorm() / spread : 1);
  }
  for (std::size_t k = 0; k < chosen.size(); ++k)
    polynomial.terms.push_back(
        {all[static_cast<std::size_t>(chosen[k])], coefficients(static_cast<Index>(k))});
  return polynomial;
}

ENGRAM_PLASTICITY_END
