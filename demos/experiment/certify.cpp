// Whether a rule is biologically plausible, clause by clause.
#include <engram/laboratory/certification.hpp>
#include <engram/laboratory/json_text.hpp>
#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/rules/kinds.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

void run(Laboratory& lab) {
  const Options& o = lab.options();
  const RuleFile rule = lab.given_rule();
  const Certificate certificate = rule_kind(rule.kind).certify(rule.settings, rule.parameters);
  write_atomically(o.out / "certificate.json", json_text(to_json(certificate)) + "\n");
  write_atomically(o.out / "certificate.txt", certificate.text());

  Report report("Certificate of biological plausibility",
                certificate.passed() ? "The rule passes every clause." : "The rule does not pass.");
  Table table{{"clause", "checked", "failed", ""},
              {},
              "On a network of sizes 3, 4, 3, 2, with random weights and a batch that is labelled in part."};
  for (const auto& c : certificate.clauses)
    table.rows.push_back({c.name, fmt::format("{}", c.checked), fmt::format("{}", c.failed),
                          c.passed() ? "passed" : "failed"});
  lab.add(report, "clauses", table);
  report.paragraph(
      "Neuron-local: in the recorded graph of a step, the change of a synapse reaches only the signals of "
      "its two neurons, its own weight and the rule's parameters. No weight transport: no way leads from the "
      "forward weights to a top-down signal below the top layer, other than through the neurons' signals. "
      "The other clauses change signals, weights and orders, and compare bits.");
  report.details("In full", certificate.text());
  report.details("The rule's manifest", rule.manifest);
  lab.finish(report);
  if (!certificate.passed()) lab.fail();
}

}  // namespace

const Experiment certify{"certify", "Whether a rule is biologically plausible, clause by clause", run};

}  // namespace engram::demos
