/// Dual numbers as scalars of Eigen: matrices of them have products, inverses and decompositions.
///
///     using Jet = ad::Dual<double, 1, 4>;
///     Eigen::Matrix<Jet, 2, 2> a;  // ...
///     const Jet d = a.inverse().determinant();
///
/// Pivots are chosen by the numbers alone. Double numbers stand beside dual ones, `2.0 * a`; a matrix of
/// doubles is first `m.cast<Jet>()`.
#pragma once

#include <engram/autodiff/dual.hpp>

#include <Eigen/Core>

/// @cond
template <class S, int order, int tangents>
struct Eigen::NumTraits<engram::autodiff::Dual<S, order, tangents>>
    : Eigen::NumTraits<std::conditional_t<std::is_same_v<S, float>, float, double>> {
  using Dual = engram::autodiff::Dual<S, order, tangents>;
  using Real = Dual;
  using NonInteger = Dual;
  using Nested = Dual;
  using Literal = double;
  enum {
    IsComplex = 0,
    IsInteger = 0,
    IsSigned = 1,
    RequireInitialization = 1,
    ReadCost = 1 + order,
    AddCost = 1 + order,
    MulCost = 1 + 3 * order
  };
};

template <class S, int order, int tangents, class Operation>
struct Eigen::ScalarBinaryOpTraits<engram::autodiff::Dual<S, order, tangents>, double, Operation> {
  using ReturnType = engram::autodiff::Dual<S, order, tangents>;
};
template <class S, int order, int tangents, class Operation>
struct Eigen::ScalarBinaryOpTraits<double, engram::autodiff::Dual<S, order, tangents>, Operation> {
  using ReturnType = engram::autodiff::Dual<S, order, tangents>;
};
/// @endcond
