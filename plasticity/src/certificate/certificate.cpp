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

ENGRAM_PLASTICITY_END
