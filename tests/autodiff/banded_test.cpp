// Systems with few diagonals: they are solved as full ones are.
#include "../support/values.hpp"

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

using namespace engram::test;

BOOST_AUTO_TEST_SUITE(banded)

BOOST_AUTO_TEST_CASE(tridiagonal_systems_are_solved_as_the_full_ones_are) {
  for (const ad::Index n : {1, 2, 3, 8, 50})
    for (const double shift : {0.0, 3.0}) {  // with and without exchanges of rows
      const Value lower = random_value({n - 1, 1}, 1), upper = random_value({n - 1, 1}, 2);
      const Value middle = random_value({n, 1}, 3) + shift, b = random_value({n, 2}, 4);
      Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n);
      a.diagonal() = middle.matrix().col(0);
      for (ad::Index i = 0; i + 1 < n; ++i) a(i + 1, i) = lower.data()[i], a(i, i + 1) = upper.data()[i];
      BOOST_TEST(difference(ad::solve_tridiagonal(lower, middle, upper, b), ad::solve(Value(a), b)) < 1e-10);
    }
}

BOOST_AUTO_TEST_CASE(banded_systems_are_solved_as_the_full_ones_are) {
  for (const ad::Index n : {1, 2, 3, 8, 50})
    for (const ad::Index lower : {0, 1, 2, 7})
      for (const ad::Index upper : {0, 1, 3})
        for (const double shift : {0.5, 14.0}) {  // with and without exchanges of rows
          Value bands = random_value({n, lower + 1 + upper}, 1);
          const Value b = random_value({n, 2}, 2);
          Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n);
          for (ad::Index i = 0; i < n; ++i)
            for (ad::Index k = 0; k < bands.columns(); ++k) {
              double& entry = bands.data()[i * bands.columns() + k];
              const ad::Index j = i + k - lower;
              if (j == i) entry += shift;
              if (j < 0 || j >= n)
                entry = not_a_number;  // is not read
              else
                a(i, j) = entry;
            }
          const Eigen::MatrixXd x = ad::solve_banded(bands, lower, upper, b).matrix();
          const double residual = (a * x - b.matrix()).cwiseAbs().maxCoeff();
          BOOST_TEST(residual <= 1e-14 * (a.cwiseAbs() * x.cwiseAbs()).maxCoeff(),
                     n << " rows, " << lower << " below, " << upper << " above: " << residual);
          if (shift > 1)
            BOOST_TEST(difference(Value(x), ad::solve(Value(a), b)) < 1e-9,
                       n << " rows, " << lower << " below, " << upper << " above");
        }
}

BOOST_AUTO_TEST_CASE(a_band_beside_a_tridiagonal_matrix_gives_what_three_diagonals_give) {
  const ad::Index n = 20;
  ad::Tape<double> tape;
  const auto lower = tape.variable(random_value({n - 1, 1}, 1)),
             upper = tape.variable(random_value({n - 1, 1}, 2));
  const auto middle = tape.variable(random_value({n, 1}, 3)), b = tape.variable(random_value({n, 2}, 4));
  const auto none = tape.constant(0.0);
  const auto bands =
      ad::concatenate({ad::concatenate({none, lower}, 0), middle, ad::concatenate({upper, none}, 0)}, 1);
  const Variables x = {lower, middle, upper, b};
  const auto y = ad::solve_banded(bands, 1, 1, b), z = ad::solve_tridiagonal(lower, middle, upper, b);
  BOOST_TEST(difference(y, z) < 1e-11);
  const auto of_y = ad::gradient(ad::sum(ad::sin(y)), x), of_z = ad::gradient(ad::sum(ad::sin(z)), x);
  for (std::size_t i = 0; i < x.size(); ++i) BOOST_TEST(difference(of_y[i], of_z[i]) < 1e-9);
}

BOOST_AUTO_TEST_SUITE_END()
