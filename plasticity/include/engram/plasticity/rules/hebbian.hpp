/// A learned rule of the Hebbian kind: polynomials of what the neuron before and the neuron behind a synapse
/// put out, with learned coefficients, and no signal from above.
///
/// After Najarro, Risi, "Meta-learning through Hebbian plasticity in random networks", NeurIPS 2020. There
/// every synapse has coefficients of its own; here all synapses of a kind share them, as the neurons of the
/// learned rule share theirs: one set for hidden neurons, one for those of the output, which also hear their
/// error. Hebb's and Oja's rules are among its members.
#pragma once

#include <engram/plasticity/methods/rule_method.hpp>

#include <array>

ENGRAM_PLASTICITY_BEGIN

/// What is learned. The rows of `behind` and `decay` are hidden neurons' and output neurons'.
template <class T>
struct HebbianTheta {
  T before;  ///< 1 x 3: α = Σ_p before_p x^p of the neuron before
  T behind;  ///< 2 x 4: β = Σ_q behind_q x^q + behind_3 z̄ of the neuron behind
  T decay;   ///< 2 x 1: weights decay by their own value times decay x² of the neuron behind
  T s;       ///< 1 x 1: the logarithm of the step size

  static constexpr std::array<const char*, 4> names{"before", "behind", "decay", "s"};
  static constexpr std::array<T HebbianTheta::*, 4> members{&HebbianTheta::before, &HebbianTheta::behind,
                                                            &HebbianTheta::decay, &HebbianTheta::s};
};

/// The rule; T is Variable or Value.
template <Differentiable T>
class HebbianRule {
 public:
  explicit HebbianRule(const HebbianTheta<T>& theta)
      : before_(split(theta.before, {1, 1, 1}, 1)),
        behind_{coefficients(theta.behind, 0), coefficients(theta.behind, 1)},
        decay_(split(theta.decay, {1, 1}, 0)),
        gain_(exp(theta.s)) {}

  Gains<T> gains() const { return {gain_, 0.0 * gain_, 0.0 * gain_}; }

  SynapticSignals<T> operator()(const LocalSignals<T>& s) const {
    const auto& b = behind_[s.is_output];
    const T alpha = before_[0] + before_[1] * s.x + before_[2] * square(s.x);
    const T beta = b[0] + b[1] * s.x + b[2] * square(s.x) + b[3] * s.z_bar;
    const T none = zeros_like(s.z);
    return {none, alpha, beta, none, none, none, none};
  }

  T extra(const LocalSignals<T>&, const LocalSignals<T>& behind, const T& w) const {
    const T y = slice_columns(behind.x, 0, w.columns());
    return -(decay_[behind.is_output] * autodiff::sum(square(y), 0)) * w;
  }

 private:
  static std::vector<T> coefficients(const T& behind, Index row) {
    return split(slice_rows(behind, row, 1), {1, 1, 1, 1}, 1);
  }

  std::vector<T> before_;
  std::array<std::vector<T>, 2> behind_;
  std::vector<T> decay_;
  T gain_;
};

/// Makes the rule of the leaves of its parameters.
struct MakeHebbianRule {
  static constexpr std::string_view kind = "hebbian";
  static constexpr auto parameter_names = HebbianTheta<Shape>::names;
  static constexpr bool has_network = false;
  static MakeHebbianRule of(const RuleSettings&) { return {}; }

  static HebbianTheta<Shape> shapes() { return {{1, 3}, {2, 4}, {2, 1}, {1, 1}}; }
  std::vector<Shape> parameters() const { return flatten(shapes()); }

  template <class T>
  HebbianRule<T> operator()(std::span<const T> p) const {
    return HebbianRule<T>(unflatten(shapes(), p));
  }

  /// Small random coefficients around the delta rule in the output layer and nothing in the hidden ones.
  std::vector<Array<double>> initial(const Network&, Random random) const {
    auto theta = map_leaves(shapes(), [&](Shape s) { return normal(random, s.rows, s.columns, 0.1); });
    theta.before(0, 1) += 1;
    theta.behind(1, 3) -= 1;
    return flatten(theta);
  }
};

ENGRAM_PLASTICITY_END
