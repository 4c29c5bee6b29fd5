#include <engram/plasticity/certificate.hpp>
#include <engram/plasticity/rules/feedback_alignment.hpp>
#include <engram/plasticity/rules/hebbian.hpp>
#include <engram/plasticity/rules/kinds.hpp>
#include <engram/plasticity/rules/learned.hpp>
#include <engram/plasticity/rules/oja.hpp>
#include <engram/plasticity/store.hpp>

#include "../support/source_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace engram::plasticity;
using V = Variable<double>;

namespace {

const Network network{{3, 4, 3, 2}};

/// An honest rule, before somebody cheats.
FeedbackAlignment<V> honest(const Synapses<V>& s) {
  return {Activation::tanh, s.forward[0].tape().constant(0.7)};
}

/// Cheats with what an honest rule gives, or with what it hears.
struct Cheat {
  FeedbackAlignment<V> rule;
  std::function<void(const LocalSignals<V>&, SynapticSignals<V>&)> cheat;

  Gains<V> gains() const { return rule.gains(); }
  SynapticSignals<V> operator()(const LocalSignals<V>& s) const {
    auto out = rule(s);
    cheat(s, out);
    return out;
  }
};

using Cheating = std::function<void(const Synapses<V>&, const LocalSignals<V>&, SynapticSignals<V>&)>;

Certificate certificate_of(const Cheating& cheating) {
  return certify(network, UpdateScale::fan_in, [&](const Synapses<V>& s) {
    return TapeRule(Cheat{honest(s), [=](const auto& local, auto& out) { cheating(s, local, out); }});
  });
}

std::set<std::string> failed(const Certificate& c) {
  std::set<std::string> names;
  for (const auto& clause : c.clauses)
    if (!clause.passed()) names.insert(clause.name);
  return names;
}

const CertificateClause& clause(const Certificate& c, const std::string& name) {
  for (const auto& one : c.clauses)
    if (one.name == name) return one;
  throw std::logic_error("no clause " + name);
}

using Names = std::set<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(plausibility_certificate)

BOOST_AUTO_TEST_CASE(learned_rules_hold_in_every_form) {
  for (const RuleSettings& settings :
       {RuleSettings{.width = 4}, RuleSettings{.width = 3, .batch_accumulation = false, .bias_neuron = false},
        RuleSettings{.width = 3, .lateral = false, .feedback = FeedbackWeights::fixed},
        RuleSettings{.width = 3, .activation = Activation::relu, .feedback = FeedbackWeights::none}}) {
    const Certificate c =
        certify(MakeLearnedRule{settings}, settings, flatten(initial_theta(settings, 3, Random(1))));
    BOOST_TEST(c.passed(), c.text());
    BOOST_TEST(c.clauses.size() == 5u);
    BOOST_TEST(clause(c, "neuron-local").checked > 300);
  }
}

BOOST_AUTO_TEST_CASE(every_rule_that_is_shipped_holds) {
  int rules = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(engram::test::source_folder() / "demos/rules")) {
    if (entry.path().extension() != ".json") continue;
    const RuleFile file = load_rule(entry.path());
    const Certificate c = rule_kind(file.kind).certify(file.settings, file.parameters);
    BOOST_TEST(c.passed(), entry.path().native() + ": " + c.text());
    ++rules;
  }
  BOOST_TEST(rules > 0);
}

BOOST_AUTO_TEST_CASE(feedback_alignment_holds_layered_or_direct_and_hebb_too) {
  Network direct = network;
  direct.direct_feedback = true;
  for (const Network& n : {network, direct}) {
    const Certificate c =
        certify(n, UpdateScale::fan_in, [](const Synapses<V>& s) { return TapeRule(honest(s)); });
    BOOST_TEST(c.passed(), c.text());
  }
  const Certificate hebb = certify(network, UpdateScale::none, [](const Synapses<V>& s) {
    return TapeRule(Hebb<V>(s.forward[0].tape().constant(0.1)));
  });
  BOOST_TEST(hebb.passed(), hebb.text());
}

BOOST_AUTO_TEST_CASE(a_decay_is_local_but_no_product) {
  const Certificate c = certify(network, UpdateScale::none, [](const Synapses<V>& s) {
    return TapeRule(Oja<V>(s.forward[0].tape().constant(0.1)));
  });
  BOOST_TEST((failed(c) == Names{"product form"}), c.text());
}

BOOST_AUTO_TEST_CASE(a_mean_over_neurons_is_found_with_its_way) {
  const Certificate c = certificate_of([](const auto&, const LocalSignals<V>& s, SynapticSignals<V>& out) {
    out.alpha = out.alpha + 0.1 * engram::autodiff::mean(s.x, 1);
  });
  BOOST_TEST((failed(c) == Names{"neuron-local", "local to the bit"}), c.text());
  const auto& finding = clause(c, "neuron-local").findings.at(0);
  BOOST_TEST(finding.where == "W^1(0,0)");
  BOOST_TEST(finding.what == "depends on neuron 1 of layer 0");
  BOOST_TEST(finding.path.find("mean") != std::string::npos, finding.path);
  BOOST_TEST(c.text().find("FAILS  neuron-local") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(reading_the_transposed_weights_is_found) {
  const Certificate c =
      certificate_of([](const Synapses<V>& w, const LocalSignals<V>& s, SynapticSignals<V>& out) {
        if (!s.is_output) return;
        // Makes of δ W̄ what backpropagation would send down, as far as the shapes allow.
        out.delta = out.delta + matmul_nt(matmul(s.z_bar, transpose(w.forward[2])), transpose(w.forward[2]));
      });
  BOOST_TEST(failed(c).contains("no weight transport"), c.text());
  BOOST_TEST(failed(c).contains("local to the bit"));
  const auto& finding = clause(c, "no weight transport").findings.at(0);
  BOOST_TEST(finding.what.starts_with("depends on W^3"));
  BOOST_TEST(finding.where.starts_with("z̄ of neuron 0 of layer 2"));
}

BOOST_AUTO_TEST_CASE(a_neuron_that_knows_its_number_is_found) {
  const Certificate c = certificate_of([](const auto&, const LocalSignals<V>& s, SynapticSignals<V>& out) {
    Array<double> number(1, s.z.columns());
    for (Index i = 0; i < s.z.columns(); ++i) number(0, i) = static_cast<double>(i);
    out.beta = out.beta * (1.0 + 0.1 * s.z.tape().constant(number));
  });
  BOOST_TEST((failed(c) == Names{"alike"}), c.text());
  BOOST_TEST(clause(c, "alike").findings.at(0).what.starts_with("neurons in another order"));
}

BOOST_AUTO_TEST_CASE(an_example_that_knows_its_number_is_found) {
  const Certificate c = certificate_of([](const auto&, const LocalSignals<V>& s, SynapticSignals<V>& out) {
    Array<double> first = Array<double>::Zero(s.z.rows(), 1);
    first(0, 0) = 1;
    out.beta = out.beta * (1.0 + s.z.tape().constant(first));
  });
  BOOST_TEST((failed(c) == Names{"alike"}), c.text());
  BOOST_TEST(clause(c, "alike").findings.at(0).what.starts_with("examples in another order"));
}

// A comparison hides a NaN, and a difference that is not larger than what it is compared with.
BOOST_AUTO_TEST_CASE(a_dependency_without_a_change_is_found_all_the_same) {
  const Certificate c = certificate_of([](const auto&, const LocalSignals<V>& s, SynapticSignals<V>& out) {
    out.alpha = out.alpha * less(engram::autodiff::sum(s.x, 1), 1e6);
  });
  BOOST_TEST((failed(c) == Names{"neuron-local"}), c.text());
}

BOOST_AUTO_TEST_SUITE_END()
