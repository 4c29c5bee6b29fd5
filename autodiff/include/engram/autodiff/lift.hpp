/// Scalar code as an op: a function template over scalars, with any number of inputs and results, row by row.
///
///     // polar coordinates: rows (r, angle) to rows (x, y)
///     const auto point = ad::lift<2, 2>("point", []<class T>(const Eigen::Matrix<T, 2, 1>& p) {
///       return std::array{p[0] * cos(p[1]), p[0] * sin(p[1])};
///     });
///     V xy = point(polar);  // (n,2) to (n,2)
///
///     // Ceres' functor, bool operator()(const T* camera, const T* point, T* residuals) const, as it is
///     const auto residuals = ad::lift<ad::Columns<9, 3>, ad::Columns<2>>("residuals", Reprojection{});
///     V r = residuals(cameras, points);  // (n,9) and (n,3) to (n,2)
///
/// The function gets, for each row, a number T of each input of one column, and an Eigen::Matrix<T, columns,
/// 1> or a std::array<T, columns> of others; it returns a number, a matrix or an array, or a std::tuple of
/// them if there are several results. Or it takes pointers, const T* for each input and T* for each result,
/// and returns nothing, or false if it fails: then the row's results and derivatives are NaN. Inside it may
/// have branches, loops, and all that Eigen does with scalars (scalar.hpp). Functions are called unqualified,
/// exp(x), or after `using std::exp`.
///
/// An input of one row serves for all rows, and one of one matrix for all matrices of a stack; its cotangent
/// is a sum. A stack of matrices is one matrix with a row for each by `restack`.
///
/// T is a dual number (dual.hpp), so derivatives are those of the path that the row takes; they go up to the
/// fourth order, and asking for more is an error that says so. Several rows are computed at once on SIMD
/// lanes while they take one path, and one by one where they part: unless the compiler is told to fuse
/// products and sums, bits are those of a row alone. Of up to eight columns of inputs a row's gradient is
/// computed with that many tangents, of more by going backwards.
///
/// The function must not keep state: it runs when and as often as the library likes, on any thread. What it
/// throws comes out of whatever runs the op. In debug builds a NaN stands behind each input, and Eigen
/// asserts its indices: reading beyond is found.
#pragma once

#include <engram/autodiff/lift/rows.hpp>
#include <engram/autodiff/ops/stack.hpp>

#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <vector>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

/// Applies the op, which is not a template of the function: it and its rules are compiled once.
template <class T>
std::vector<T> apply_lifted(const std::shared_ptr<const LiftedFunction>& function,
                            ComputeLifted<typename T::Scalar>* compute, Lifted kind, std::span<const T> x);

}  // namespace detail

/// What `lift` makes: call it with as many variables or values as the scalar function has inputs.
template <class In, class Out, class F>
class LiftedFunction {
 public:
  LiftedFunction(std::string name, F f)
      : function_(new detail::LiftedFunctionOf<F>{{std::move(name), columns<In>(), columns<Out>()},
                                                  std::move(f)}) {}

  /// The result, or a vector of the results if there are several.
  template <Differentiable T, std::same_as<T>... Rest>
  auto operator()(const T& x, const Rest&... rest) const {
    static_assert(1 + sizeof...(Rest) == In::count,
                  "a lifted function is called with as many inputs as it has");
    std::vector<T> y = apply(detail::Lifted::directional, std::array{x, rest...});
    if constexpr (Out::count == 1)
      return y[0];
    else
      return y;
  }

  /// All first derivatives of each row by its inputs' columns, all inputs side by side: for n rows a stack
  /// n x (columns of the results, columns of the inputs). It can be differentiated again.
  template <Differentiable T, std::same_as<T>... Rest>
  T jacobian_rows(const T& x, const Rest&... rest) const {
    static_assert(1 + sizeof...(Rest) == In::count,
                  "a lifted function is called with as many inputs as it has");
    const T j = apply(detail::Lifted::jacobian, std::array{x, rest...})[0];
    return restack(j, Shape{Out::total, In::total, j.rows() * j.stack()});
  }

 private:
  template <class List>
  static std::vector<Index> columns() {
    return {List::width.begin(), List::width.end()};
  }
  template <class T, std::size_t n>
  std::vector<T> apply(detail::Lifted kind, const std::array<T, n>& x) const {
    using S = typename T::Scalar;
    return detail::apply_lifted<T>(function_, detail::compute_lifted<S, F, In, Out>, kind, x);
  }

  std::shared_ptr<const detail::LiftedFunction> function_;
};

/// Lifts f. The name is for errors and printed graphs.
template <class In, class Out, class F>
LiftedFunction<In, Out, F> lift(std::string name, F f) {
  return {std::move(name), std::move(f)};
}
/// The same for one input and one result with these columns.
template <int inputs, int outputs, class F>
LiftedFunction<Columns<inputs>, Columns<outputs>, F> lift(std::string name, F f) {
  return {std::move(name), std::move(f)};
}

ENGRAM_AUTODIFF_END
