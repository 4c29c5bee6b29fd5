/// Checks derivatives against finite differences: of the library's ops, and of yours.
///
///     const auto f = [](const auto& x) { return std::vector{my_op(x[0], x[1])}; };
///     const auto report = ad::gradcheck(f, inputs);
///     if (!report.passed) fmt::print("{}\n", report.text);
///
/// What is checked, for r = Σ w ⊙ f(x) with random weights w (never all ones, which some wrong rules
/// survive):
///
/// - order 1: the recorded gradient of r against central differences with Richardson extrapolation, entry by
///   entry (of large inputs on random entries, and along a random direction that moves all of them); the
///   unrecorded sweep against the recorded one; the dot-product test of jvp against vjp, w·(J v) = (Jᵀ w)·v;
/// - order 2: the gradient of v·(gradient of r) against differences of the gradient;
/// - aliasing: one variable given as several inputs of its shape, against the sum of their cotangents;
/// - compiled: values and gradients of the compiled function against the eager ones.
///
/// Errors are relative: a wrong rule fails however small what it computes. A difference is inexact by
/// rounding and by its finite step. gradcheck estimates by how much, and tolerates that: from the size of the
/// numbers that are subtracted, and from what half the step changes.
///
/// At kinks (relu at 0) differences mean nothing: keep inputs away from them.
#pragma once

#include <engram/autodiff/function.hpp>

#include <functional>
#include <string>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// How thoroughly to check.
struct GradcheckOptions {
  int order = 2;            ///< 1 or 2
  double step = 1e-3;       ///< of the differences, relative to 1 + |x|; error of order step⁴
  double tolerance = 1e-7;  ///< of the error, relative to the larger of the two numbers compared
  int entries = 64;         ///< at most so many entries of each input are perturbed
  std::uint64_t seed = 1;   ///< of weights, directions and the choice of entries
};

/// What was found.
struct GradcheckReport {
  bool passed = true;
  /// Where the largest error was found: what was compared, the input, its entry, both values, the error.
  std::string text;
  double largest_error = 0;  ///< relative
};

/// A function from a list of variables to a list of variables; it must not keep state.
template <class S>
using FunctionOfVariables = std::function<std::vector<Variable<S>>(const std::vector<Variable<S>>&)>;

/// Differences need double precision: check in double what runs in float.
GradcheckReport gradcheck(const FunctionOfVariables<double>& f, const std::vector<Value<double>>& inputs,
                          const GradcheckOptions& options = {});

ENGRAM_AUTODIFF_END
