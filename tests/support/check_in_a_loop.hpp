/// What an op must do inside a scan.
#pragma once

#include "values.hpp"

namespace engram::test {

/// Checks the derivatives of three steps of a body with one carry, one sequence, one constant and one result,
/// each step (1,2), under storage policies that keep much and little.
void check_in_a_loop(auto body) {
  for (const auto keep : {ad::Keep::everything, ad::Keep::carries}) {
    const auto report = ad::gradcheck(
        [&](const Variables& x) {
          const auto y = ad::scan<double>(body, {x[0]}, {x[1]}, {x[2]}, 3, keep);
          return Variables{y.carry[0], y.results[0]};
        },
        distinct_values({{1, 2}, {3, 2}, {1, 2}}, 1));
    BOOST_TEST(report.passed, report.text);
  }
}

}  // namespace engram::test
