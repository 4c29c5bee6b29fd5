/// What is lifted from scalars ends at the fourth derivative.
#pragma once

#include "values.hpp"

namespace engram::test {

/// `power` is x to the fifth, under the name "fifth_power".
template <class F>
void expect_no_fifth_derivative(const F& power) {
  ad::Tape<double> tape;
  const auto x = tape.variable(2.0);
  Variable y = power(x);
  for (const double expected : {80, 160, 240, 240}) {
    y = ad::gradient(y, x);
    BOOST_TEST(y.item() == expected);
  }
  expect_error(
      "[fifth_power] a function lifted from scalars has derivatives to order 4; for higher ones write it in "
      "ops",
      [&] { ad::gradient(y, x); });
}

}  // namespace engram::test
