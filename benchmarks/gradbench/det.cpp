/// The determinant by expansion by minors, each minor of 6 rows and less by recursion, as it is defined.
///
/// Larger determinants have many minors of 6 rows, one for each way of striking out columns one after the
/// other. These are computed side by side: an entry of all of them is a row of values. Compiling removes
/// repeated expressions, which the recursion has many of; see README.md.
#include "program.hpp"

namespace engram::gradbench::det {

using Columns = std::vector<Index>;

Columns without(Columns columns, std::size_t j) {
  columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(j));
  return columns;
}

/// The minor of the rows from `row` on and these columns of a square matrix, whose entries are given row by
/// row.
Variable minor(const Variables& entries, Index row, const Columns& columns) {
  const auto first = static_cast<std::size_t>(row);
  const std::size_t n = first + columns.size();
  const auto entry = [&](std::size_t j) { return entries[first * n + static_cast<std::size_t>(columns[j])]; };
  if (columns.size() == 1) return entry(0);
  Variable total;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const Variable term = entry(j) * minor(entries, row + 1, without(columns, j));
    total = j == 0 ? term : j % 2 ? total - term : total + term;
  }
  return total;
}

Columns up_to(Index n) {
  Columns all;
  for (Index i = 0; i < n; ++i) all.push_back(i);
  return all;
}

/// A way of striking out columns, one for each of the first rows: the entries that are multiplied with the
/// minor that is left, and their sign.
struct Path {
  Columns struck, left;
  double sign = 1;
};

std::vector<Path> paths(Index n, Index depth) {
  std::vector<Path> all{{{}, up_to(n)}};
  for (Index row = 0; row < depth; ++row) {
    std::vector<Path> next;
    for (const Path& path : all)
      for (std::size_t j = 0; j < path.left.size(); ++j) {
        next.push_back({path.struck, without(path.left, j), j % 2 ? -path.sign : path.sign});
        next.back().struck.push_back(path.left[j]);
      }
    all = std::move(next);
  }
  return all;
}

/// The rows of a matrix. They are cut once, so that the derivative puts them together once.
Variables single_rows(const Variable& x) {
  return split(x, std::vector<Index>(static_cast<std::size_t>(x.rows()), 1), 0);
}

constexpr Index side_by_side = 6;

Variable determinant(const Variables& in) {
  const Variable& a = in[0];
  const Index n = a.rows(), rows = std::min(n, side_by_side), depth = n - rows;
  if (depth == 0) return minor(single_rows(reshape(a, {n * n, 1})), 0, up_to(n));

  // In each step of a loop the minors of one first column: entries are the rows of a matrix, minors its
  // columns.
  const std::vector<Path> all = paths(n, depth);
  const Index steps = n, minors = static_cast<Index>(all.size()) / steps;
  std::vector<Index> entries;
  for (Index step = 0; step < steps; ++step)
    for (Index i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < static_cast<std::size_t>(rows); ++j)
        for (Index m = 0; m < minors; ++m)
          entries.push_back((depth + i) * n + all[static_cast<std::size_t>(step * minors + m)].left[j]);
  Numbers signs;
  for (const Path& path : all) signs.push_back(path.sign);
  const Variable list = reshape(a, {n * n, 1});
  Variable factors = constant(a.tape(), signs, {steps * minors, 1});
  for (Index row = 0; row < depth; ++row) {
    std::vector<Index> struck;
    for (const Path& path : all) struck.push_back(row * n + path.struck[static_cast<std::size_t>(row)]);
    factors = factors * gather_rows(list, struck);
  }
  const Variable minor_entries = reshape(gather_rows(list, entries), {steps * rows * rows, minors});
  const auto step = [rows](auto carry, auto x, auto) {
    return ad::StepResult<Variable>{{carry[0] + sum(x[1] * minor(single_rows(x[0]), 0, up_to(rows)))}, {}};
  };
  return ad::scan<double>(step, {a.tape().constant(0.0)}, {minor_entries, reshape(factors, {steps, minors})},
                          {}, steps)
      .carry[0];
}

template <class F>
Prepared prepared(const Json& input, F function, Json (*output)(const Replay&)) {
  const Index n = input["ell"];
  return replayed(function, {{n, n}}, {input["A"]}, output);
}

Prepared primal(const Json& input) { return prepared(input, determinant, number); }
Prepared gradient(const Json& input) { return prepared(input, ad::gradient_of(determinant), numbers); }

const Eval eval{"det", {{"primal", primal}, {"gradient", gradient}}};

}  // namespace engram::gradbench::det
