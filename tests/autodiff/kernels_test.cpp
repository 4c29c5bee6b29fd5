#include "../support/accuracy.hpp"
#include "../support/targets.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace k = engram::autodiff::kernels;
using k::Index;
using k::Strided;
using namespace engram::test;

namespace {

/// Runs a test at every level that this machine has.
template <class F>
void check_at_every_target(F&& test) {
  const int found = at_every_target([&](const char* name) {
    BOOST_TEST_CONTEXT("target " << name) { test(); }
  });
  BOOST_TEST(found > 0);
}

template <class S>
std::vector<S> spread(S low, S high, std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<S> d(low, high);
  std::vector<S> x(n);
  for (S& v : x) v = d(random);
  return x;
}

template <class S>
std::vector<k::Unary<S>*> unary_kernels() {
  std::vector<k::Unary<S>*> all;
  for (const auto name : k::unary_names()) all.push_back(k::unary<S>(name));
  return all;
}

template <class S>
void check_accuracy() {
  for (const auto& f : vector_functions<S>()) {
    const auto x = sample(f, 100000);
    const auto exact = exact_values(f, x);
    check_at_every_target([&] {
      const LargestError e = largest_error(f, x, exact);
      BOOST_TEST(e.relative <= f.bound, fmt::format("{}: relative error {:.2e} over {:.1e}, at {}", f.name,
                                                    e.relative, f.bound, e.at));
    });
  }
}

/// tanh is odd, never passes 1 and is 1 from where the exact value rounds to it.
template <class S>
void check_tanh() {
  auto x = spread<S>(0, 30, 100003, 21);
  std::vector<S> minus_x(x), y(x), minus_y(x);
  for (S& v : minus_x) v = -v;
  k::Unary<S>& tanh = *k::unary<S>("tanh");
  tanh(x.data(), y.data(), static_cast<Index>(x.size()));
  tanh(minus_x.data(), minus_y.data(), static_cast<Index>(x.size()));
  bool odd = true, at_most_one = true, saturates = true;
  for (std::size_t i = 0; i < x.size(); ++i) {
    odd = odd && minus_y[i] == -y[i];
    at_most_one = at_most_one && y[i] <= 1;
    saturates = saturates && (y[i] == 1 || x[i] < (std::is_same_v<S, float> ? S(9.1) : S(19.1)));
  }
  BOOST_TEST(odd);
  BOOST_TEST(at_most_one);
  BOOST_TEST(saturates);
}

template <class S>
void check_limits() {
  using L = std::numeric_limits<S>;
  const auto at = [](const char* name, S x) {
    S y;
    (*k::unary<S>(name))(&x, &y, 1);
    return y;
  };
  const S inf = L::infinity(), nan = L::quiet_NaN();
  BOOST_TEST(at("exp", inf) == inf);
  BOOST_TEST(at("exp", S(2000)) == inf);
  BOOST_TEST(at("exp", -inf) == 0);
  BOOST_TEST(at("exp", S(0)) == 1);
  BOOST_TEST(at("expm1", inf) == inf);
  BOOST_TEST(at("expm1", -inf) == -1);
  BOOST_TEST(at("expm1", S(0)) == 0);
  BOOST_TEST(at("log", S(0)) == -inf);
  BOOST_TEST(at("log", inf) == inf);
  BOOST_TEST(std::isnan(at("log", S(-1))));
  BOOST_TEST(at("log1p", S(-1)) == -inf);
  BOOST_TEST(at("log1p", inf) == inf);
  BOOST_TEST(std::isnan(at("log1p", S(-2))));
  BOOST_TEST(at("log1p", S(1e-30)) == S(1e-30));
  BOOST_TEST(at("tanh", inf) == 1);
  BOOST_TEST(at("tanh", -inf) == -1);
  BOOST_TEST(at("sigmoid", inf) == 1);
  BOOST_TEST(at("sigmoid", -inf) == 0);
  BOOST_TEST(at("softplus", inf) == inf);
  BOOST_TEST(at("softplus", -inf) == 0);
  for (const char* name : {"sin", "cos"}) BOOST_TEST(std::isnan(at(name, inf)));
  BOOST_TEST(std::isnan(at("sqrt", S(-1))));
  BOOST_TEST(at("relu", S(-3)) == 0);
  BOOST_TEST(at("sign", S(0)) == 0);
  BOOST_TEST(at("sign", S(-2)) == -1);
  for (const auto kernel : unary_kernels<S>()) {
    S y = 0;
    kernel(&nan, &y, 1);
    BOOST_TEST(std::isnan(y));
  }
}

/// Every element is computed alike, wherever it stands: in a whole vector, in the last part of one, off
/// alignment, or in place.
template <class S>
void check_places() {
  auto x = spread<S>(S(0.1), 3, 300, 5);
  x[50] = S(2e4);  // where sin and cos turn to the standard library
  for (const auto kernel : unary_kernels<S>()) {
    std::vector<S> all(x.size()), one(x.size()), part(x.size(), S(77));
    kernel(x.data(), all.data(), static_cast<Index>(x.size()));
    for (std::size_t i = 0; i < x.size(); ++i) kernel(&x[i], &one[i], 1);
    BOOST_TEST(all == one);
    for (Index n = 0; n < 100; ++n) {
      std::fill(part.begin(), part.end(), S(77));
      kernel(x.data() + 3, part.data() + 1, n);
      BOOST_TEST(std::equal(part.begin() + 1, part.begin() + 1 + n, all.begin() + 3));
      BOOST_TEST(part[0] == 77);
      BOOST_TEST(part[static_cast<std::size_t>(n) + 1] == 77);
      auto same = x;
      kernel(same.data(), same.data(), n);
      BOOST_TEST(std::equal(same.begin(), same.begin() + n, all.begin()));
      BOOST_TEST(std::equal(same.begin() + n, same.end(), x.begin() + n));
    }
  }
}

template <class S>
struct Binary {
  const char* name;
  S (*exact)(S, S);
};

template <class S>
std::vector<Binary<S>> binary_kernels() {
  return {{"add", [](S a, S b) { return a + b; }},
          {"subtract", [](S a, S b) { return a - b; }},
          {"multiply", [](S a, S b) { return a * b; }},
          {"divide", [](S a, S b) { return a / b; }},
          {"maximum", [](S a, S b) { return std::max(a, b); }},
          {"minimum", [](S a, S b) { return std::min(a, b); }},
          {"power", [](S a, S b) { return std::pow(a, b); }},
          {"greater", [](S a, S b) { return S(a > b); }},
          {"greater_equal", [](S a, S b) { return S(a >= b); }},
          {"equal", [](S a, S b) { return S(a == b); }},
          {"below_largest", [](S a, S b) { return a - b; }},
          {"pull", [](S a, S b) { return a * b; }}};
}

/// The ways in which an operand may lie: whole, a row, a column, a number, and parts of wider matrices.
template <class S>
std::vector<Strided<S>> operands(const S* data, Index columns) {
  const Index along = columns == 1 ? 0 : 1;
  return {{data, columns, along},     {data, 0, 1}, {data, 1, 0}, {data, 0, 0},
          {data, columns + 3, along}, {data, 5, 0}};
}

template <class S>
S element(const Strided<S>& x, Index r, Index c) {
  return x.data[r * x.row_stride + c * x.column_stride];
}

template <class S>
void check_broadcasting() {
  auto a = spread<S>(S(0.5), 2, 8000, 7), b = spread<S>(S(0.5), 2, 8000, 8);
  for (std::size_t i = 0; i < a.size(); i += 3) b[i] = a[i];  // some are equal
  auto m = a;
  for (std::size_t i = 0; i < m.size(); i += 2) m[i] = 0;
  for (const auto& [rows, columns] : std::vector<std::pair<Index, Index>>{
           {1, 1}, {3, 5}, {7, 16}, {20, 33}, {19, 1}, {1, 40}, {200, 7}, {150, 2}, {0, 4}, {4, 0}}) {
    const auto n = static_cast<std::size_t>(rows * columns);
    const auto same = [&, columns = columns](const std::vector<S>& y, auto value) {
      bool right = y[n] == 5;
      for (std::size_t i = 0; i < n; ++i)
        right = right && y[i] == value(static_cast<Index>(i) / columns, static_cast<Index>(i) % columns);
      return right;
    };
    for (const auto& x : operands(a.data(), columns))
      for (const auto& z : operands(b.data(), columns)) {
        const auto what = fmt::format("{}x{}, strides {},{} and {},{}", rows, columns, x.row_stride,
                                      x.column_stride, z.row_stride, z.column_stride);
        for (const auto& f : binary_kernels<S>()) {
          k::Binary<S>& kernel = *k::binary<S>(f.name);
          const auto exact = [&](Index r, Index c) { return f.exact(element(x, r, c), element(z, r, c)); };
          std::vector<S> y(n + 1, S(5));
          kernel(x, z, y.data(), rows, columns);
          BOOST_TEST(same(y, exact), f.name << ' ' << what);
          if (x.row_stride != columns || (x.column_stride == 0 && columns > 1)) continue;
          std::copy_n(a.begin(), n, y.begin());  // the result in place of the first operand
          kernel({y.data(), x.row_stride, x.column_stride}, z, y.data(), rows, columns);
          BOOST_TEST(same(y, exact), f.name << " in place, " << what);
        }
        for (const auto& mask : operands(m.data(), columns)) {
          std::vector<S> y(n + 1, S(5));
          k::select(mask, x, z, y.data(), rows, columns);
          const auto exact = [&](Index r, Index c) {
            return element(mask, r, c) != 0 ? element(x, r, c) : element(z, r, c);
          };
          BOOST_TEST(same(y, exact), "select " << what);
        }
      }
  }
}

template <class S>
void check_nan_in_comparisons() {
  const S nan = std::numeric_limits<S>::quiet_NaN(), one = 1;
  S y;
  const Strided<S> a{&nan, 0, 0}, b{&one, 0, 0};
  for (const char* name : {"maximum", "minimum"}) {
    k::Binary<S>& kernel = *k::binary<S>(name);
    kernel(a, b, &y, 1, 1);
    BOOST_TEST(std::isnan(y));
    kernel(b, a, &y, 1, 1);
    BOOST_TEST(std::isnan(y));
  }
  (*k::binary<S>("greater"))(a, b, &y, 1, 1);
  BOOST_TEST(y == 0);
  (*k::binary<S>("equal"))(a, a, &y, 1, 1);
  BOOST_TEST(y == 0);
}

template <class S>
void check_reductions() {
  const double tolerance = std::is_same_v<S, float> ? 1e-5 : 1e-13;
  for (const auto& [rows, columns] : std::vector<std::pair<Index, Index>>{
           {1, 1}, {5, 3}, {440, 16}, {17, 37}, {3, 200}, {100, 2}, {400, 7}, {300, 1}, {0, 3}, {3, 0}}) {
    auto x = spread<S>(-1, 1, static_cast<std::size_t>(rows * columns), 11);
    std::vector<S> down(static_cast<std::size_t>(columns)), along(static_cast<std::size_t>(rows));
    k::sum_over_rows(x.data(), down.data(), rows, columns);
    k::sum_over_columns(x.data(), along.data(), rows, columns);
    std::vector<double> d(down.size()), a(along.size());
    for (Index r = 0; r < rows; ++r)
      for (Index c = 0; c < columns; ++c) {
        const double v = x[static_cast<std::size_t>(r * columns + c)];
        d[static_cast<std::size_t>(c)] += v;
        a[static_cast<std::size_t>(r)] += v;
      }
    for (std::size_t i = 0; i < d.size(); ++i) BOOST_TEST(std::abs(d[i] - down[i]) < tolerance);
    for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST(std::abs(a[i] - along[i]) < tolerance);
    if (rows == 0 || columns == 0) continue;
    k::max_over_rows(x.data(), down.data(), rows, columns);
    k::max_over_columns(x.data(), along.data(), rows, columns);
    for (Index r = 0; r < rows; ++r)
      BOOST_TEST(along[static_cast<std::size_t>(r)] ==
                 *std::max_element(x.begin() + r * columns, x.begin() + (r + 1) * columns));
    x[0] = std::numeric_limits<S>::quiet_NaN();
    k::max_over_rows(x.data(), down.data(), rows, columns);
    k::max_over_columns(x.data(), along.data(), rows, columns);
    BOOST_TEST(std::isnan(down[0]));
    BOOST_TEST(std::isnan(along[0]));
  }
}

template <class S>
void check_products() {
  const std::vector<Index> sizes{0, 1, 2, 3, 7, 16, 21, 33};
  std::vector<std::array<Index, 3>> shapes{{420, 16, 16}, {16, 16, 420}, {3, 420, 16},
                                           {420, 7, 16},  {16, 7, 420},  {420, 16, 3},
                                           {2, 2, 1100},  {65, 130, 67}, {9, 150, 300}};
  for (const Index m : sizes)
    for (const Index n : sizes)
      for (const Index depth : sizes) shapes.push_back({m, n, depth});
  const double tolerance = std::is_same_v<S, float> ? 2e-6 : 1e-14;
  for (const auto& [m, n, depth] : shapes)
    for (const bool ta : {false, true})
      for (const bool tb : {false, true}) {
        const auto a = spread<S>(-1, 1, static_cast<std::size_t>(m * depth), 13),
                   b = spread<S>(-1, 1, static_cast<std::size_t>(depth * n), 14);
        std::vector<S> c(static_cast<std::size_t>(m * n) + 1, S(9));
        const auto multiply = [&, m = m, n = n, depth = depth](bool transpose_a, bool transpose_b, const S* x,
                                                               const S* y, S* z) {
          k::matmul(k::Product<S>{m, n, depth, x, y, transpose_a, transpose_b}, z);
        };
        multiply(ta, tb, a.data(), b.data(), c.data());
        double worst = c.back() == 9 ? 0 : 1;
        for (Index i = 0; i < m; ++i)
          for (Index j = 0; j < n; ++j) {
            double sum = 0;
            for (Index q = 0; q < depth; ++q)
              sum += static_cast<double>(a[static_cast<std::size_t>(ta ? q * m + i : i * depth + q)]) *
                     static_cast<double>(b[static_cast<std::size_t>(tb ? j * depth + q : q * n + j)]);
            worst = std::max(worst, std::abs(sum - c[static_cast<std::size_t>(i * n + j)]) /
                                        (1 + static_cast<double>(depth)));
          }
        BOOST_TEST(worst < tolerance,
                   fmt::format("{}x{}x{} ta {} tb {}: {:.1e}", m, n, depth, ta, tb, worst));
        std::vector<S> a_moved(a.size() + 1), b_moved(b.size() + 3), c_moved(c.size() + 2);
        std::copy(a.begin(), a.end(), a_moved.begin() + 1);
        std::copy(b.begin(), b.end(), b_moved.begin() + 3);
        multiply(ta, tb, a_moved.data() + 1, b_moved.data() + 3, c_moved.data() + 2);
        BOOST_TEST(std::equal(c.begin(), c.end() - 1, c_moved.begin() + 2));  // off alignment, the same bits
      }
}

template <class S>
void check_transposes() {
  for (Index rows = 0; rows < 20; ++rows)
    for (Index columns = 0; columns < 20; ++columns) {
      const auto x = spread<S>(-1, 1, static_cast<std::size_t>(rows * columns), 15);
      std::vector<S> y(x.size());
      k::transpose(x.data(), y.data(), rows, columns);
      bool right = true;
      for (Index r = 0; r < rows; ++r)
        for (Index c = 0; c < columns; ++c)
          right = right &&
                  y[static_cast<std::size_t>(c * rows + r)] == x[static_cast<std::size_t>(r * columns + c)];
      BOOST_TEST(right);
    }
}

template <class S>
void check_blocks() {
  const auto x = spread<S>(-1, 1, 4000, 16);
  for (const Index rows : {0, 1, 3, 20})
    for (const Index columns : {0, 1, 2, 7, 16, 37})
      for (const Index wider : {0, 5}) {
        std::vector<S> y(static_cast<std::size_t>(rows * (columns + wider)), S(5));
        k::copy_block(x.data(), columns + 3, y.data(), columns + wider, rows, columns);
        bool right = true;
        for (Index r = 0; r < rows; ++r)
          for (Index c = 0; c < columns + wider; ++c)
            right = right && y[static_cast<std::size_t>(r * (columns + wider) + c)] ==
                                 (c < columns ? x[static_cast<std::size_t>(r * (columns + 3) + c)] : 5);
        BOOST_TEST(right);
      }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kernels)

#define ENGRAM_BOTH_TYPES(name, check)                              \
  BOOST_AUTO_TEST_CASE(name) {                                      \
    check_at_every_target([] { check<float>(), check<double>(); }); \
  }
ENGRAM_BOTH_TYPES(tanh_is_odd_and_saturates_at_one, check_tanh)
ENGRAM_BOTH_TYPES(functions_have_the_right_limits_and_keep_nan, check_limits)
ENGRAM_BOTH_TYPES(an_element_does_not_depend_on_its_place, check_places)
ENGRAM_BOTH_TYPES(operands_broadcast_as_in_a_plain_loop, check_broadcasting)
ENGRAM_BOTH_TYPES(comparisons_treat_nan_as_told, check_nan_in_comparisons)
ENGRAM_BOTH_TYPES(sums_and_maxima_are_those_of_a_plain_loop, check_reductions)
ENGRAM_BOTH_TYPES(products_are_those_of_a_plain_loop_for_all_shapes_and_transpositions, check_products)
ENGRAM_BOTH_TYPES(transposes_are_those_of_a_plain_loop, check_transposes)
ENGRAM_BOTH_TYPES(blocks_are_copied_and_nothing_beside_them, check_blocks)

BOOST_AUTO_TEST_CASE(functions_are_as_accurate_as_told) {
  check_accuracy<float>();
  check_accuracy<double>();
}

BOOST_AUTO_TEST_CASE(an_unknown_target_is_refused_and_the_best_stays) {
  const std::string before = k::target();
  k::select_target("");
  const std::string best = k::target();
  BOOST_TEST(!k::select_target("Z80"));
  BOOST_TEST(k::target() == best);
  k::select_target(before.c_str());
}

BOOST_AUTO_TEST_SUITE_END()
