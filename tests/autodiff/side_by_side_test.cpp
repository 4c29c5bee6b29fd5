// Stacks of tiny matrices, which are computed side by side, have the bits of each matrix by itself.
#include "../support/values.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

using namespace engram::test;
using ad::Index;

namespace {

constexpr Index count = 19;  // more than a vector has, and no multiple

/// Matrices among which one is 0, one has equal rows, one is not finite and one needs every row exchanged.
template <class S>
ad::Value<S> some_are_singular(Index n, std::uint64_t seed) {
  ad::Value<S> a = random_value<S>({n, n, count}, seed);
  const auto matrix = [&](Index s) { return a.data() + s * n * n; };
  std::fill_n(matrix(3), n * n, S{0});
  std::fill_n(matrix(6), n * n, S{1});
  matrix(9)[n * n - 1] = std::numeric_limits<S>::quiet_NaN();
  matrix(10)[0] = std::numeric_limits<S>::infinity();
  std::fill_n(matrix(17), n * n, S{0});
  for (Index i = 0; i < n; ++i) matrix(17)[i * n + (i + 1) % n] = static_cast<S>(i + 1);
  return a;
}

template <class S>
ad::Value<S> one_is_not_positive(Index n, std::uint64_t seed) {
  const ad::Value<S> r = random_value<S>({n, n, count}, seed);
  ad::Value<S> a = ad::matmul_nt(r, r) + random_value<S>({1, 1}, seed, 0.1, 0.2);
  a.data()[5 * n * n + n * n - 1] = -1;
  a.data()[8 * n * n] = std::numeric_limits<S>::quiet_NaN();
  return a;
}

/// That f of stacks is the stack of f; a single matrix serves for all.
template <class S>
void check(const char* what, Index n, const auto& f, const std::vector<ad::Value<S>>& x) {
  std::vector<ad::Value<S>> one_by_one;
  for (Index s = 0; s < count; ++s) {
    std::vector<ad::Value<S>> x_s;
    for (const auto& v : x) x_s.push_back(v.stack() == 1 ? v : ad::slice_stack(v, s, 1));
    one_by_one.push_back(f(x_s));
  }
  BOOST_TEST(difference(f(x), ad::stack(one_by_one)) == 0, what << " of " << n << " rows");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(side_by_side)

using Scalars = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_CASE_TEMPLATE(systems_of_equations, S, Scalars) {
  const auto solve = [](const auto& x) { return ad::solve(x[0], x[1]); };
  for (Index n = 1; n <= 10; ++n)
    for (const Index k : {1, 3, 8, 9}) {
      const auto a = some_are_singular<S>(n, 1), b = random_value<S>({n, k, count}, 2);
      check<S>("solve", n, solve, {a, b});
      check<S>("solve, one right side", n, solve, {a, ad::slice_stack(b, 0, 1)});
      check<S>("solve, one matrix", n, solve, {ad::slice_stack(a, 0, 1), b});
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(inverses_and_determinants, S, Scalars) {
  for (Index n = 1; n <= 10; ++n) {
    const auto a = some_are_singular<S>(n, 3);
    check<S>("inverse", n, [](const auto& x) { return ad::inverse(x[0]); }, {a});
    check<S>("det", n, [](const auto& x) { return ad::det(x[0]); }, {a});
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(factors_of_positive_matrices, S, Scalars) {
  for (Index n = 1; n <= 10; ++n) {
    const auto a = one_is_not_positive<S>(n, 4), b = random_value<S>({n, 2, count}, 5);
    check<S>("cholesky", n, [](const auto& x) { return ad::cholesky(x[0]); }, {a});
    check<S>("solve, positive definite", n,
             [](const auto& x) { return ad::solve(x[0], x[1], ad::positive_definite); }, {a, b});
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(triangular_systems, S, Scalars) {
  for (Index n = 1; n <= 10; ++n)
    for (const auto triangle : {ad::Triangle::lower, ad::Triangle::upper})
      for (const bool transposed : {false, true}) {
        const auto solve = [&](const auto& x) {
          return ad::solve_triangular(x[0], x[1], triangle, transposed);
        };
        check<S>("solve_triangular", n, solve,
                 {some_are_singular<S>(n, 6), random_value<S>({n, 3, count}, 7)});
      }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(products, S, Scalars) {
  for (Index m = 1; m <= 5; ++m)
    for (Index k = 1; k <= 5; ++k)
      for (Index n = 1; n <= 5; ++n) {
        const auto at = [&](Index rows, Index columns, std::uint64_t seed) {
          return random_value<S>({rows, columns, count}, seed);
        };
        check<S>("matmul", m, [](const auto& x) { return ad::matmul(x[0], x[1]); },
                 {at(m, k, 1), at(k, n, 2)});
        check<S>("matmul_tn", m, [](const auto& x) { return ad::matmul_tn(x[0], x[1]); },
                 {at(k, m, 1), at(k, n, 2)});
        check<S>("matmul_nt", m, [](const auto& x) { return ad::matmul_nt(x[0], x[1]); },
                 {at(m, k, 1), at(n, k, 2)});
        check<S>("matmul_tt", m, [](const auto& x) { return ad::matmul_tt(x[0], x[1]); },
                 {at(k, m, 1), at(n, k, 2)});
      }
}

BOOST_AUTO_TEST_SUITE_END()
