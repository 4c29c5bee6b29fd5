/// Hebb's rule with a decay that keeps the weights of a neuron at length 1.
///
/// Source: Oja, "A simplified neuron model as a principal component analyzer", Journal of Mathematical
/// Biology 15 (1982): Δw_ji = x_i (x_j - x_i w_ji), for the neuron i behind and j before. A linear neuron
/// finds the first principal component of what it hears. The output layer learns as in hebb.hpp.
#pragma once

#include <engram/plasticity/rules/hebb.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The rule; T is Variable or Value.
template <Differentiable T>
class Oja {
 public:
  /// `step` as for Hebb.
  explicit Oja(const T& step) : hebb_(step) {}

  Gains<T> gains() const { return hebb_.gains(); }
  SynapticSignals<T> operator()(const LocalSignals<T>& s) const { return hebb_(s); }
  T extra(const LocalSignals<T>&, const LocalSignals<T>& behind, const T& w) const {
    if (behind.is_output) return zeros_like(w);
    return -autodiff::sum(square(slice_columns(behind.x, 0, w.columns())), 0) * w;
  }

 private:
  Hebb<T> hebb_;
};

/// Makes Oja's rule.
struct MakeOja : MakeOfStepSize<Oja> {
  static constexpr std::string_view kind = "oja";
  static MakeOja of(const RuleSettings&) { return {}; }
};

ENGRAM_PLASTICITY_END
