/// One step of a rule on a tape, whose local signals are variables of their own.
#pragma once

#include <engram/plasticity/certificate.hpp>

#include <fmt/format.h>

ENGRAM_PLASTICITY_BEGIN

using V = Variable<double>;

/// What is certified, and on which random numbers.
struct Specimen {
  const Network& network;
  const StepSettings& settings;
  const MakeTapeRule& make_rule;
  Random random;

  Synapses<Array<double>> synapses() const { return initial_synapses(network, random.split("synapses")); }

  /// Every third example has no label.
  Batches<Array<double>> batch() const {
    constexpr Index examples = 5;
    const int classes = static_cast<int>(network.sizes.back());
    Random stream = random.split("batch");
    std::vector<int> labels;
    for (Index b = 0; b < examples; ++b)
      labels.push_back(b % 3 == 2 ? -1
                                  : static_cast<int>(stream.integer(static_cast<std::uint64_t>(classes))));
    const Array<double> targets = autodiff::one_hot<double>(labels, classes);
    return {normal(stream, examples, network.sizes.front()), targets, targets.rowwise().sum()};
  }
};

/// The local signals of all layers, as values.
using SignalValues = std::vector<LocalSignals<Array<double>>>;

/// The step. Where `given` has signals they are taken instead of those that the network makes.
class RecordedStep {
 public:
  RecordedStep(const Specimen& specimen, const Synapses<Array<double>>& weights,
               const Batches<Array<double>>& data, const SignalValues* given = nullptr)
      : synapses(map_leaves(weights, [&](const Array<double>& a) { return tape.variable(a); })),
        arriving(specimen.network.depth() + 1),
        cut(arriving.size(), {{}, {}, {}, {}, false}),
        outputs(arriving.size()) {
    const auto batch = map_leaves(data, [&](const Array<double>& a) { return tape.constant(a); });
    const TapeRule rule = specimen.make_rule(synapses);
    gains = rule.gains();
    next = inner_step(specimen.network, specimen.settings, Cutting{*this, rule, given}, synapses, batch);
  }

  autodiff::Tape<double> tape;
  Synapses<V> synapses, next;
  std::vector<V> arriving;           ///< z̄ of each layer, before it is cut
  std::vector<LocalSignals<V>> cut;  ///< the variables that the rule is asked with
  std::vector<SynapticSignals<V>> outputs;
  Gains<V> gains;

  SignalValues values() const {
    SignalValues all;
    for (const auto& s : cut)
      all.push_back({s.z.value(), s.z_bar.value(), s.z_lat.value(), s.x.value(), s.is_output});
    return all;
  }
  /// The seven outputs of a layer, one after the other.
  std::vector<V> outputs_of(std::size_t layer) const {
    const auto& s = outputs[layer];
    return {s.delta, s.alpha, s.beta, s.alpha_bar, s.beta_bar, s.alpha_lat, s.beta_lat};
  }

 private:
  // Rules are asked from the top down.
  struct Cutting {
    RecordedStep& step;
    TapeRule rule;
    const SignalValues* given;
    mutable std::size_t layer = 0;

    SynapticSignals<V> operator()(const LocalSignals<V>& s) const {
      if (s.is_output) layer = step.cut.size();
      --layer;
      const auto fresh = [&](const V& v, Array<double> LocalSignals<Array<double>>::*member) {
        return given ? step.tape.variable((*given)[layer].*member) : step.tape.variable(v.value());
      };
      using A = LocalSignals<Array<double>>;
      step.arriving[layer] = s.z_bar;
      step.cut[layer] = {fresh(s.z, &A::z), fresh(s.z_bar, &A::z_bar), fresh(s.z_lat, &A::z_lat),
                         fresh(s.x, &A::x), s.is_output};
      return step.outputs[layer] = rule(step.cut[layer]);
    }
    Gains<V> gains() const { return rule.gains(); }
    V extra(const LocalSignals<V>& before, const LocalSignals<V>& behind, const V& w) const {
      return rule.extra(cut_of(before), cut_of(behind), w);
    }
    const LocalSignals<V>& cut_of(const LocalSignals<V>& s) const {  // as they arrived
      for (std::size_t l = 0; l < step.cut.size(); ++l)
        if (step.arriving[l].id() == s.z_bar.id()) return step.cut[l];
      throw std::logic_error("a rule is asked of signals that never arrived");
    }
  };
};

/// Notes that something was checked, and keeps the first few failures.
inline void note(CertificateClause& clause, bool ok, const std::function<CertificateFinding()>& finding) {
  constexpr std::size_t kept = 5;
  ++clause.checked;
  if (ok) return;
  ++clause.failed;
  if (clause.findings.size() < kept) clause.findings.push_back(finding());
}

ENGRAM_PLASTICITY_END
