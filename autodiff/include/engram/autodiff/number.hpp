/// A single number that ops compute with, without memory of its own.
#pragma once

#include <engram/autodiff/array.hpp>

#include <array>

ENGRAM_AUTODIFF_BEGIN

/// What a 1x1 `Value` is, for the sweep that computes derivatives of single numbers: rules run on it.
template <class S>
class Number {
 public:
  using Scalar = S;

  explicit Number(S number) : number_(number) {}
  static constexpr Shape shape() { return {1, 1}; }
  static constexpr Index rows() { return 1; }
  static constexpr Index columns() { return 1; }
  S item() const { return number_; }
  ConstView<S> view() const { return {&number_, shape()}; }

 private:
  S number_;
};

/// Pulling a cotangent back through an elementwise op of single numbers: what `Pullback` is to matrices.
template <class S>
struct NumberPullback {
  static constexpr std::size_t most_inputs = 3;
  S y_bar, y;
  std::array<const S*, most_inputs> x;
  std::array<bool, most_inputs> wanted;  ///< cleared of inputs to which nothing flows
  std::array<S, most_inputs> x_bar;
};

ENGRAM_AUTODIFF_END
