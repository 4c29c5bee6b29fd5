// What is moved, summed up and chosen, and what is refused. Derivatives are checked in ops_test.cpp.
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

BOOST_AUTO_TEST_SUITE(rearrange)

BOOST_AUTO_TEST_CASE(entries_go_where_the_headers_say) {
  for_all_kinds([](auto make) {
    const auto x = make(matrix({{1, 2, 3}, {4, 5, 6}}));
    const auto is = [](const auto& y, std::initializer_list<std::initializer_list<double>> rows) {
      BOOST_TEST(difference(y, matrix(rows)) < 1e-6);
    };
    is(ad::at(x, 1, 2), {{6}});
    is(ad::at(ad::row(x, 1), 0), {{4}});
    is(ad::column(x, 1), {{2}, {5}});
    is(ad::reverse(x, 1), {{3, 2, 1}, {6, 5, 4}});
    is(ad::reverse(x, 0), {{4, 5, 6}, {1, 2, 3}});
    is(ad::roll(x, 1, 1), {{3, 1, 2}, {6, 4, 5}});
    is(ad::roll(x, -5, 1), {{3, 1, 2}, {6, 4, 5}});
    is(ad::roll(x, 2, 0), {{1, 2, 3}, {4, 5, 6}});
    is(ad::pad(ad::row(x, 0), 1, 0, 1, 0), {{0, 0, 0, 0}, {0, 1, 2, 3}});
    is(ad::tile(ad::column(x, 0), 2, 2), {{1, 1}, {4, 4}, {1, 1}, {4, 4}});
    is(ad::repeat(x, 2, 0), {{1, 2, 3}, {1, 2, 3}, {4, 5, 6}, {4, 5, 6}});
    is(ad::repeat(ad::row(x, 0), 2, 1), {{1, 1, 2, 2, 3, 3}});
    is(ad::cumsum(x, 1), {{1, 3, 6}, {4, 9, 15}});
    is(ad::cumsum(x, 0), {{1, 2, 3}, {5, 7, 9}});
    is(ad::cumprod(x, 1), {{1, 2, 6}, {4, 20, 120}});
    is(ad::min(x), {{1}});
    is(ad::var(x, 0), {{2.25, 2.25, 2.25}});
    is(ad::std_deviation(x, 0), {{1.5, 1.5, 1.5}});
    is(ad::any(make(matrix({{0, 2}, {0, 0}})), 0), {{0, 1}});
    is(ad::all(make(matrix({{1, 2}, {0, 3}})), 0), {{0, 1}});
    is(ad::argmax(make(matrix({{1, 5, 5}, {9, 0, 2}})), 1), {{1}, {0}});
    is(ad::one_hot(make(matrix({{2}, {0}, {-1}})), 3), {{0, 0, 1}, {1, 0, 0}, {0, 0, 0}});
    is(ad::take_rows(x, make(matrix({{1}, {1}, {0}}))), {{4, 5, 6}, {4, 5, 6}, {1, 2, 3}});
  });
  BOOST_TEST(std::isnan(ad::argmax(matrix({{1, not_a_number}}), 1).item()));
}

BOOST_AUTO_TEST_CASE(rows_are_chosen_when_a_compiled_function_runs) {
  const auto f = [](const Variables& x) {
    return ad::gradient(ad::sum(ad::square(ad::take_rows(x[0], x[1]))), Variables{x[0]});
  };
  const Value x = matrix({{1, 2}, {3, 4}, {5, 6}});
  const auto g = ad::compile<double>(f, {{3, 2}, {2, 1}});
  BOOST_TEST(difference(g({x, matrix({{2}, {2}})})[0], matrix({{0, 0}, {0, 0}, {20, 24}})) == 0);
  BOOST_TEST(difference(g({x, matrix({{0}, {1}})})[0], matrix({{2, 4}, {6, 8}, {0, 0}})) == 0);
  const auto values =
      ad::compile<double>([](const Variables& v) { return ad::take_rows(v[0], v[1]); }, {{3, 2}, {1, 1}});
  for (const double outside : {-1.0, 3.0, 0.5, not_a_number})
    BOOST_TEST(values({x, Value(outside)})[0].array().isNaN().all());
}

BOOST_AUTO_TEST_CASE(entries_are_put_in_order) {
  for_all_kinds([](auto make) {
    const auto x = make(matrix({{3, 1, 2}, {1, 5, 5}}));
    const auto is = [](const auto& y, std::initializer_list<std::initializer_list<double>> rows) {
      BOOST_TEST(difference(y, matrix(rows)) < 1e-6);
    };
    is(ad::argsort(x, 1), {{1, 2, 0}, {0, 1, 2}});
    is(ad::argsort(x, 0), {{1, 0, 0}, {0, 1, 1}});
    is(ad::sort(x, 1), {{1, 2, 3}, {1, 5, 5}});
    is(ad::sort(x, 0), {{1, 1, 2}, {3, 5, 5}});
    is(ad::top_k(x, 2, 1).values, {{3, 2}, {5, 5}});
    is(ad::top_k(x, 2, 1).indices, {{0, 2}, {1, 2}});
    is(ad::top_k(x, 1, 0).indices, {{0, 1, 1}});
    is(ad::take_along(x, make(matrix({{1, 0, 1}})), 0), {{1, 1, 5}});
    is(ad::take_along(x, make(matrix({{2, 2}, {0, 1}})), 1), {{2, 2}, {1, 5}});
    is(ad::gather_columns(x, {2, 0}), {{2, 3}, {5, 1}});
    is(ad::scatter_columns(x, {1, 1, 3}, 4), {{0, 4, 0, 2}, {0, 6, 0, 5}});
    is(ad::cov(x), {{1, -2, -1.5}, {-2, 4, 3}, {-1.5, 3, 2.25}});
  });
  const Value with_nan = matrix({{2, not_a_number, 1}});
  BOOST_TEST(difference(ad::argsort(with_nan, 1), matrix({{2, 0, 1}})) == 0);
  BOOST_TEST(difference(ad::top_k(with_nan, 2, 1).values, matrix({{2, 1}})) == 0);
}

BOOST_AUTO_TEST_CASE(a_kernel_lies_wherever_it_fits) {
  for_all_kinds([](auto make) {
    const auto x = make(matrix({{1, 2, 3, 4}, {5, 6, 7, 8}}));
    const auto is = [](const auto& y, std::initializer_list<std::initializer_list<double>> rows) {
      BOOST_TEST(difference(y, matrix(rows)) < 1e-5);
    };
    is(ad::correlate(x, make(matrix({{1, 10}}))), {{21, 32, 43}, {65, 76, 87}});
    is(ad::convolve(x, make(matrix({{1, 10}}))), {{12, 23, 34}, {56, 67, 78}});
    is(ad::correlate(x, make(matrix({{1}, {-1}}))), {{-4, -4, -4, -4}});
    is(ad::correlate(x, make(matrix({{1, 0, 2}, {0, 1, 0}}))), {{13, 17}});
    is(ad::correlate(x, x), {{204}});
  });
  const Value x = matrix({{1, 2}});
  expect_error("[correlate] a kernel (1,3) does not fit into (1,2)", [&] {
    ad::correlate(x, matrix({{1, 2, 3}}));
  });
}

BOOST_AUTO_TEST_CASE(the_order_is_found_when_a_compiled_function_runs) {
  const auto f = ad::compile<double>(
      [](const Variables& x) {
        return ad::gradient(ad::sum(ad::sort(x[0], 1) * x[0].tape().constant(matrix({{1, 10, 100}}))), x);
      },
      {{1, 3}});
  BOOST_TEST(difference(f({matrix({{1, 2, 3}})})[0], matrix({{1, 10, 100}})) == 0);
  BOOST_TEST(difference(f({matrix({{3, 1, 2}})})[0], matrix({{100, 1, 10}})) == 0);
  const auto taken =
      ad::compile<double>([](const Variables& x) { return ad::take_along(x[0], x[1], 1); }, {{1, 3}, {1, 1}});
  for (const double outside : {-1.0, 3.0, 0.5, not_a_number})
    BOOST_TEST(taken({matrix({{1, 2, 3}}), Value(outside)})[0].array().isNaN().all());
}

BOOST_AUTO_TEST_CASE(what_does_not_exist_is_an_error) {
  const Value x = matrix({{1, 2, 3}, {4, 5, 6}});
  expect_error("[at] there is no entry (2,0) in (2,3)", [&] { ad::at(x, 2, 0); });
  expect_error("[at] an entry of (2,3) has two indices: at(x, i, j)", [&] { ad::at(x, 2); });
  expect_error("[cumsum] axis 2 does not exist; 0 runs over the rows, 1 over the columns",
               [&] { ad::cumsum(x, 2); });
  expect_error("[pad] (0,-1,0,0) rows and columns; there cannot be less than 0",
               [&] { ad::pad(x, 0, -1, 0, 0); });
  expect_error("[tile] 0 times 1 copies; there cannot be less than 1", [&] { ad::tile(x, 0, 1); });
  expect_error("[repeat] -1 times; there cannot be less than 0", [&] { ad::repeat(x, -1, 0); });
  expect_error("[take_rows] index 1 is 2, which is no row of 2", [&] {
    ad::take_rows(x, matrix({{0}, {2}}));
  });
  expect_error("[take_rows] the indices are (1,2), not one column", [&] {
    ad::take_rows(x, matrix({{0, 1}}));
  });
  expect_error("[argsort] axis -1 does not exist; 0 runs over the rows, 1 over the columns",
               [&] { ad::sort(x, -1); });
  expect_error("[take_along] entries (2,3) and indices (1,2) differ in columns", [&] {
    ad::take_along(x, matrix({{0, 1}}), 0);
  });
  expect_error("[take_along] index 2 is 2, which is no entry of 2", [&] {
    ad::take_along(x, matrix({{0, 1, 2}}), 0);
  });
  expect_error("[top_k] there are no 4 largest of 3 entries", [&] { ad::top_k(x, 4, 1); });
  expect_error("[one_hot] the labels are (2,3), not one column", [&] { ad::one_hot(x, 3); });
}

BOOST_AUTO_TEST_SUITE_END()
