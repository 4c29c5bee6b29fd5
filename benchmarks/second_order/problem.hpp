/// A small network 1-32-1 fitted to a sine by Adam, for the derivative of its last validation loss with
/// respect to Adam's settings; everything in double.
#pragma once

#include <engram/plasticity/adam.hpp>

namespace engram::bench {

struct Training {
  autodiff::Index steps = 200, points = 64, hidden = 32;

  /// In the order of `numbers`: settings (decimal logarithm of the learning rate, β₁, β₂), weights (four
  /// matrices), x, y, validation x, validation y.
  std::vector<autodiff::Array<double>> numbers() const;

  /// The validation loss, then its gradient with respect to the settings.
  autodiff::Function<double> hypergradient() const;
};

}  // namespace engram::bench
