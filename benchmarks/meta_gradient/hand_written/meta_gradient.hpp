/// Workload W1's meta-gradient, written by hand for AVX-512: what a general engine is measured against.
///
/// 16 (or any number of) tasks one after another, each through all its steps and back, so that what is stored
/// stays in cache. Only for W1's sizes; see layout.hpp.
#pragma once

#include <memory>
#include <vector>

namespace hand {

enum class Store {
  everything,  ///< all that a step's adjoint needs
  weights,     ///< the weights before each step; the step's inside is computed again
};

/// θ or its gradient, row by row, in the shapes A 3 x 16, a 16, B 32 x 16, b 16, C 16 x 7, c 7, s 3.
struct RuleArrays {
  std::vector<double> A, a, B, b, C, c, s;
};

/// One episode's arrays, row by row.
struct Episode {
  std::vector<double> W0, W1, feedback0, feedback1, lateral0, lateral1, lateral2;
  std::vector<double> x;                       ///< (steps · 20) x 2, 10 labelled examples first in each step
  std::vector<double> targets;                 ///< (steps · 20) x 2
  std::vector<double> query_x, query_targets;  ///< 100 x 2
};

class MetaGradient {
 public:
  MetaGradient(Store store, const RuleArrays& theta, const std::vector<Episode>& episodes, int steps);
  ~MetaGradient();

  /// Returns the mean loss.
  double operator()(RuleArrays& gradient);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hand
