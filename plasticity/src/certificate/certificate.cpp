#include <engram/plasticity/certificate.hpp>

#include "graph_facts.hpp"
#include "recorded_step.hpp"
#include "symmetries.hpp"

#include <fmt/format.h>

#include <algorithm>

ENGRAM_PLASTICITY_BEGIN

bool Certificate::passed() const {
  return std::all_of(clauses.begin(), clauses.end(), [](const auto& c) { return c.passed(); });
}

std::string Certificate::text() const {
  std::string text;
  for (const CertificateClause& c : clauses) {
    text += fmt::format("{:6} {}: {} checked", c.passed() ? "holds" : "FAILS", c.name, c.checked);
    text += c.failed == 0 ? "\n" : fmt::format(", {} failed\n", c.failed);
    for (const CertificateFinding& f : c.findings)
      text += fmt::format("         {} {}{}\n", f.where, f.what, f.path.empty() ? "" : ", by " + f.path);
  }
  return text;
}

Certificate certify(const Network& network, const StepSettings& settings, const MakeTapeRule& make_rule,
                    Random random) {
  validate(network);
  const Specimen specimen{network, settings, make_rule, random};
  return {{neuron_local(specimen), no_weight_transport(specimen), local_to_the_bit(specimen), alike(specimen),
           product_form(specimen)}};
}

Certificate certify(const RuleSettings& settings, const Theta<Array<double>>& theta) {
  const Network network{{3, 4, 3, 2}, settings.activation, settings.bias_neuron};
  return certify(network, settings, [&](const Synapses<Variable<double>>& s) {
    auto& tape = s.forward.at(0).tape();
    return TapeRule(LearnedRule<Variable<double>>(
        map_leaves(theta, [&](const Array<double>& a) { return tape.constant(a); }),
        settings.batch_accumulation));
  });
}

ENGRAM_PLASTICITY_END
