/// What makes a rule biologically plausible, checked for one rule on a small network: as facts about the
/// recorded graph of a step, and by changing signals and comparing bits.
///
/// 1. Neuron-local: in the graph, the change of a synapse depends only on signals of the two neurons that it
///    connects, on its own weight, and on the rule's parameters.
/// 2. No weight transport: below the top layer, a top-down signal z̄ depends on the forward weights only
///    through the neurons' signals.
/// 3. Local to the bit: what a neuron gives stays the same, bit by bit, when other neurons' signals or any
///    weights change.
/// 4. Alike: neurons in another order, or examples in another order, give the same changes in that order.
/// 5. Product form: every change is the batch's mean of before times behind.
///
/// The graph is that of `inner_step`, in which every local signal is a variable of its own; dependencies are
/// followed entry by entry. Operations that are not known to be arithmetic count as if every entry of the
/// result depended on all of every input.
#pragma once

#include <engram/plasticity/method.hpp>

#include <functional>
#include <string>

ENGRAM_PLASTICITY_BEGIN

/// Where a clause does not hold.
struct CertificateFinding {
  std::string where;  ///< "W^1(0,2)": the synapse from neuron 0 to neuron 2 of layer 1, or what it is about
  std::string what;   ///< "depends on neuron 1 of layer 1"
  std::string path;   ///< the operations on the way, last first; empty where nothing was followed
};

/// One of the five.
struct CertificateClause {
  std::string name;
  long checked = 0;                          ///< synapses, signals or neurons
  long failed = 0;                           ///< of those
  std::vector<CertificateFinding> findings;  ///< the first few that failed

  bool passed() const { return checked > 0 && failed == 0; }
};

/// All clauses.
struct Certificate {
  std::vector<CertificateClause> clauses;

  bool passed() const;
  /// For people: a line for each clause, and one for each finding.
  std::string text() const;
};

/// Any rule on a tape, behind one type.
struct TapeRule {
  using V = Variable<double>;
  std::function<SynapticSignals<V>(const LocalSignals<V>&)> ask;
  Gains<V> all_gains;
  std::function<V(const LocalSignals<V>&, const LocalSignals<V>&, const V&)> extra_of;

  template <PlasticityRule<V> Rule>
  explicit TapeRule(const Rule& rule) : ask(rule), all_gains(rule.gains()) {
    if constexpr (ExtendedRule<Rule, V>)
      extra_of = [rule](const auto& before, const auto& behind, const V& w) {
        return rule.extra(before, behind, w);
      };
    else
      extra_of = [](const auto&, const auto&, const V& w) { return zeros_like(w); };
  }

  SynapticSignals<V> operator()(const LocalSignals<V>& s) const { return ask(s); }
  Gains<V> gains() const { return all_gains; }
  V extra(const LocalSignals<V>& before, const LocalSignals<V>& behind, const V& w) const {
    return extra_of(before, behind, w);
  }
};

/// Makes the rule on the tape of these weights. An honest rule takes nothing from the weights but their tape.
using MakeTapeRule = std::function<TapeRule(const Synapses<Variable<double>>&)>;

/// Checks a rule on random weights and a random batch, labelled in part.
Certificate certify(const Network& network, const StepSettings& settings, const MakeTapeRule& make_rule,
                    Random random = Random(1));

/// The same of a rule that `make_rule` makes of its parameters, on a network of the sizes 3, 4, 3, 2.
template <class MakeRule>
Certificate certify(const MakeRule& make_rule, const RuleSettings& settings,
                    const std::vector<Array<double>>& parameters) {
  const Network network{{3, 4, 3, 2}, settings.activation, settings.bias_neuron};
  return certify(network, settings, [&](const Synapses<Variable<double>>& s) {
    std::vector<Variable<double>> constants;
    for (const Array<double>& p : parameters) constants.push_back(s.forward.at(0).tape().constant(p));
    return TapeRule(make_rule(std::span<const Variable<double>>(constants)));
  });
}

ENGRAM_PLASTICITY_END
