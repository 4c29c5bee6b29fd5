/// A row of the table of derivatives: a public function on inputs of some shapes.
#pragma once

#include "values.hpp"

#include <string>
#include <vector>

namespace engram::test {

using Shapes = std::vector<std::vector<Shape>>;

struct Row {
  std::string function;
  ad::FunctionOfVariables<double> f;
  Shapes shapes;     ///< of the inputs; one check each
  double shift = 0;  ///< inputs lie between shift - 1.5 and shift + 1.5, apart from each other and from 0
};

/// Of two inputs, one of which is repeated or neither.
inline Shapes broadcasting() {
  return {{{3, 4}, {3, 4}}, {{3, 4}, {1, 4}}, {{1, 4}, {3, 4}}, {{3, 4}, {3, 1}},
          {{3, 1}, {3, 4}}, {{3, 4}, {1, 1}}, {{1, 1}, {3, 4}}, {{3, 1}, {1, 4}},
          {{1, 4}, {3, 1}}, {{1, 4}, {1, 4}}, {{1, 1}, {1, 1}}};
}

inline Variables list(auto... x) { return {x...}; }

/// The table: each public function has a row.
const std::vector<Row>& rows();

}  // namespace engram::test
