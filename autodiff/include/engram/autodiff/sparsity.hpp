/// Jacobians and Hessians that are almost all zeros.
///
///     auto jacobian = ad::sparse_jacobian<double>(f, {{n, 1}});  // looks where it is not zero; compiles
///     const auto [y, j] = jacobian({x});                         // j: an Eigen::SparseMatrix
///
/// The pattern is found by following entries through the graph: through elementwise ops and such as move
/// entries one by one; through others as far as a NaN gets, or, where they hide a NaN or are large, within
/// the rows, columns and matrices that the op names (`within` in operation.hpp): functions that are lifted
/// (lift.hpp) are followed row by row. So it has all entries that are not zero, for any values, and maybe
/// more. Columns that share no row then have one colour, and one tangent serves all of a colour.
///
/// Source: Curtis, Powell and Reid, "On the estimation of sparse Jacobian matrices", IMA Journal of Applied
/// Mathematics 13 (1974); Gebremedhin, Manne and Pothen, "What color is your Jacobian?", SIAM Review 47
/// (2005).
#pragma once

#include <engram/autodiff/transform.hpp>

#include <Eigen/SparseCore>

#include <cstdint>
#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// For each of some entries the sources it depends on, in ascending order.
struct Dependencies {
  std::vector<Index> first{0};  ///< where an entry's sources begin; one more for the end
  std::vector<Index> sources;

  Index entries() const { return static_cast<Index>(first.size()) - 1; }
  std::span<const Index> of(Index entry) const {
    const auto i = static_cast<std::size_t>(entry);
    return std::span(sources).subspan(static_cast<std::size_t>(first[i]),
                                      static_cast<std::size_t>(first[i + 1] - first[i]));
  }
};

/// What an op's results depend on, given what its inputs depend on. `x` and `y` are their shapes.
template <class S>
std::vector<Dependencies> carried(const Operation<S>& operation, std::span<const Shape> y,
                                  std::span<const Shape> x, std::span<const Dependencies* const> inputs);

/// On which entries of the graph's first input, numbered row by row, each entry of its first output depends.
template <class S>
Dependencies dependencies(const Graph<S>& graph);

/// A number for each column of a pattern, from 0 on, such that columns with the same one share no row. The
/// number of the first is 0, and none is left out.
std::vector<Index> colours_of_columns(const Dependencies& pattern, Index columns);

/// A compiled function of matrices and its Jacobian by the first of them. For one thread; copies serve
/// others.
template <class S>
class SparseJacobian {
 public:
  using Matrix = Eigen::SparseMatrix<S, Eigen::RowMajor>;

  /// Of the graph's first output.
  explicit SparseJacobian(const Graph<S>& graph);
  SparseJacobian(const SparseJacobian& other);

  /// The value, and its Jacobian, with a row for each of its entries; both are valid until the next call.
  struct Result {
    const Array<S>& value;
    const Matrix& jacobian;
  };
  Result operator()(const std::vector<Value<S>>& inputs);

  const Dependencies& pattern() const { return pattern_; }
  /// How many tangents were needed.
  Index colours() const { return colours_; }

 private:
  SparseJacobian(const Graph<S>& graph, Dependencies pattern);
  SparseJacobian(const Graph<S>& graph, Dependencies pattern, const std::vector<Index>& colour);

  Dependencies pattern_;
  Index colours_;
  std::vector<std::uint32_t> places_;  // of the Jacobian's entries among the tangents
  Function<S> compiled_;
  typename Function<S>::Workspace workspace_;
  Array<S> value_, tangents_;  // a tangent for each colour, below each other
  Matrix jacobian_;
};

/// The Jacobian of f, which takes a list of variables of these shapes and returns one, with respect to the
/// first.
template <class S, class F>
SparseJacobian<S> sparse_jacobian(F&& f, const std::vector<Shape>& inputs) {
  return SparseJacobian<S>(trace<S>(f, std::span<const Shape>(inputs)));
}

/// The Hessian of f, which returns one number, likewise: the Jacobian of its gradient, which is the value.
template <class S, class F>
SparseJacobian<S> sparse_hessian(F&& f, const std::vector<Shape>& inputs) {
  return sparse_jacobian<S>(
      [&](const std::vector<Variable<S>>& x) { return gradient(detail::as_list<S>(f(x)).at(0), x.at(0)); },
      inputs);
}

ENGRAM_AUTODIFF_END
