/// Rules as polynomials of what a synapse can know: the neurons on both sides and its own weight.
///
///     Δw = Σ θ_ijkl x^i y^j w^k m^l
///
/// x is the output of the neuron before the synapse, y that of the neuron behind it, w the weight, and m, if
/// it takes part, a slow mean of y². Hebb's, Oja's, the covariance rule and that of Bienenstock, Cooper and
/// Munro are members. A rule of which only data is known is fitted by such a polynomial (recovery/).
///
/// Sources: Confavreux, Zenke, Agnes, Lillicrap, Vogels, "A meta-learning approach to (re)discover plasticity
/// rules that carve a desired function into a neural network", NeurIPS 2020; Mehta, Tyulmankov, Rajagopalan,
/// Turner, Fitzgerald, Funke, "Model based inference of synaptic plasticity rules", NeurIPS 2024.
#pragma once

#include <engram/plasticity/methods/rule_method.hpp>

#include <array>

ENGRAM_PLASTICITY_BEGIN

/// A product of powers.
struct TaylorTerm {
  Index before = 0;  ///< power of x
  Index behind = 0;  ///< power of y
  Index weight = 0;  ///< power of w
  Index slow = 0;    ///< power of m

  bool operator==(const TaylorTerm&) const = default;
};

/// "x y² w", "x y ⟨y²⟩", "1".
std::string to_string(const TaylorTerm& term);

/// Which terms take part: all whose powers do not exceed these.
struct TaylorForm {
  Index before = 2, behind = 2, weight = 2, slow = 0;

  static constexpr auto members = std::tuple{
      setting("before", &TaylorForm::before, "highest power of the neuron's output before the synapse",
              {0, 9}),
      setting("behind", &TaylorForm::behind, "highest power of the neuron's output behind it", {0, 9}),
      setting("weight", &TaylorForm::weight, "highest power of its weight", {0, 9}),
      setting("slow", &TaylorForm::slow, "highest power of the slow mean of the squared output behind it",
              {0, 9})};

  /// The shape of the coefficients: a row for each y^j m^l, in which j runs faster, and a column for each x^i
  /// w^k, in which i runs faster.
  Shape shape() const { return {(behind + 1) * (slow + 1), (before + 1) * (weight + 1)}; }
  /// Where a term's coefficient stands, row by row. Throws std::invalid_argument if the term takes no part.
  Index place(const TaylorTerm& term) const;

  bool operator==(const TaylorForm&) const = default;
};

/// All terms, in the order of their coefficients.
std::vector<TaylorTerm> terms_of(const TaylorForm& form);
/// The coefficients that are 0 but for these.
Array<double> coefficients_of(const TaylorForm& form,
                              const std::vector<std::pair<TaylorTerm, double>>& terms);

/// 1, x, x², ..., x^degree.
template <Differentiable T>
std::vector<T> powers(const T& x, Index degree) {
  using Scalar = typename T::Scalar;
  std::vector<T> all{constant_like(x, Value<Scalar>(Array<Scalar>::Ones(x.rows(), x.columns())))};
  for (Index i = 1; i <= degree; ++i) all.push_back(i == 1 ? x : all.back() * x);
  return all;
}

/// The polynomial of every synapse, summed over a batch: (neurons before x neurons behind), as w.
/// `coefficients` as TaylorForm tells, x (examples x neurons before), y (examples x neurons behind), slow (1
/// x neurons behind, or a row for each example), which is not read where its power is 0.
template <Differentiable T>
T taylor_change(const TaylorForm& form, const T& coefficients, const T& x, const T& y, const T& w,
                const T& slow) {
  const Index examples = y.rows(), size = y.shape().size(), each = form.before + 1;
  std::vector<T> behind;  // 1 x size each
  const std::vector<T> of_y = powers(y, form.behind);
  const std::vector<T> of_slow = powers(slow, form.slow);
  for (std::size_t l = 0; l < of_slow.size(); ++l)
    for (const T& power : of_y) behind.push_back(reshape(l == 0 ? power : power * of_slow[l], {1, size}));
  // Each row is the factor that belongs to one x^i w^k.
  const T factors = matmul_tn(coefficients, autodiff::concatenate(behind, 0));
  const T before = autodiff::concatenate(powers(x, form.before), 0);
  const std::vector<T> of_w = powers(w, form.weight);
  const auto part = [&](std::size_t k) {
    const Index first = static_cast<Index>(k) * each;
    return matmul_tn(before, reshape(slice_rows(factors, first, each), {each * examples, y.columns()}));
  };
  T change = part(0);
  for (std::size_t k = 1; k < of_w.size(); ++k) change = change + part(k) * of_w[k];
  return change;
}

/// What is learned of a rule for networks: a polynomial for the neurons of hidden layers, and one for those
/// of the output, where y is minus the error z̄.
template <class T>
struct TaylorTheta {
  T hidden, output;
  T s;  ///< 1 x 1: the logarithm of the step size

  static constexpr std::array<const char*, 3> names{"hidden", "output", "s"};
  static constexpr std::array<T TaylorTheta::*, 3> members{&TaylorTheta::hidden, &TaylorTheta::output,
                                                           &TaylorTheta::s};
};

/// The rule; T is Variable or Value.
template <Differentiable T>
class TaylorRule {
 public:
  TaylorRule(const TaylorForm& form, const TaylorTheta<T>& theta)
      : form_(form), theta_(theta), gain_(exp(theta.s)) {}

  Gains<T> gains() const { return {gain_, 0.0 * gain_, 0.0 * gain_}; }

  /// No products: `extra` is all.
  SynapticSignals<T> operator()(const LocalSignals<T>& s) const {
    const T none = zeros_like(s.z);
    return {none, none, none, none, none, none, none};
  }

  T extra(const LocalSignals<T>& before, const LocalSignals<T>& behind, const T& w) const {
    const T y = slice_columns(behind.is_output ? -behind.z_bar : behind.x, 0, w.columns());
    return taylor_change(form_, behind.is_output ? theta_.output : theta_.hidden, before.x, y, w, y);
  }

 private:
  TaylorForm form_;
  TaylorTheta<T> theta_;
  T gain_;
};

/// Makes the rule of the leaves of its parameters.
struct MakeTaylorRule {
  static constexpr std::string_view kind = "taylor";
  static constexpr auto parameter_names = TaylorTheta<Shape>::names;
  static constexpr bool has_network = false;
  static MakeTaylorRule of(const RuleSettings&) { return {}; }

  static TaylorForm form() { return {}; }
  static TaylorTheta<Shape> shapes() { return {form().shape(), form().shape(), {1, 1}}; }
  std::vector<Shape> parameters() const { return flatten(shapes()); }

  template <class T>
  TaylorRule<T> operator()(std::span<const T> p) const {
    return {form(), unflatten(shapes(), p)};
  }

  /// Small random coefficients around the delta rule in the output layer and nothing in the hidden ones.
  std::vector<Array<double>> initial(const Network&, Random random) const {
    auto theta = map_leaves(shapes(), [&](Shape s) { return normal(random, s.rows, s.columns, 0.03); });
    theta.output += coefficients_of(form(), {{{.before = 1, .behind = 1}, 1.0}});
    return flatten(theta);
  }
};

ENGRAM_PLASTICITY_END
